import { aipw, aipwPaper } from './aipw.ts';
import type { Estimator } from './estimator.ts';
import { randomSampling } from './random-sampling.ts';
import { randomSamplingLearn } from './random-sampling-learn.ts';

export const methodNames = ['aipw', 'random-sampling', 'random-sampling-learn', 'aipw-paper'] as const;

export type MethodName = (typeof methodNames)[number];

/** What an answer holds when nobody asks for particular methods. */
export const defaultMethods: readonly MethodName[] = ['aipw', 'random-sampling', 'random-sampling-learn'];

export const estimators: Readonly<Record<MethodName, Estimator>> = {
  aipw,
  'random-sampling': randomSampling,
  'random-sampling-learn': randomSamplingLearn,
  'aipw-paper': aipwPaper,
};
