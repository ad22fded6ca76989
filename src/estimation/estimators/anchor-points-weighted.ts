import type { CoreSample } from '../core-sample.ts';
import { correlateItems } from '../item-correlations.ts';
import { indexRange } from '../numeric/random.ts';
import { weightedMean } from '../numeric/ridge.ts';
import { linkBestAnchors } from './best-anchors.ts';
import type { Estimator } from './estimator.ts';

/**
 * n weights, sum 1: the share of the population's items that correlate best with each anchor over the source models.
 * An anchor stands for itself, and items that tie between anchors are shared equally. All items measured: 1 / N each.
 * Source: arXiv 2309.08638; arXiv 2506.07673, "anchor points weighted".   O(n N M)
 */
export function anchorWeights({ sources, items, populationSize }: CoreSample): Float64Array {
  const weights = new Float64Array(items.length);
  linkBestAnchors(
    correlateItems(sources),
    indexRange(populationSize),
    items,
    (correlation) => correlation,
    (_, place, share) => {
      weights[place] += share / populationSize;
    },
  );
  return weights;
}

/** The mean of the anchors' scores, weighted with what each stands for: O(n) a target. */
export const anchorPointsWeighted: Estimator = {
  name: 'anchor-points-weighted',
  isSlow: true,
  designs: ['anchor-points', 'anchor-points-absolute'],
  fit(sample) {
    const weights = anchorWeights(sample);
    return { estimate: (scores) => ({ value: weightedMean(scores, weights), looResiduals: null }) };
  },
};
