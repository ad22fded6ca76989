import { dot } from './dot.ts';

/**
 * Solves L L' x = right in place, forwards and then backwards.   O(size^2)
 * @param factor lower triangle L, row-major with `stride` numbers a row
 * @param right its first `size` numbers become x
 */
export function solveFactored(factor: Float64Array, stride: number, size: number, right: Float64Array): void {
  for (let row = 0; row < size; row++) {
    right[row] = (right[row] - dot(factor, row * stride, right, 0, row)) / factor[row * stride + row];
  }
  for (let row = size - 1; row >= 0; row--) {
    const value = right[row] / factor[row * stride + row];
    right[row] = value;
    for (let k = 0; k < row; k++) right[k] -= value * factor[row * stride + k];
  }
}
