import type { DesignName } from '../designs/names.ts';
import { aipw, aipwPaper } from './aipw.ts';
import { anchorPointsPredictor } from './anchor-points-predictor.ts';
import { anchorPointsWeighted } from './anchor-points-weighted.ts';
import { doubleOptimize } from './double-optimize.ts';
import type { Estimator } from './estimator.ts';
import { gpIrt } from './gp-irt.ts';
import { kCenterMean } from './k-center.ts';
import { lasso } from './lasso.ts';
import { type MethodName, methodNames } from './names.ts';
import { pIrt } from './p-irt.ts';
import { pca } from './pca.ts';
import { randomSampling } from './random-sampling.ts';
import { randomSamplingLearn } from './random-sampling-learn.ts';
import { randomSearchLearn } from './random-search-learn.ts';

const defaultMethods: readonly MethodName[] = ['aipw', 'random-sampling', 'random-sampling-learn'];

/** Whether a method takes longer than a request may keep the event loop. */
export function isSlow(method: MethodName): boolean {
  return estimators[method].isSlow === true;
}

/** The designs on whose core sets alone a method can answer; undefined where it can on any. */
export function designsFor(method: MethodName): readonly DesignName[] | undefined {
  return estimators[method].designs;
}

/** What an answer holds when nobody asks for particular methods: the common ones, and those made for this design. */
export function methodsFor(design: DesignName | null): readonly MethodName[] {
  if (design === null) return defaultMethods;
  return [...defaultMethods, ...methodNames.filter((name) => estimators[name].designs?.includes(design))];
}

export const estimators: Readonly<Record<MethodName, Estimator>> = {
  aipw,
  'random-sampling': randomSampling,
  'random-sampling-learn': randomSamplingLearn,
  'random-search-learn': randomSearchLearn,
  lasso,
  'double-optimize': doubleOptimize,
  pca,
  'anchor-points-weighted': anchorPointsWeighted,
  'anchor-points-predictor': anchorPointsPredictor,
  'p-irt': pIrt,
  'gp-irt': gpIrt,
  'k-center': kCenterMean,
  'aipw-paper': aipwPaper,
};
