/** The mean of the defined values, NaN where there is none. */
export function definedMean(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  // By index: several times as fast as an iterator.
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}
