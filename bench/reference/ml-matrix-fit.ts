import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { CoreSample } from '../../src/estimation/core-sample.ts';

export interface MlMatrixFit {
  /** n: diagonal of the hat matrix. */
  readonly leverage: readonly number[];
  /** n x n: (K + penalty I)^-1 */
  readonly inverse: Matrix;
}

/** The linear algebra of the dual ridge regression (equal weights) as a user of ml-matrix would write it. */
export function fitWithMlMatrix(sample: CoreSample, penalty: number): MlMatrixFit {
  const { nItems, nModels, sourceScores } = sample;
  const centred = Matrix.from1DArray(nItems, nModels, sourceScores);
  centred.subRowVector(centred.mean('column'));
  const system = centred.mmul(centred.transpose()).add(Matrix.eye(nItems).mul(penalty));
  const inverse = new CholeskyDecomposition(system).solve(Matrix.eye(nItems));
  const leverage = inverse.diagonal().map((value) => 1 / nItems + 1 - penalty * value);
  return { leverage, inverse };
}
