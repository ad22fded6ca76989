import { dot } from './dot.ts';
import { createRidgeSolver } from './ridge-solver.ts';

/** Many features, a few of which at a time are tried in a ridge regression. */
export interface RidgeTrialsInput {
  /** nFeatures x nRows, row-major (a row per feature): what is fitted on. */
  readonly features: Float64Array;
  readonly nRows: number;
  /** nRows */
  readonly outcome: Float64Array;
  /** nFeatures x nTestRows, row-major: what is predicted. */
  readonly testFeatures: Float64Array;
  readonly nTestRows: number;
  /** Each positive. */
  readonly penalties: readonly number[];
  /** Number of features in a trial. */
  readonly size: number;
}

export interface RidgeTrials {
  /** One array per penalty: the predictions for the test rows from these features alone. The next call overwrites them. */
  predict(chosen: Int32Array): readonly Float64Array[];
}

/**
 * Ridge regressions with an unpenalised intercept on many sets of n features, for one outcome:
 *   argmin_{b0, b}  sum_i (y_i - b0 - x_i.b)^2 + penalty |b|^2
 * The smaller of the two Gram matrices serves all penalties; what does not depend on the set is done once, and a call
 * takes no memory.
 * Cost of a call: with k the smaller and l the larger of n and nRows, k^2 l / 2 for the Gram matrix, k^3 / 6 for each penalty.
 */
export function createRidgeTrials(input: RidgeTrialsInput): RidgeTrials {
  const { nRows, nTestRows, penalties, size } = input;
  const outcomeMean = meanOf(input.outcome, 0, nRows);
  const outcome = input.outcome.map((value) => value - outcomeMean);
  const { features, testFeatures } = centre(input);
  const isDual = nRows < size;
  const order = isDual ? nRows : size;
  const length = isDual ? size : nRows;
  const solver = createRidgeSolver(order, length);
  const { rows } = solver;
  const solution = new Float64Array(order);
  const slopes = new Float64Array(size);
  const predictions = penalties.map(() => new Float64Array(nTestRows));

  function gather(chosen: Int32Array): void {
    for (let i = 0; i < size; i++) {
      const start = chosen[i] * nRows;
      if (!isDual) rows.set(features.subarray(start, start + nRows), i * nRows);
      else for (let row = 0; row < nRows; row++) rows[row * size + i] = features[start + row];
    }
  }

  function solveSlopes(chosen: Int32Array): void {
    if (!isDual) {
      for (let i = 0; i < size; i++) slopes[i] = dot(rows, i * nRows, outcome, 0, nRows);
      solver.solve(slopes);
      return;
    }
    solution.set(outcome);
    solver.solve(solution);
    for (let i = 0; i < size; i++) slopes[i] = dot(features, chosen[i] * nRows, solution, 0, nRows);
  }

  function applySlopes(chosen: Int32Array, result: Float64Array): void {
    result.fill(outcomeMean);
    for (let i = 0; i < size; i++) {
      const start = chosen[i] * nTestRows;
      for (let row = 0; row < nTestRows; row++) result[row] += slopes[i] * testFeatures[start + row];
    }
  }

  return {
    predict(chosen) {
      gather(chosen);
      solver.prepare();
      penalties.forEach((penalty, k) => {
        solver.factorise(penalty);
        solveSlopes(chosen);
        applySlopes(chosen, predictions[k]);
      });
      return predictions;
    },
  };
}

function meanOf(values: Float64Array, start: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += values[start + k];
  return sum / length;
}

/** Both kinds of rows less the features' means over the rows that are fitted on. */
function centre(input: RidgeTrialsInput): { features: Float64Array; testFeatures: Float64Array } {
  const { nRows, nTestRows } = input;
  const features = input.features.slice();
  const testFeatures = input.testFeatures.slice();
  for (let j = 0; j * nRows < features.length; j++) {
    const mean = meanOf(features, j * nRows, nRows);
    for (let k = j * nRows; k < (j + 1) * nRows; k++) features[k] -= mean;
    for (let k = j * nTestRows; k < (j + 1) * nTestRows; k++) testFeatures[k] -= mean;
  }
  return { features, testFeatures };
}
