/** Inner product of `a[aStart ...]` and `b[bStart ...]` over `length` entries; four sums run side by side for speed. */
export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  const whole = length - (length % 4);
  let k = 0;
  for (; k < whole; k += 4) {
    sum0 += a[aStart + k] * b[bStart + k];
    sum1 += a[aStart + k + 1] * b[bStart + k + 1];
    sum2 += a[aStart + k + 2] * b[bStart + k + 2];
    sum3 += a[aStart + k + 3] * b[bStart + k + 3];
  }
  for (; k < length; k++) sum0 += a[aStart + k] * b[bStart + k];
  return sum0 + sum1 + (sum2 + sum3);
}
