/**
 * Small symmetric matrices, packed: the `size` diagonal entries first, then the entries below the diagonal row by row.
 */
export function packedLength(size: number): number {
  return (size * (size + 1)) / 2;
}

/** Where the entry (row, column), row > column, lies. */
export function belowDiagonal(size: number, row: number, column: number): number {
  return size + (row * (row - 1)) / 2 + column;
}

/** Writes v v' into `target` from `targetStart`. */
export function packOuterProduct(
  vector: Float64Array,
  start: number,
  size: number,
  target: Float64Array,
  targetStart: number,
): void {
  let at = targetStart + size;
  for (let row = 0; row < size; row++) {
    const value = vector[start + row];
    target[targetStart + row] = value * value;
    for (let column = 0; column < row; column++) target[at++] = value * vector[start + column];
  }
}

/** For one positive definite matrix after another, without allocating. */
export interface PackedSolver {
  /**
   * Cholesky, A = L L', of the leading `order` rows and columns. A pivot that rounding made too small is raised to the
   * rounding error of its diagonal entry.   O(order^3)
   */
  factorise(matrix: Float64Array): void;
  /** Replaces the right-hand side by A^-1 times it.   O(order^2) */
  solve(right: Float64Array): void;
  /** Adds A^-1 to the leading `order` rows and columns of the matrix at `targetStart`.   O(order^3) */
  addInverse(target: Float64Array, targetStart: number): void;
}

/** @param size that of the packed matrices   @param order how many of their leading rows and columns count */
export function createPackedSolver(size: number, order = size): PackedSolver {
  const factor = new Float64Array(order * order);
  const inverseFactor = new Float64Array(order * order);

  function factorise(matrix: Float64Array): void {
    for (let row = 0; row < order; row++) {
      for (let column = 0; column < row; column++) {
        let rest = matrix[belowDiagonal(size, row, column)];
        for (let k = 0; k < column; k++) rest -= factor[row * order + k] * factor[column * order + k];
        factor[row * order + column] = rest / factor[column * order + column];
      }
      let rest = matrix[row];
      for (let k = 0; k < row; k++) rest -= factor[row * order + k] ** 2;
      factor[row * order + row] = Math.sqrt(Math.max(rest, Number.EPSILON * matrix[row]));
    }
  }

  function solve(right: Float64Array): void {
    for (let row = 0; row < order; row++) {
      let rest = right[row];
      for (let k = 0; k < row; k++) rest -= factor[row * order + k] * right[k];
      right[row] = rest / factor[row * order + row];
    }
    for (let row = order - 1; row >= 0; row--) {
      let rest = right[row];
      for (let k = row + 1; k < order; k++) rest -= factor[k * order + row] * right[k];
      right[row] = rest / factor[row * order + row];
    }
  }

  function invertFactor(): void {
    for (let column = 0; column < order; column++) {
      inverseFactor[column * order + column] = 1 / factor[column * order + column];
      for (let row = column + 1; row < order; row++) {
        let sum = 0;
        for (let k = column; k < row; k++) sum += factor[row * order + k] * inverseFactor[k * order + column];
        inverseFactor[row * order + column] = -sum / factor[row * order + row];
      }
    }
  }

  function addInverse(target: Float64Array, targetStart: number): void {
    invertFactor();
    for (let row = 0; row < order; row++) {
      for (let column = 0; column <= row; column++) {
        let sum = 0;
        for (let k = row; k < order; k++) {
          sum += inverseFactor[k * order + row] * inverseFactor[k * order + column];
        }
        target[targetStart + (column === row ? row : belowDiagonal(size, row, column))] += sum;
      }
    }
  }
  return { factorise, solve, addInverse };
}
