/** Largest |actual - expected|; infinite where lengths differ or only one of a pair is undefined (NaN, null). */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number | null>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < actual.length; i++) {
    const wanted = expected[i] ?? Number.NaN;
    if (Number.isNaN(actual[i]) !== Number.isNaN(wanted)) return Number.POSITIVE_INFINITY;
    if (!Number.isNaN(wanted)) largest = Math.max(largest, Math.abs(actual[i] - wanted));
  }
  return largest;
}

export function sumOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}

export function meanOf(values: ArrayLike<number>): number {
  return sumOf(values) / values.length;
}

/** Standard error of the mean of independent values. */
export function standardErrorOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  const squares = Array.from(values, (value) => (value - mean) ** 2);
  return Math.sqrt(sumOf(squares) / (values.length - 1) / values.length);
}

/** Standard error of a share of `count` independent events of one probability. */
export function binomialError(probability: number, count: number): number {
  return Math.sqrt((probability * (1 - probability)) / count);
}

/** Pearson's statistic of counts against equal expected counts; mean k - 1, variance close to 2 (k - 1). */
export function chiSquare(counts: ArrayLike<number>): number {
  const expected = sumOf(counts) / counts.length;
  return sumOf(Array.from(counts, (count) => (count - expected) ** 2 / expected));
}

/** Four standard deviations above the mean of a chi-square distribution. */
export function chiSquareBound(cells: number): number {
  return cells - 1 + 4 * Math.sqrt(2 * (cells - 1));
}
