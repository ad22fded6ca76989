import type { CoreSample } from '../core-sample.ts';
import { dot } from '../numeric/dot.ts';
import { prepareRidge, type RidgeFit, weightedMean } from '../numeric/ridge.ts';
import type { Estimator } from './estimator.ts';

export const candidatePenalties = [0.1, 1, 10] as const;

/** The line from core-set scores to the full score: prediction = intercept + slopes . scores. */
export interface FullScoreRegression {
  readonly penalty: number;
  readonly intercept: number;
  /** n */
  readonly slopes: Float64Array;
  /** One per candidate penalty: mean squared leave-one-out error over the sources. */
  readonly looErrors: readonly number[];
}

/**
 * Ridge regression over the source models, from their scores on the core set to their full scores; the penalty is the
 * one of 0.1, 1 and 10 with the least squared leave-one-out error.
 * Source: arXiv 2506.07673, "random sampling and learn". Without sources there is nothing to learn from: the slopes
 * are then those of the plain mean.   O(n M min(n, M))
 */
export function fitFullScoreRegression(sample: CoreSample): FullScoreRegression {
  const { nItems, nModels, sourceScores, fullScores } = sample;
  if (nModels === 0) {
    return { penalty: 0, intercept: 0, slopes: new Float64Array(nItems).fill(1 / nItems), looErrors: [] };
  }
  const weights = new Float64Array(nModels).fill(1 / nModels);
  const system = prepareRidge({
    features: sourceScores,
    nRows: nModels,
    nFeatures: nItems,
    byFeature: true,
    weights,
  });
  const fits = candidatePenalties.map((penalty) => system.fit(penalty));
  const looErrors = fits.map((fit) => meanSquaredLooError(fit, fullScores));
  const best = firstLeast(looErrors);
  const slopes = fits[best].slopes(fullScores);
  const intercept = weightedMean(fullScores, weights) - dot(slopes, 0, system.featureMeans, 0, nItems);
  return { penalty: candidatePenalties[best], intercept, slopes, looErrors };
}

/** The first of the least errors; what differs by rounding only counts as equal. */
function firstLeast(errors: readonly number[]): number {
  const least = Math.min(...errors);
  return errors.findIndex((error) => error <= least * (1 + 1e-9));
}

function meanSquaredLooError(fit: RidgeFit, outcome: Float64Array): number {
  const residuals = fit.residuals(outcome);
  let sum = 0;
  // A source that determines its own prediction (leverage 1) has no leave-one-out error to speak of.
  for (let m = 0; m < residuals.length; m++)
    sum += (residuals[m] / Math.max(1 - fit.leverage[m], 1e-12)) ** 2;
  return sum / residuals.length;
}

export const randomSamplingLearn: Estimator = {
  name: 'random-sampling-learn',
  fit(sample) {
    const { intercept, slopes } = fitFullScoreRegression(sample);
    return {
      estimate: (scores) => ({
        value: intercept + dot(slopes, 0, scores, 0, scores.length),
        looResiduals: null,
      }),
    };
  },
};
