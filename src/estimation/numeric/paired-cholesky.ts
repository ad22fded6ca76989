import { multiplyPairs } from './pair-products.ts';

const tile = new Float64Array(4);

/**
 * The Cholesky factor L of A + shift I, two rows by two columns at a time (Golub and Van Loan, Matrix Computations, 4.2).
 * @param matrix size x size, row-major; only the lower triangle is read   @param size even
 * @param factor size x size: its lower triangle is written
 * @returns whether every pivot is positive, beyond rounding; the factor is not complete where one is not
 * Cost: O(size^3), size^3 / 6 multiplications.
 */
export function factorisePairs(
  matrix: Float64Array,
  size: number,
  shift: number,
  factor: Float64Array,
): boolean {
  for (let i = 0; i < size; i += 2) {
    for (let j = 0; j < i; j += 2) eliminate(matrix, factor, size, i, j);
    const upper = i * size + i;
    const lower = upper + size;
    multiplyPairs(factor, i * size, size, factor, i * size, size, i, tile);
    const first = matrix[upper] + shift - tile[0];
    if (!isPivot(first, matrix[upper] + shift)) return false;
    factor[upper] = Math.sqrt(first);
    factor[lower] = (matrix[lower] - tile[2]) / factor[upper];
    const second = matrix[lower + 1] + shift - tile[3] - factor[lower] ** 2;
    if (!isPivot(second, matrix[lower + 1] + shift)) return false;
    factor[lower + 1] = Math.sqrt(second);
  }
  return true;
}

function isPivot(rest: number, diagonal: number): boolean {
  return rest > Number.EPSILON * diagonal;
}

/** Rows i and i + 1 of the factor in the columns j and j + 1 left of the diagonal, from those further left. */
function eliminate(matrix: Float64Array, factor: Float64Array, size: number, i: number, j: number): void {
  const upper = i * size + j;
  const lower = upper + size;
  const firstPivot = factor[j * size + j];
  const between = factor[(j + 1) * size + j];
  const secondPivot = factor[(j + 1) * size + j + 1];
  multiplyPairs(factor, i * size, size, factor, j * size, size, j, tile);
  factor[upper] = (matrix[upper] - tile[0]) / firstPivot;
  factor[lower] = (matrix[lower] - tile[2]) / firstPivot;
  factor[upper + 1] = (matrix[upper + 1] - tile[1] - factor[upper] * between) / secondPivot;
  factor[lower + 1] = (matrix[lower + 1] - tile[3] - factor[lower] * between) / secondPivot;
}

/**
 * L^-1, transposed: upper triangular, so that its columns, needed next, lie in rows.
 * @param factor size x size, row-major: L   @param size even   O(size^3)
 */
export function invertFactor(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column += 2) {
    invertPivots(factor, size, column, inverse);
    for (let row = column + 2; row < size; row += 2) substitute(factor, size, row, column, inverse);
  }
  return inverse;
}

function invertPivots(factor: Float64Array, size: number, column: number, inverse: Float64Array): void {
  const upper = column * size + column;
  const lower = upper + size;
  inverse[upper] = 1 / factor[upper];
  inverse[lower + 1] = 1 / factor[lower + 1];
  inverse[upper + 1] = -factor[lower] * inverse[upper] * inverse[lower + 1];
}

/** The rows `row` and `row + 1` of the inverse in two columns, from the rows above. */
function substitute(
  factor: Float64Array,
  size: number,
  row: number,
  column: number,
  inverse: Float64Array,
): void {
  const from = column * size + column;
  multiplyPairs(factor, row * size + column, size, inverse, from, size, row - column, tile);
  const pivot = row * size + row;
  const below = factor[pivot + size];
  const first = column * size + row;
  const second = first + size;
  inverse[first] = -tile[0] / factor[pivot];
  inverse[second] = -tile[1] / factor[pivot];
  inverse[first + 1] = -(tile[2] + below * inverse[first]) / factor[pivot + size + 1];
  inverse[second + 1] = -(tile[3] + below * inverse[second]) / factor[pivot + size + 1];
}
