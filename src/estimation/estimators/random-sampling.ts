import type { Estimator } from './estimator.ts';

/**
 * The weighted mean of the observed scores (Hajek 1971): ybar = (sum_C y_i / pi_i) / (sum_C 1 / pi_i), e_i = y_i - ybar.
 * Source: arXiv 2506.07673, the baseline "random sampling"; weighted, since the plain mean is biased under unequal
 * inclusion probabilities.
 */
export const randomSampling: Estimator = {
  name: 'random-sampling',
  fit: ({ inclusion }) => ({
    estimate(scores) {
      let expanded = 0;
      let expandedSize = 0;
      for (let i = 0; i < scores.length; i++) {
        expanded += scores[i] / inclusion[i];
        expandedSize += 1 / inclusion[i];
      }
      const value = expanded / expandedSize;
      const looResiduals = scores.slice();
      for (let i = 0; i < looResiduals.length; i++) looResiduals[i] -= value;
      return { value, looResiduals };
    },
  }),
};
