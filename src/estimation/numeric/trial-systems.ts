import { dot } from './dot.ts';
import type { PackedBits } from './packed-bits.ts';
import { createPairCounts } from './pair-counts.ts';
import { multiplyPairs } from './pair-products.ts';
import { createRidgeSolver, type RidgeSolver } from './ridge-solver.ts';

/** Features about their means, a few of which at a time enter a ridge regression. */
export interface TrialFeatures {
  /** nFeatures x nRows, row-major (a row per feature). */
  readonly features: Float64Array;
  /** nFeatures */
  readonly means: Float64Array;
  readonly nRows: number;
  /** nRows, about its mean. */
  readonly outcome: Float64Array;
  /** Number of features in a trial. */
  readonly size: number;
}

/** The slopes of the chosen features, whichever of the two Gram matrices they come from. */
export interface TrialSystem {
  choose(chosen: Int32Array): void;
  /** `size` numbers, overwritten by the next call. */
  slopes(penalty: number): Float64Array;
}

/** As many unknowns as features: X X' for the features chosen. */
export function primalTrials(input: TrialFeatures): TrialSystem {
  const { features, means, nRows, outcome, size } = input;
  const solver = createRidgeSolver(size);
  const rows = new Float64Array(solver.stride * nRows);
  const moments = new Float64Array(size);
  return {
    choose(chosen) {
      for (let i = 0; i < size; i++) {
        const start = chosen[i] * nRows;
        const mean = means[chosen[i]];
        for (let row = 0; row < nRows; row++) rows[i * nRows + row] = features[start + row] - mean;
        moments[i] = dot(rows, i * nRows, outcome, 0, nRows);
      }
      fillGram(solver, rows, nRows);
    },
    slopes: slopesFrom(solver, moments),
  };
}

/** The same for features that are all 0 or 1: with m the means, (x - m).(z - m') = x.z - nRows m m'. */
export function primalTrialsOfBits(input: TrialFeatures, packed: PackedBits): TrialSystem {
  const { features, means, nRows, outcome, size } = input;
  const solver = createRidgeSolver(size);
  const { gram, stride } = solver;
  // The outcome has mean 0: the features' means have no part in the products.
  const allMoments = means.map((_, j) => dot(features, j * nRows, outcome, 0, nRows));
  const moments = new Float64Array(size);
  const countPairs = createPairCounts(packed);
  return {
    choose(chosen) {
      const common = countPairs(chosen, chosen);
      for (let i = 0; i < size; i++) {
        moments[i] = allMoments[chosen[i]];
        const scaledMean = nRows * means[chosen[i]];
        for (let j = 0; j <= i; j++) {
          gram[i * stride + j] = common[i * size + j] - scaledMean * means[chosen[j]];
        }
      }
    },
    slopes: slopesFrom(solver, moments),
  };
}

function slopesFrom(solver: RidgeSolver, moments: Float64Array): TrialSystem['slopes'] {
  const slopes = moments.slice();
  return (penalty) => {
    solver.factorise(penalty);
    slopes.set(moments);
    solver.solve(slopes);
    return slopes;
  };
}

/** As many unknowns as rows, where they are fewer: X'X, and the slopes are X b. */
export function dualTrials(input: TrialFeatures): TrialSystem {
  const { features, means, nRows, outcome, size } = input;
  const solver = createRidgeSolver(nRows);
  const columns = new Float64Array(solver.stride * size);
  const solution = new Float64Array(nRows);
  const slopes = new Float64Array(size);
  return {
    choose(chosen) {
      for (let i = 0; i < size; i++) {
        const start = chosen[i] * nRows;
        const mean = means[chosen[i]];
        for (let row = 0; row < nRows; row++) columns[row * size + i] = features[start + row] - mean;
      }
      fillGram(solver, columns, size);
    },
    slopes(penalty) {
      solver.factorise(penalty);
      solution.set(outcome);
      solver.solve(solution);
      slopes.fill(0);
      for (let row = 0; row < nRows; row++) {
        for (let i = 0; i < size; i++) slopes[i] += solution[row] * columns[row * size + i];
      }
      return slopes;
    },
  };
}

/** The inner products of the rows of a stride x length matrix, two by two. */
function fillGram({ gram, stride }: RidgeSolver, rows: Float64Array, length: number): void {
  const tile = new Float64Array(4);
  for (let i = 0; i < stride; i += 2) {
    for (let j = 0; j <= i; j += 2) {
      multiplyPairs(rows, i * length, length, rows, j * length, length, length, tile);
      gram[i * stride + j] = tile[0];
      gram[i * stride + j + 1] = tile[1];
      gram[(i + 1) * stride + j] = tile[2];
      gram[(i + 1) * stride + j + 1] = tile[3];
    }
  }
}
