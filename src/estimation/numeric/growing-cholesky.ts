import { solveFactored } from './cholesky-solve.ts';
import { dot } from './dot.ts';

/** The factor L of a symmetric positive definite matrix A = L L' that gains and loses rows one at a time. */
export interface GrowingCholesky {
  readonly size: number;
  /**
   * Adds a row and column to A.   O(size^2)
   * @param row the new row left of its diagonal, `size` numbers
   * @param pivotFloor the row is refused unless what is left of its diagonal (the squared pivot) exceeds this
   */
  append(row: Float64Array, diagonal: number, pivotFloor: number): boolean;
  /** Removes a row and column from A.   O(size^2) */
  remove(position: number): void;
  /** Overwrites the first `size` numbers of `right` with A^-1 right.   O(size^2) */
  solve(right: Float64Array): void;
}

/**
 * Cholesky by rows (Banachiewicz); removal by Givens rotations (Golub and Van Loan, Matrix Computations, 6.5.4).
 * @param capacity largest size; all memory is taken here, capacity^2 numbers
 */
export function createGrowingCholesky(capacity: number): GrowingCholesky {
  const factor = new Float64Array(capacity * capacity);
  let size = 0;

  function append(row: Float64Array, diagonal: number, pivotFloor: number): boolean {
    const last = size * capacity;
    for (let k = 0; k < size; k++) {
      const rest = row[k] - dot(factor, last, factor, k * capacity, k);
      factor[last + k] = rest / factor[k * capacity + k];
    }
    const squaredPivot = diagonal - dot(factor, last, factor, last, size);
    if (!(squaredPivot > pivotFloor)) return false;
    factor[last + size] = Math.sqrt(squaredPivot);
    size++;
    return true;
  }

  /** Turns columns `column` and `column + 1` so that the entry right of the diagonal of row `column` vanishes. */
  function rotate(column: number): void {
    const at = column * capacity + column;
    const pivot = Math.hypot(factor[at], factor[at + 1]);
    const cosine = factor[at] / pivot;
    const sine = factor[at + 1] / pivot;
    for (let row = column; row < size; row++) {
      const left = row * capacity + column;
      const kept = factor[left];
      factor[left] = cosine * kept + sine * factor[left + 1];
      factor[left + 1] = cosine * factor[left + 1] - sine * kept;
    }
  }

  function remove(position: number): void {
    factor.copyWithin(position * capacity, (position + 1) * capacity, size * capacity);
    size--;
    for (let column = position; column < size; column++) rotate(column);
  }

  return {
    get size() {
      return size;
    },
    append,
    remove,
    solve: (right) => solveFactored(factor, capacity, size, right),
  };
}
