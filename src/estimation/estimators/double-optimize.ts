import type { Learned } from '../designs/purposive-design.ts';
import { dot } from '../numeric/dot.ts';
import type { Estimator } from './estimator.ts';

/**
 * theta = (1 / n) sum_C w_i y_i with the weights that were learned along with the core set.
 * Source: arXiv 2506.07673, Double-Optimize.   O(n) per target
 */
export const doubleOptimize: Estimator = {
  name: 'double-optimize',
  designs: ['double-optimize'],
  usesLearned: true,
  fit({ learned }) {
    const { weights } = learned as Learned;
    return {
      estimate: (scores) => ({
        value: dot(weights, 0, scores, 0, scores.length) / scores.length,
        looResiduals: null,
      }),
    };
  },
};
