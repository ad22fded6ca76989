import { definedMean, type SimilarityTable } from './error-consistency.ts';

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

/** O(n M / 32) per target for 0/1 scores, and O(n M^2 / 32) once per core set. */
export function describeSimilarity(
  table: SimilarityTable,
  scores: Float64Array,
  thresholds: SimilarityThresholds,
): Similarity {
  const similarities = table.similarities(scores);
  const mean = definedMean(similarities);
  if (Number.isNaN(mean)) return { mean: null, max: null, percentile: null, level: null, nearest: [] };
  const nearest = Array.from(similarities, (similarity, source) => ({ source, similarity }))
    .filter(({ similarity }) => !Number.isNaN(similarity))
    .sort((a, b) => b.similarity - a.similarity || a.source - b.source)
    .slice(0, nearestCount);
  return {
    mean,
    max: nearest[0].similarity,
    percentile: percentileOf(mean, table.sourceMeans()),
    level: mean < thresholds.low ? 'low' : mean < thresholds.high ? 'moderate' : 'high',
    nearest,
  };
}

/** Share of the defined values below a value, ties counted half; null where none is defined. */
function percentileOf(value: number, values: Float64Array): number | null {
  const defined = values.filter((other) => !Number.isNaN(other));
  if (defined.length === 0) return null;
  let below = 0;
  for (const other of defined) below += other < value ? 1 : other === value ? 0.5 : 0;
  return below / defined.length;
}
