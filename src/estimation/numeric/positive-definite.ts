import { DomainError } from '../../errors.ts';
import { multiplyPairs } from './pair-products.ts';
import { factorisePairs, invertFactor } from './paired-cholesky.ts';

/**
 * The inverse of a symmetric positive definite matrix plus a multiple of the identity, by Cholesky: A = L L',
 * inverse = L^-T L^-1.
 * @param matrix size x size, row-major; only the lower triangle is read
 * @param shift added to the diagonal
 * @returns size x size, row-major, symmetric
 * @throws DomainError insufficient-data: a pivot is not positive relative to the diagonal.   O(size^3)
 */
export function inversePositiveDefinite(matrix: Float64Array, size: number, shift = 0): Float64Array {
  const even = size + (size % 2);
  const factor = new Float64Array(even * even);
  if (!factorisePairs(even === size ? matrix : extended(matrix, size), even, shift, factor)) {
    throw new DomainError('insufficient-data', 'the system of the ridge regression is singular');
  }
  return gramOfColumns(invertFactor(factor, even), even, size);
}

/** One more row and column, of the identity: the rest of the inverse is none the different. */
function extended(matrix: Float64Array, size: number): Float64Array {
  const larger = new Float64Array((size + 1) ** 2);
  for (let row = 0; row < size; row++) {
    larger.set(matrix.subarray(row * size, (row + 1) * size), row * (size + 1));
  }
  larger[larger.length - 1] = 1;
  return larger;
}

/** @param transposedInverse even x even: the rows are the columns of L^-1, with zeros left of the diagonal */
function gramOfColumns(transposedInverse: Float64Array, even: number, size: number): Float64Array {
  const product = new Float64Array(size * size);
  const tile = new Float64Array(4);
  const set = (row: number, column: number, value: number) => {
    if (row >= size) return;
    product[row * size + column] = value;
    product[column * size + row] = value;
  };
  for (let row = 0; row < even; row += 2) {
    for (let column = 0; column <= row; column += 2) {
      const a = row * even + row;
      const b = column * even + row;
      multiplyPairs(transposedInverse, a, even, transposedInverse, b, even, even - row, tile);
      set(row, column, tile[0]);
      if (column < row) set(row, column + 1, tile[1]);
      set(row + 1, column, tile[2]);
      set(row + 1, column + 1, tile[3]);
    }
  }
  return product;
}
