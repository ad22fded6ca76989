import { z } from 'zod';
import type { ItemDistribution } from '../../services/item-distributions.ts';
import { figure } from './answers.ts';
import { answeredScoreRange, toWireScoreRange } from './benchmarks.ts';
import { benchmarkName, count, queryCount, revision } from './primitives.ts';

const maxBins = 200;

export const itemDistributionQuery = z.strictObject({
  bins: queryCount(maxBins)
    .default(20)
    .meta({ description: `Bins of equal width over the score range, at most ${maxBins}.` }),
});

export const itemDistribution = z
  .object({
    benchmark: benchmarkName,
    revision,
    score_range: answeredScoreRange,
    items: count.meta({ description: 'Items with a score: as many as the bins hold together.' }),
    unscored_items: count,
    bins: z.array(z.object({ lower: z.number(), upper: z.number(), items: count })).meta({
      description: 'By difficulty, `lower` <= difficulty < `upper`; the last one includes `upper`.',
    }),
  })
  .meta({
    id: 'ItemDistribution',
    description: 'Items by difficulty, the mean score of the history: high = easy.',
  });

export function toWireItemDistribution(from: ItemDistribution): z.infer<typeof itemDistribution> {
  return {
    benchmark: from.benchmark,
    revision: from.revision,
    score_range: toWireScoreRange(from.scoreRange),
    items: from.itemCount,
    unscored_items: from.unscoredItems,
    bins: from.bins.map(({ lower, upper, items }) => ({ lower: figure(lower), upper: figure(upper), items })),
  };
}
