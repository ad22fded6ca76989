import type { Learned } from '../designs/purposive-design.ts';
import { dot } from '../numeric/dot.ts';
import type { Estimator } from './estimator.ts';

/**
 * theta = intercept + sum_C slope_i y_i, the Lasso that chose the core set.
 * Source: arXiv 2506.07673, Lasso.   O(n) per target
 */
export const lasso: Estimator = {
  name: 'lasso',
  designs: ['lasso'],
  usesLearned: true,
  fit({ learned }) {
    const { intercept, slopes } = learned as Learned;
    return {
      estimate: (scores) => ({
        value: intercept[0] + dot(slopes, 0, scores, 0, scores.length),
        looResiduals: null,
      }),
    };
  },
};
