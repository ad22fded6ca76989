import type { Estimator } from './estimator.ts';

/**
 * The plain mean over the centres, each of which counts alike, however many items lie around it.
 * Source: arXiv 2506.07673, the baseline of coverage-based core sets.
 */
export const kCenterMean: Estimator = {
  name: 'k-center',
  designs: ['k-center'],
  fit: () => ({
    estimate: (scores) => ({
      value: scores.reduce((sum, score) => sum + score, 0) / scores.length,
      looResiduals: null,
    }),
  }),
};
