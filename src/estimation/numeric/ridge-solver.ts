import { solveFactored } from './cholesky-solve.ts';

/**
 * Solves (X X' + penalty I) b = c again and again for matrices X of one shape, in memory taken once.
 * Products of rows are formed two rows by two rows: every number read serves two of the four, which about doubles the speed.
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
        multiplyPairs(rows, i * length, j * length, length, length, tile);
        gram[i * even + j] = tile[0];
        gram[i * even + j + 1] = tile[1];
        gram[(i + 1) * even + j] = tile[2];
        gram[(i + 1) * even + j + 1] = tile[3];
      }
    }
  }

  /** Rows i and i + 1 of the factor in the columns j and j + 1 left of the diagonal, from those further left. */
  function eliminate(i: number, j: number): void {
    const upper = i * even + j;
    const lower = upper + even;
    const firstPivot = factor[j * even + j];
    const between = factor[(j + 1) * even + j];
    const secondPivot = factor[(j + 1) * even + j + 1];
    multiplyPairs(factor, i * even, j * even, even, j, tile);
    factor[upper] = (gram[upper] - tile[0]) / firstPivot;
    factor[lower] = (gram[lower] - tile[2]) / firstPivot;
    factor[upper + 1] = (gram[upper + 1] - tile[1] - factor[upper] * between) / secondPivot;
    factor[lower + 1] = (gram[lower + 1] - tile[3] - factor[lower] * between) / secondPivot;
  }

  function factorise(penalty: number): void {
    for (let i = 0; i < even; i += 2) {
      for (let j = 0; j < i; j += 2) eliminate(i, j);
      const upper = i * even + i;
      const lower = upper + even;
      multiplyPairs(factor, i * even, i * even, even, i, tile);
      factor[upper] = Math.sqrt(gram[upper] + penalty - tile[0]);
      factor[lower] = (gram[lower] - tile[2]) / factor[upper];
      factor[lower + 1] = Math.sqrt(gram[lower + 1] + penalty - tile[3] - factor[lower] ** 2);
    }
  }

  return { rows, prepare, factorise, solve: (right) => solveFactored(factor, even, size, right) };
}

/** The four products of the rows at a and a + stride with those at b and b + stride: aa.bb, aa.b', a'.bb, a'.b'. */
function multiplyPairs(
  matrix: Float64Array,
  a: number,
  b: number,
  stride: number,
  length: number,
  products: Float64Array,
): void {
  const nextA = a + stride;
  const nextB = b + stride;
  let product0 = 0;
  let product1 = 0;
  let product2 = 0;
  let product3 = 0;
  for (let k = 0; k < length; k++) {
    const left0 = matrix[a + k];
    const left1 = matrix[nextA + k];
    const right0 = matrix[b + k];
    const right1 = matrix[nextB + k];
    product0 += left0 * right0;
    product1 += left0 * right1;
    product2 += left1 * right0;
    product3 += left1 * right1;
  }
  products[0] = product0;
  products[1] = product1;
  products[2] = product2;
  products[3] = product3;
}
