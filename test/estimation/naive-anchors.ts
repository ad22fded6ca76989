import { meanOf, sumOf } from './measures.ts';

type Rows = readonly (readonly number[])[];

/** The plain second implementation of what anchor points rest on. `rows`: a row of scores per source, nothing missing. */

export function normOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(sumOf(values.map((value) => (value - mean) ** 2)));
}

/** By the definition, in two passes; 0 where either series is constant. */
export function pearson(a: readonly number[], b: readonly number[]): number {
  const norms = [normOf(a), normOf(b)];
  if (norms.some((norm) => !(norm > 1e-12 * Math.sqrt(a.length)))) return 0;
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  return sumOf(a.map((value, k) => (value - meanA) * (b[k] - meanB))) / (norms[0] * norms[1]);
}

export function columnOf(rows: Rows, item: number): number[] {
  return rows.map((row) => row[item]);
}

export function correlationOf(rows: Rows, i: number, j: number): number {
  return i === j ? 1 : pearson(columnOf(rows, i), columnOf(rows, j));
}

/** Places of the anchors that an item correlates best with, rounding apart. */
export function bestPlaces(
  rows: Rows,
  item: number,
  anchors: readonly number[],
  strength: (correlation: number) => number,
): number[] {
  const strengths = anchors.map((anchor) => strength(correlationOf(rows, item, anchor)));
  const most = Math.max(...strengths);
  return anchors.map((_, place) => place).filter((place) => strengths[place] >= most - 1e-12);
}

/** Sum over the items of the dissimilarity to the nearest anchor. */
export function anchorLoss(
  rows: Rows,
  anchors: readonly number[],
  strength: (correlation: number) => number,
): number {
  const losses = rows[0].map((_, item) =>
    Math.min(...anchors.map((anchor) => 1 - strength(correlationOf(rows, item, anchor)))),
  );
  return sumOf(losses);
}
