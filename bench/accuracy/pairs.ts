import { type SplitName, splitModels } from '../../src/estimation/backtest/splits.ts';
import { compareTargets, compareWithKnown } from '../../src/estimation/comparison.ts';
import { defaultDesign } from '../../src/estimation/designs/names.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { summariseHistory } from '../../src/estimation/history.ts';
import { isInside } from '../../src/estimation/inference/wilson-interval.ts';
import { createRandom } from '../../src/estimation/numeric/random.ts';
import { type PreparedCoreSet, prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import type { ScoreMatrix } from '../../src/scores/score-matrix.ts';
import { defaultScoreRange } from '../../src/scores/score-range.ts';
import { drawnFrom } from '../../test/support/designs.ts';
import { fullScoresOf, historyOf, scoresOf } from '../../test/support/histories.ts';

export const differenceBands = [
  { label: 'below 1 point', below: 0.01 },
  { label: '1 to 2 points', below: 0.02 },
  { label: '2 to 5 points', below: 0.05 },
  { label: '5 to 10 points', below: 0.1 },
  { label: '10 to 20 points', below: 0.2 },
  { label: 'above 20 points', below: Number.POSITIVE_INFINITY },
];

export interface PairSums {
  pairs: number;
  covered: number;
  coveredKnown: number;
  toRootSum: number;
  toSum: number;
  wrong: number;
  readonly bands: readonly { pairs: number; decided: number }[];
}

interface PairOptions {
  readonly size: number;
  readonly repeats: number;
  readonly seed: number;
}

const maxPairs = 200;
const options = { level: 0.95, range: defaultScoreRange };

export function replayPairs(
  matrix: ScoreMatrix,
  split: SplitName,
  { size, repeats, seed }: PairOptions,
): PairSums {
  const truth = fullScoresOf(matrix);
  const sums: PairSums = {
    pairs: 0,
    covered: 0,
    coveredKnown: 0,
    toRootSum: 0,
    toSum: 0,
    wrong: 0,
    bands: differenceBands.map(() => ({ pairs: 0, decided: 0 })),
  };
  for (let repeat = 0; repeat < repeats; repeat++) {
    const random = createRandom(seed + repeat);
    const { sources, targets } = splitModels(split, truth, random);
    const history = historyOf(matrix, sources);
    const summary = summariseHistory(history);
    const { items, inclusion } = drawnFrom({ history, summary }, defaultDesign, size, random);
    const prepared = prepareCoreSet({ history, summary, items, inclusion });
    for (let pair = 0; pair < maxPairs; pair++) {
      const a = targets[random.below(targets.length)];
      const b = targets[random.below(targets.length)];
      if (a === b) continue;
      const [scoresA, scoresB] = [a, b].map((model) => scoresOf(matrix, model, items));
      addPair(sums, prepared, scoresA, scoresB, truth[a], truth[b]);
    }
  }
  return sums;
}

function addPair(
  sums: PairSums,
  prepared: PreparedCoreSet,
  a: Float64Array,
  b: Float64Array,
  truthA: number,
  truthB: number,
): void {
  const paired = compareTargets(prepared, a, b, options);
  const known = compareWithKnown(prepared, a, truthB, options);
  const [widthA, widthB] = [a, b].map((scores) => widthOf(prepared, scores));
  const width = paired.interval!.upper - paired.interval!.lower;
  const difference = truthA - truthB;
  sums.pairs++;
  sums.covered += Number(isInside(difference, paired.interval!));
  sums.coveredKnown += Number(isInside(difference, known.interval!));
  sums.toRootSum += width / Math.hypot(widthA, widthB);
  sums.toSum += width / (widthA + widthB);
  const better = difference > 0 ? 'a' : difference < 0 ? 'b' : 'undecided';
  sums.wrong += Number(paired.verdict !== 'undecided' && paired.verdict !== better);
  const band = sums.bands[differenceBands.findIndex(({ below }) => Math.abs(difference) < below)];
  band.pairs++;
  band.decided += Number(paired.verdict !== 'undecided');
}

function widthOf(prepared: PreparedCoreSet, scores: Float64Array): number {
  const { interval } = evaluateTarget(prepared, scores, { methods: ['aipw'] }).estimates[0];
  return interval!.upper - interval!.lower;
}
