import { weightedMean } from '../numeric/ridge.ts';
import type { Estimator } from './estimator.ts';

/**
 * The weighted mean of the observed scores (Hajek 1971): ybar = sum_C w_i y_i, e_i = y_i - ybar.
 * Source: arXiv 2506.07673, the baseline "random sampling"; weighted, since the plain mean is biased under unequal
 * inclusion probabilities.
 */
export const randomSampling: Estimator = {
  name: 'random-sampling',
  fit: ({ weights }) => ({
    estimate(scores) {
      const value = weightedMean(scores, weights);
      return { value, looResiduals: scores.map((score) => score - value) };
    },
  }),
};
