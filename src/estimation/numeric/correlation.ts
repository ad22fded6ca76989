import { dot } from './dot.ts';
import { countOnes, type PackedBits } from './packed-bits.ts';
import { createPairCounts } from './pair-counts.ts';

/** Pearson's correlations between series of one length, computed where they are asked for. */
export interface Correlations {
  readonly nSeries: number;
  /** Mean of each series. */
  readonly means: Float64Array;
  /** Root of the sum of squared deviations from the mean, of each series; exactly 0 where the series is constant. */
  readonly norms: Float64Array;
  /**
   * Correlations of some series (rows) with others (columns), row-major into `out`: rows.length x columns.length.
   * A constant series correlates 0 with all others and, like every series, 1 with itself.
   * O(rows.length columns.length length); fastest where rows and columns together fit into the processor's cache.
   */
  correlate(rows: Int32Array, columns: Int32Array, out: Float64Array): void;
}

/** A series of numbers in [0, 1] whose standard deviation is below this varies by rounding only. */
const leastDeviation = 1e-12;

/**
 * @param series nSeries x length, row-major, numbers in [0, 1]; it is standardised in place and belongs to the result
 * O(nSeries length)
 */
export function correlationsOfReals(series: Float64Array, nSeries: number, length: number): Correlations {
  const means = new Float64Array(nSeries);
  const norms = new Float64Array(nSeries);
  for (let s = 0; s < nSeries; s++) {
    means[s] = centre(series, s * length, length);
    const norm = Math.sqrt(dot(series, s * length, series, s * length, length));
    norms[s] = norm > leastDeviation * Math.sqrt(length) ? norm : 0;
    const scale = norms[s] === 0 ? 0 : 1 / norm;
    for (let k = s * length; k < (s + 1) * length; k++) series[k] *= scale;
  }
  return {
    nSeries,
    means,
    norms,
    correlate(rows, columns, out) {
      for (let r = 0; r < rows.length; r += 2) {
        for (let c = 0; c < columns.length; c += 2) dotsOfPairs(series, length, rows, r, columns, c, out);
      }
      markSelf(rows, columns, out);
    },
  };
}

/** Subtracts the mean, which it returns. */
function centre(series: Float64Array, start: number, length: number): number {
  let sum = 0;
  for (let k = start; k < start + length; k++) sum += series[k];
  const mean = length === 0 ? 0 : sum / length;
  for (let k = start; k < start + length; k++) series[k] -= mean;
  return mean;
}

/**
 * Inner products of two rows with two columns: four products for every four numbers loaded, not two. A row or column
 * without a partner is its own.
 */
function dotsOfPairs(
  series: Float64Array,
  length: number,
  rows: Int32Array,
  r: number,
  columns: Int32Array,
  c: number,
  out: Float64Array,
): void {
  const nextR = Math.min(r + 1, rows.length - 1);
  const nextC = Math.min(c + 1, columns.length - 1);
  const row0 = rows[r] * length;
  const row1 = rows[nextR] * length;
  const column0 = columns[c] * length;
  const column1 = columns[nextC] * length;
  let sum00 = 0;
  let sum01 = 0;
  let sum10 = 0;
  let sum11 = 0;
  for (let k = 0; k < length; k++) {
    const a = series[row0 + k];
    const b = series[row1 + k];
    const x = series[column0 + k];
    const y = series[column1 + k];
    sum00 += a * x;
    sum01 += a * y;
    sum10 += b * x;
    sum11 += b * y;
  }
  out[r * columns.length + c] = sum00;
  out[r * columns.length + nextC] = sum01;
  out[nextR * columns.length + c] = sum10;
  out[nextR * columns.length + nextC] = sum11;
}

/**
 * The same for zeros and ones, several times as fast: with s ones in a series of length m and c ones in common,
 *   r = (m c - s_i s_j) / sqrt(s_i (m - s_i) s_j (m - s_j)),
 * whole numbers but for the last step, so that identical series have identical correlations.
 */
export function correlationsOfBits(packed: PackedBits): Correlations {
  const { nSeries, length } = packed;
  const ones = countOnes(packed);
  const countPairs = createPairCounts(packed);
  const scales = ones.map((count) => {
    const spread = count * (length - count);
    return spread === 0 ? 0 : 1 / Math.sqrt(spread);
  });
  return {
    nSeries,
    means: ones.map((count) => (length === 0 ? 0 : count / length)),
    norms: ones.map((count) => (length === 0 ? 0 : Math.sqrt((count * (length - count)) / length))),
    correlate(rows, columns, out) {
      const common = countPairs(rows, columns);
      let at = 0;
      for (const row of rows) {
        const rowOnes = ones[row];
        const rowScale = scales[row];
        for (let c = 0; c < columns.length; c++) {
          const column = columns[c];
          const correlation = (length * common[at] - rowOnes * ones[column]) * (rowScale * scales[column]);
          out[at++] = row === column ? 1 : correlation;
        }
      }
    },
  };
}

function markSelf(rows: Int32Array, columns: Int32Array, out: Float64Array): void {
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < columns.length; c++) {
      if (rows[r] === columns[c]) out[r * columns.length + c] = 1;
    }
  }
}
