import { solveFactored } from './cholesky-solve.ts';
import { multiplyPairs } from './pair-products.ts';
import { factorisePairs } from './paired-cholesky.ts';

/**
 * Solves (X X' + penalty I) b = c again and again for matrices X of one shape, in memory taken once.
 */
export interface RidgeSolver {
  /** size x length, row-major: X, to be filled by the caller before `prepare`. */
  readonly rows: Float64Array;
  /** Forms X X'.   O(size^2 length) */
  prepare(): void;
  /** Cholesky factorisation of X X' + penalty I, penalty > 0.   O(size^3) */
  factorise(penalty: number): void;
  /** Overwrites c (size numbers) by b.   O(size^2) */
  solve(right: Float64Array): void;
}

/** @param size number of rows of X   @param length number of columns of X */
export function createRidgeSolver(size: number, length: number): RidgeSolver {
  // One more row of zeros where the number is odd: it changes nothing and spares the loops a special case.
  const even = size + (size % 2);
  const rows = new Float64Array(even * length);
  const gram = new Float64Array(even * even);
  const factor = new Float64Array(even * even);
  const tile = new Float64Array(4);

  function prepare(): void {
    for (let i = 0; i < even; i += 2) {
      for (let j = 0; j <= i; j += 2) {
        multiplyPairs(rows, i * length, length, rows, j * length, length, length, tile);
        gram[i * even + j] = tile[0];
        gram[i * even + j + 1] = tile[1];
        gram[(i + 1) * even + j] = tile[2];
        gram[(i + 1) * even + j + 1] = tile[3];
      }
    }
  }

  function factorise(penalty: number): void {
    factorisePairs(gram, even, penalty, factor);
  }

  return { rows, prepare, factorise, solve: (right) => solveFactored(factor, even, size, right) };
}
