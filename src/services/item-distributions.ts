import { histogram } from '../estimation/numeric/histogram.ts';
import { fromUnit, type ScoreRange } from '../scores/score-range.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Histories } from './histories.ts';
import { orderHistory } from './ordered-histories.ts';

/** How many items of a benchmark are how easy. */
export interface ItemDistribution {
  readonly benchmark: string;
  readonly revision: number;
  readonly scoreRange: ScoreRange;
  /** Items with a score: those that are counted. */
  readonly itemCount: number;
  readonly unscoredItems: number;
  /** By difficulty, score units, hardest first. */
  readonly bins: readonly { readonly lower: number; readonly upper: number; readonly items: number }[];
}

export interface ItemDistributions {
  /** @param bins of equal width over the score range */
  of(benchmark: string, bins: number): Promise<ItemDistribution>;
}

export function createItemDistributions({ benchmarks }: Stores, histories: Histories): ItemDistributions {
  return {
    async of(name, bins) {
      const loaded = await histories.load(await benchmarks.get(name));
      const { revision, scoreRange, items, scoredPositions } = loaded;
      const { itemMeans } = orderHistory(loaded).sources.summary;
      const bound = (bin: number) => fromUnit(bin / bins, scoreRange);
      return {
        benchmark: name,
        revision,
        scoreRange,
        itemCount: scoredPositions.length,
        unscoredItems: items.length - scoredPositions.length,
        bins: Array.from(histogram(itemMeans, bins), (count, bin) => ({
          lower: bound(bin),
          upper: bound(bin + 1),
          items: count,
        })),
      };
    },
  };
}
