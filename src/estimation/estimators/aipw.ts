import type { CoreSample } from '../core-sample.ts';
import { dot } from '../numeric/dot.ts';
import { prepareRidge, type RidgeFit, weightedMean } from '../numeric/ridge.ts';
import type { Estimator, FittedEstimator, PointEstimate } from './estimator.ts';

/** Over seven real matrices 30 beats the paper's 10 at the frontier and ties elsewhere, for M from 10 to 336. */
export const defaultPenalty = 30;
export const paperPenalty = 10;

/** Leverages above this are cut, lest one item's residual blow up. */
const maxLeverage = 0.95;

export interface AipwEstimate extends PointEstimate {
  readonly looResiduals: Float64Array;
  /** n: y_i - yhat_i */
  readonly residuals: Float64Array;
}

export interface FittedAipw extends FittedEstimator {
  estimate(scores: Float64Array): AipwEstimate;
  /**
   * Coefficients g (n) with  mean of yhat over some items = ybar + sum_i g_i (y_i - ybar).
   * @param sourceMeans M: the sources' mean scores over those items
   */
  predictionOf(sourceMeans: Float64Array): Float64Array;
}

/**
 * Augmented inverse probability weighting with a ridge regression from the sources' scores to the target's:
 *   theta = mean_all(yhat) + sum_C w_i (y_i - yhat_i) = ybar + (xbar_all - xbar_C).beta
 * Source: arXiv 2506.07673, section on AIPW; Sarndal, Swensson and Wretman 1992, the regression estimator. For equal
 * inclusion probabilities it is the published form; the weighted fit for unequal ones is ours.
 * @param penalty alpha > 0 of the ridge regression
 * @throws DomainError insufficient-data: the ridge system is singular
 * Cost: O(n M min(n, M)) here, O(n min(n, M)) per target, whatever the number of items N.
 */
export function fitAipw(sample: CoreSample, penalty: number): FittedAipw {
  const { nItems, nModels, weights, sourceScores, fullScores } = sample;
  const system = prepareRidge({ features: sourceScores, nRows: nItems, nFeatures: nModels, weights });
  const ridge = system.fit(penalty);

  function predictionOf(sourceMeans: Float64Array): Float64Array {
    return ridge.functional(sourceMeans.map((mean, m) => mean - system.featureMeans[m]));
  }
  const coefficients = predictionOf(fullScores);

  return {
    predictionOf,
    estimate(scores) {
      const residuals = ridge.residuals(scores);
      return {
        value: applyPrediction(coefficients, scores, weights),
        residuals,
        looResiduals: withoutOwnInfluence(residuals, ridge),
      };
    },
  };
}

/** ybar + sum_i g_i (y_i - ybar), where the g_i of a ridge with an unpenalised intercept sum to 0. */
export function applyPrediction(
  coefficients: Float64Array,
  scores: Float64Array,
  weights: Float64Array,
): number {
  return weightedMean(scores, weights) + dot(coefficients, 0, scores, 0, scores.length);
}

/** e_i = (y_i - yhat_i) / (1 - h_i): how far off the prediction of each item is without the item. */
export function leaveOneOutResiduals(ridge: RidgeFit, scores: Float64Array): Float64Array {
  return withoutOwnInfluence(ridge.residuals(scores), ridge);
}

export function withoutOwnInfluence(
  residuals: Float64Array,
  { leverage }: Pick<RidgeFit, 'leverage'>,
): Float64Array {
  const without = new Float64Array(residuals.length);
  for (let i = 0; i < without.length; i++)
    without[i] = residuals[i] / (1 - Math.min(leverage[i], maxLeverage));
  return without;
}

export const aipw: Estimator = { name: 'aipw', fit: (sample) => fitAipw(sample, defaultPenalty) };

/** The paper's own penalty, kept for comparison. */
export const aipwPaper: Estimator = { name: 'aipw-paper', fit: (sample) => fitAipw(sample, paperPenalty) };
