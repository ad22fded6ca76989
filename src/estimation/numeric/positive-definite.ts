import { DomainError } from '../../errors.ts';
import { dot } from './dot.ts';

/**
 * The inverse of a symmetric positive definite matrix, by Cholesky: A = L L', inverse = L^-T L^-1.
 * @param matrix size x size, row-major; only the lower triangle is read
 * @returns size x size, row-major, symmetric
 * @throws DomainError insufficient-data: a pivot is not positive relative to the diagonal.   O(size^3)
 */
export function inversePositiveDefinite(matrix: Float64Array, size: number): Float64Array {
  const inverseFactor = invertLowerTriangle(choleskyFactor(matrix, size), size);
  return gramOfColumns(inverseFactor, size);
}

function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const rest = matrix[row * size + column] - dot(factor, row * size, factor, column * size, column);
      if (column < row) {
        factor[row * size + column] = rest / factor[column * size + column];
      } else {
        if (!(rest > Number.EPSILON * matrix[row * size + row])) {
          throw new DomainError('insufficient-data', 'the system of the ridge regression is singular');
        }
        factor[row * size + row] = Math.sqrt(rest);
      }
    }
  }
  return factor;
}

/** The transpose of L^-1 (upper triangular), so that its columns, needed next, lie in rows. */
function invertLowerTriangle(factor: Float64Array, size: number): Float64Array {
  const transposed = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const start = column * size;
    transposed[start + column] = 1 / factor[start + column];
    for (let row = column + 1; row < size; row++) {
      const sum = dot(factor, row * size + column, transposed, start + column, row - column);
      transposed[start + row] = -sum / factor[row * size + row];
    }
  }
  return transposed;
}

function gramOfColumns(transposedInverse: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const value = dot(
        transposedInverse,
        row * size + row,
        transposedInverse,
        column * size + row,
        size - row,
      );
      product[row * size + column] = value;
      product[column * size + row] = value;
    }
  }
  return product;
}
