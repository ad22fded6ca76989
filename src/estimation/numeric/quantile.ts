/** The quantile of ascending values by linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
export function sortedQuantile(ascending: Float64Array, probability: number): number {
  const position = probability * (ascending.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
}

/** Share of ascending values strictly below a value. */
export function shareBelow(ascending: Float64Array, value: number): number {
  return ascending.length === 0 ? 0 : countUntil(ascending, (other) => other < value) / ascending.length;
}

/** Share of ascending values below a value, those equal to it counted half. */
export function percentileRank(ascending: Float64Array, value: number): number {
  const below = countUntil(ascending, (other) => other < value);
  const notAbove = countUntil(ascending, (other) => other <= value);
  return (below + notAbove) / (2 * ascending.length);
}

/** How many leading values fulfil a condition that no later one does, by halving. */
function countUntil(ascending: Float64Array, isBefore: (value: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(ascending[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}
