import { shareBelow } from './numeric/quantile.ts';

/** Where a score stands among the full scores of the sources. */
export interface Standing {
  /** Share of the sources below it, 0 to 1. */
  readonly percentile: number;
  /** Standard deviations of the sources' scores above their mean; 0 where they do not vary. */
  readonly deviations: number;
}

/** @param ascending M full scores; O(M) here, O(log M) per score */
export function createStandings(ascending: Float64Array): (score: number) => Standing {
  const mean = ascending.reduce((sum, value) => sum + value, 0) / ascending.length;
  const variance = ascending.reduce((sum, value) => sum + (value - mean) ** 2, 0) / ascending.length;
  const spread = Math.sqrt(variance);
  return (score) => ({
    percentile: shareBelow(ascending, score),
    deviations: spread > 1e-12 ? (score - mean) / spread : 0,
  });
}
