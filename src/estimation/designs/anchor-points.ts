import { DomainError } from '../../errors.ts';
import type { Sources } from '../history.ts';
import { correlateItems } from '../item-correlations.ts';
import type { Correlations } from '../numeric/correlation.ts';
import { kMedoids } from '../numeric/k-medoids.ts';
import { indexRange, type Random } from '../numeric/random.ts';
import type { Progress, PurposiveDesign, Selection } from './purposive-design.ts';

/** A population of N needs 4 N^2 bytes for the dissimilarities of its items: 0.9 GB here. */
const maxItems = 15_000;

/** Items whose correlations are computed together: few enough for their scores to stay in the cache. */
const tileSize = 64;

/** The share of the whole work that the correlations are, roughly. */
const correlationShare = 0.4;

/**
 * Anchor points: the medoids of the items, by 1 - correlation over the source models.
 * Source: Vivek et al. 2023 (arXiv 2309.08638); arXiv 2506.07673, "anchor points weighted".
 * A constant item correlates with no other. Nothing is `learned`: the estimators find out anew.
 * O(N^2 M) time, then the k-medoids; 4 N^2 bytes.
 */
export const anchorPoints: PurposiveDesign = {
  maxItems,
  select: (sources, size, random, progress) =>
    selectMedoids(sources, size, random, progress, (correlation) => 1 - correlation),
};

/** The same by 1 - |correlation|, for lines may fall as well as rise: arXiv 2506.07673, "anchor points predictor". */
export const anchorPointsAbsolute: PurposiveDesign = {
  maxItems,
  select: (sources, size, random, progress) =>
    selectMedoids(sources, size, random, progress, (correlation) => 1 - Math.abs(correlation)),
};

function selectMedoids(
  sources: Sources,
  size: number,
  random: Random,
  progress: Progress,
  dissimilarity: (correlation: number) => number,
): Selection {
  const nPoints = sources.history.population.length;
  if (size >= nPoints) return { items: indexRange(nPoints), learned: null };
  const correlations = correlateItems(sources);
  if (correlations.norms.every((norm) => norm === 0)) {
    throw new DomainError(
      'insufficient-data',
      'anchor points need at least two source models that differ in their score on some item',
    );
  }
  const dissimilarities = allPairs(correlations, dissimilarity, (share) =>
    progress(correlationShare * share),
  );
  const { medoids } = kMedoids({ dissimilarities, nPoints, nMedoids: size }, random, (share) =>
    progress(correlationShare + (1 - correlationShare) * share),
  );
  return { items: medoids.sort(), learned: null };
}

/** N x N, each pair computed once. */
function allPairs(
  correlations: Correlations,
  dissimilarity: (correlation: number) => number,
  progress: Progress,
): Float32Array {
  const nItems = correlations.nSeries;
  const items = indexRange(nItems);
  const matrix = new Float32Array(nItems * nItems);
  const tile = new Float64Array(tileSize * tileSize);
  for (let row = 0; row < nItems; row += tileSize) {
    // Of the rows' pairs with the items from here on there are (N - row)^2 / 2 still to come.
    progress(1 - (1 - row / nItems) ** 2);
    const rows = items.subarray(row, row + tileSize);
    for (let column = row; column < nItems; column += tileSize) {
      const columns = items.subarray(column, column + tileSize);
      correlations.correlate(rows, columns, tile);
      for (let k = 0; k < rows.length * columns.length; k++) tile[k] = dissimilarity(tile[k]);
      writeTile(matrix, nItems, tile, rows, columns);
    }
  }
  return matrix;
}

/** A tile to its place and, turned over, to its mirror image. */
function writeTile(
  matrix: Float32Array,
  nItems: number,
  tile: Float64Array,
  rows: Int32Array,
  columns: Int32Array,
): void {
  const width = columns.length;
  for (let r = 0; r < rows.length; r++) {
    const start = rows[r] * nItems + columns[0];
    for (let c = 0; c < width; c++) matrix[start + c] = Math.max(0, tile[r * width + c]);
  }
  for (let c = 0; c < width; c++) {
    const start = columns[c] * nItems + rows[0];
    for (let r = 0; r < rows.length; r++) matrix[start + r] = Math.max(0, tile[r * width + c]);
  }
}
