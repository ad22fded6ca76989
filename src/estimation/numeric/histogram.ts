/** A value this close below a bound, in widths of a bin, was meant to be on it: 0.29 x 100 is 28.999999999999996. */
const rounding = 1e-9;

/**
 * How many values lie in each of some bins of equal width over [0, 1]: bin k holds k / bins <= value < (k + 1) / bins, the
 * last one also 1.
 */
export function histogram(values: Float64Array, bins: number): Int32Array {
  const counts = new Int32Array(bins);
  for (const value of values) {
    const bin = Math.floor(value * bins + rounding);
    counts[Math.min(bins - 1, Math.max(0, bin))]++;
  }
  return counts;
}
