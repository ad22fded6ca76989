/**
 * The indices of the `count` largest values, ascending; among equal values those that come first in `preference` win.
 * @param preference a permutation of the indices   Cost: O(length) on average (Hoare 1961, quickselect).
 */
export function indicesOfLargest(values: Float64Array, count: number, preference: Int32Array): Int32Array {
  if (count === 0) return new Int32Array(0);
  const threshold = selectSmallest(values.slice(), values.length - count);
  const chosen: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] > threshold) chosen.push(i);
  for (let place = 0; chosen.length < count; place++) {
    if (values[preference[place]] === threshold) chosen.push(preference[place]);
  }
  return Int32Array.from(chosen).sort();
}

/** The value with `rank` others before it in ascending order; reorders the values. */
export function selectSmallest(values: Float64Array, rank: number): number {
  let from = 0;
  let to = values.length - 1;
  while (from < to) {
    const pivot = values[(from + to) >> 1];
    let left = from;
    let right = to;
    while (left <= right) {
      while (values[left] < pivot) left++;
      while (values[right] > pivot) right--;
      if (left > right) break;
      const held = values[left];
      values[left++] = values[right];
      values[right--] = held;
    }
    if (rank <= right) to = right;
    else if (rank >= left) from = left;
    else return values[rank];
  }
  return values[rank];
}
