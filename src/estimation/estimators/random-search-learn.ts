import type { Estimator } from './estimator.ts';
import { randomSamplingLearn } from './random-sampling-learn.ts';

/**
 * The regression of random-sampling-learn, fitted on all sources, on a core set that was searched for with their help.
 * Source: arXiv 2506.07673, Random-Search-Learn.
 */
export const randomSearchLearn: Estimator = {
  name: 'random-search-learn',
  designs: ['random-search'],
  // The search itself learned which items fit whom: nothing is stored but from whom.
  usesLearned: true,
  fit: randomSamplingLearn.fit,
};
