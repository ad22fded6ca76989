import { solveFactored } from './cholesky-solve.ts';
import { factorisePairs } from './paired-cholesky.ts';

/** Solves (K + penalty I) b = c again and again for matrices K of one size, in memory taken once. */
export interface RidgeSolver {
  /** stride x stride, row-major: the lower triangle of K in its first rows, to be filled by the caller. */
  readonly gram: Float64Array;
  /** The size, or one more. */
  readonly stride: number;
  /** Cholesky factorisation of K + penalty I, penalty > 0.   O(size^3) */
  factorise(penalty: number): void;
  /** Overwrites c (size numbers) by b.   O(size^2) */
  solve(right: Float64Array): void;
}

export function createRidgeSolver(size: number): RidgeSolver {
  // One more row of zeros where the number is odd: it changes nothing and spares the loops a special case.
  const stride = size + (size % 2);
  const gram = new Float64Array(stride * stride);
  const factor = new Float64Array(stride * stride);
  return {
    gram,
    stride,
    factorise(penalty) {
      factorisePairs(gram, stride, penalty, factor);
    },
    solve: (right) => solveFactored(factor, stride, size, right),
  };
}
