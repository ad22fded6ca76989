import { definedMean } from '../numeric/mean.ts';
import { percentileRank } from '../numeric/quantile.ts';
import type { SimilarityTable } from './error-consistency.ts';

export type SimilarityLevel = 'low' | 'moderate' | 'high';

/** `low` below the first, `high` from the second on. */
export interface SimilarityThresholds {
  readonly low: number;
  readonly high: number;
}

/** From 5,910 targets on seven public matrices: S above 0.6 was never seen, and AIPW loses its gain below 0.1. */
export const defaultThresholds: SimilarityThresholds = { low: 0.1, high: 0.4 };

/** How like the sources a target answers, on the core set. Null where no pair of models has a defined kappa. */
export interface Similarity {
  readonly mean: number | null;
  readonly max: number | null;
  /** Share of the sources whose own mean similarity to the other sources is below the target's; ties count half. */
  readonly percentile: number | null;
  readonly level: SimilarityLevel | null;
  /** Up to ten sources, most similar first; `source` is its index in the history. */
  readonly nearest: readonly { readonly source: number; readonly similarity: number }[];
}

const nearestCount = 10;

/** O(n M) per target, a 32nd of it for 0/1 scores; the sources' own values once per core set. */
export function describeSimilarity(
  table: SimilarityTable,
  scores: Float64Array,
  thresholds: SimilarityThresholds,
): Similarity {
  const similarities = table.similarities(scores);
  const mean = definedMean(similarities);
  if (Number.isNaN(mean)) return { mean: null, max: null, percentile: null, level: null, nearest: [] };
  const nearest = mostSimilar(similarities);
  const sourceMeans = table.sortedSourceMeans();
  return {
    mean,
    max: nearest[0].similarity,
    percentile: sourceMeans.length === 0 ? null : percentileRank(sourceMeans, mean),
    level: mean < thresholds.low ? 'low' : mean < thresholds.high ? 'moderate' : 'high',
    nearest,
  };
}

/** Kept sorted while passing over the sources once; of equal ones the first comes first. */
function mostSimilar(similarities: Float64Array): { source: number; similarity: number }[] {
  const best: { source: number; similarity: number }[] = [];
  let bar = Number.NEGATIVE_INFINITY;
  for (let source = 0; source < similarities.length; source++) {
    const similarity = similarities[source];
    // Nor is NaN above it.
    if (!(similarity > bar)) continue;
    let place = best.length;
    while (place > 0 && best[place - 1].similarity < similarity) place--;
    best.splice(place, 0, { source, similarity });
    best.length = Math.min(best.length, nearestCount);
    if (best.length === nearestCount) bar = best[nearestCount - 1].similarity;
  }
  return best;
}
