import { packRows } from './packed-bits.ts';
import {
  dualTrials,
  primalTrials,
  primalTrialsOfBits,
  type TrialFeatures,
  type TrialSystem,
} from './trial-systems.ts';

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
 * The smaller of the two Gram matrices serves all penalties; what does not depend on the set is done once.
 * Cost of a call: with k the smaller and l the larger of n and nRows, k^2 l / 2 for the Gram matrix (a 32nd of it for features
 * that are all 0 or 1, where n <= nRows), k^3 / 6 for each penalty.
 */
export function createRidgeTrials(input: RidgeTrialsInput): RidgeTrials {
  const { nRows, nTestRows, penalties, size, features, testFeatures } = input;
  const outcomeMean = meanOf(input.outcome, 0, nRows);
  const outcome = input.outcome.map((value) => value - outcomeMean);
  const means = Float64Array.from({ length: features.length / nRows }, (_, j) =>
    meanOf(features, j * nRows, nRows),
  );
  const system = trialSystemOf({ features, means, nRows, outcome, size });
  const predictions = penalties.map(() => new Float64Array(nTestRows));

  function applySlopes(chosen: Int32Array, slopes: Float64Array, result: Float64Array): void {
    let intercept = outcomeMean;
    for (let i = 0; i < size; i++) intercept -= slopes[i] * means[chosen[i]];
    result.fill(intercept);
    for (let i = 0; i < size; i++) {
      const start = chosen[i] * nTestRows;
      for (let row = 0; row < nTestRows; row++) result[row] += slopes[i] * testFeatures[start + row];
    }
  }

  return {
    predict(chosen) {
      system.choose(chosen);
      penalties.forEach((penalty, k) => {
        applySlopes(chosen, system.slopes(penalty), predictions[k]);
      });
      return predictions;
    },
  };
}

function trialSystemOf(input: TrialFeatures): TrialSystem {
  const { features, means, nRows, size } = input;
  if (nRows < size) return dualTrials(input);
  const bits = packRows(features, means.length, nRows);
  return bits === null ? primalTrials(input) : primalTrialsOfBits(input, bits);
}

function meanOf(values: Float64Array, start: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += values[start + k];
  return sum / length;
}
