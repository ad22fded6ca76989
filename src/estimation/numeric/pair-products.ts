/**
 * The four inner products of two rows of one matrix with two rows of another: first with first, first with second, second with
 * first, second with second. Every number read serves two of the four, which about doubles the speed.
 * @param left its rows start at `a` and `a + leftStride`   @param right its rows start at `b` and `b + rightStride`
 * @param products 4 numbers, written   O(length)
 */
export function multiplyPairs(
  left: Float64Array,
  a: number,
  leftStride: number,
  right: Float64Array,
  b: number,
  rightStride: number,
  length: number,
  products: Float64Array,
): void {
  const nextA = a + leftStride;
  const nextB = b + rightStride;
  let product0 = 0;
  let product1 = 0;
  let product2 = 0;
  let product3 = 0;
  const even = length - (length % 2);
  // Two steps at a time: half as many checks of the loop.
  for (let k = 0; k < even; k += 2) {
    const left0 = left[a + k];
    const left1 = left[nextA + k];
    const right0 = right[b + k];
    const right1 = right[nextB + k];
    const nextLeft0 = left[a + k + 1];
    const nextLeft1 = left[nextA + k + 1];
    const nextRight0 = right[b + k + 1];
    const nextRight1 = right[nextB + k + 1];
    product0 += left0 * right0 + nextLeft0 * nextRight0;
    product1 += left0 * right1 + nextLeft0 * nextRight1;
    product2 += left1 * right0 + nextLeft1 * nextRight0;
    product3 += left1 * right1 + nextLeft1 * nextRight1;
  }
  if (even < length) {
    product0 += left[a + even] * right[b + even];
    product1 += left[a + even] * right[nextB + even];
    product2 += left[nextA + even] * right[b + even];
    product3 += left[nextA + even] * right[nextB + even];
  }
  products[0] = product0;
  products[1] = product1;
  products[2] = product2;
  products[3] = product3;
}
