import { type SplitName, splitModels } from '../../src/estimation/backtest/splits.ts';
import type { ProbabilityDesignName } from '../../src/estimation/designs/names.ts';
import type { MethodName } from '../../src/estimation/estimators/names.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { type History, type HistorySummary, summariseHistory } from '../../src/estimation/history.ts';
import { createRandom, type Random } from '../../src/estimation/numeric/random.ts';
import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import type { ScoreMatrix } from '../../src/scores/score-matrix.ts';
import { drawn, drawnFrom } from '../../test/support/designs.ts';
import { fullScoresOf, historyOf, scoresOf } from '../../test/support/histories.ts';

export interface Combination {
  readonly label: string;
  readonly design: ProbabilityDesignName;
  readonly method: MethodName;
}

export const combinations: readonly Combination[] = (
  [
    ['random', 'random-sampling'],
    ['random', 'random-sampling-learn'],
    ['random', 'aipw-paper'],
    ['random', 'aipw'],
    ['balanced', 'random-sampling'],
    ['balanced', 'aipw'],
    ['informative', 'aipw'],
  ] as const
).map(([design, method]) => ({ label: `${design} + ${method}`, design, method }));

/** One design and method on one matrix and split, over all repeats and targets. */
export interface Cell {
  /** Mean absolute error relative to that of the plain mean of a random sample. */
  readonly ratio: number;
  /** Share of the 95 % intervals that hold the true score; NaN where the method has none. */
  readonly coverage: number;
  readonly width: number;
  readonly effectiveSampleSize: number;
  /** Share of the targets for which `frontier` is raised. */
  readonly frontier: number;
}

export interface ProtocolOptions {
  readonly size: number;
  readonly repeats: number;
  /** Random core sets per repeat in the denominator. */
  readonly draws: number;
  readonly seed: number;
}

interface Sums {
  error: number;
  covered: number;
  width: number;
  effective: number;
  frontier: number;
  count: number;
}

export function runProtocol(
  matrix: ScoreMatrix,
  split: SplitName,
  options: ProtocolOptions,
): ReadonlyMap<string, Cell> {
  const truth = fullScoresOf(matrix);
  const sums = new Map<string, Sums>(
    combinations.map(({ label }) => [
      label,
      { error: 0, covered: 0, width: 0, effective: 0, frontier: 0, count: 0 },
    ]),
  );
  let baseline = 0;
  for (let repeat = 0; repeat < options.repeats; repeat++) {
    const random = createRandom(options.seed + repeat);
    const { sources, targets } = splitModels(split, truth, random);
    const history = historyOf(matrix, sources);
    const summary = summariseHistory(history);
    baseline += randomSamplingError(matrix, targets, truth, options, random) / options.repeats;
    for (const combination of combinations) {
      replay(
        combination,
        { matrix, history, summary, targets, truth, size: options.size, random },
        sums.get(combination.label)!,
      );
    }
  }
  return new Map([...sums].map(([label, sum]) => [label, summarise(sum, baseline)]));
}

/** The denominator: mean absolute error of the plain mean, over several random core sets. */
export function randomSamplingError(
  matrix: ScoreMatrix,
  targets: Int32Array,
  truth: Float64Array,
  { size, draws }: Pick<ProtocolOptions, 'size' | 'draws'>,
  random: Random,
): number {
  const frame = {
    difficulties: new Float64Array(matrix.nItems),
    groups: { names: [], ofItem: new Int32Array(0) },
    prospects: null,
  };
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const { items } = drawn('random', frame, size, random);
    for (const target of targets) {
      const scores = scoresOf(matrix, target, items);
      sum += Math.abs(scores.reduce((total, score) => total + score, 0) / size - truth[target]);
    }
  }
  return sum / (draws * targets.length);
}

interface Replay {
  readonly matrix: ScoreMatrix;
  readonly history: History;
  readonly summary: HistorySummary;
  readonly targets: Int32Array;
  readonly truth: Float64Array;
  readonly size: number;
  readonly random: Random;
}

function replay({ design, method }: Combination, replayed: Replay, sums: Sums): void {
  const { matrix, history, summary, targets, truth, size, random } = replayed;
  const { items, inclusion } = drawnFrom({ history, summary }, design, size, random);
  const prepared = prepareCoreSet({ history, summary, items, inclusion });
  for (const target of targets) {
    const { estimates, warnings } = evaluateTarget(prepared, scoresOf(matrix, target, items), {
      methods: [method],
    });
    const [{ estimate, interval, effectiveSampleSize }] = estimates;
    sums.error += Math.abs(estimate! - truth[target]);
    sums.frontier += Number(warnings.some(({ code }) => code === 'frontier'));
    sums.covered += interval === null ? Number.NaN : Number(isInside(truth[target], interval));
    sums.width += interval === null ? Number.NaN : interval.upper - interval.lower;
    sums.effective += effectiveSampleSize ?? Number.NaN;
    sums.count++;
  }
}

/** Bounds are sums of rounded terms; a true score on the bound is inside. */
export function isInside(score: number, { lower, upper }: { lower: number; upper: number }): boolean {
  return score >= lower - 1e-12 && score <= upper + 1e-12;
}

function summarise({ error, covered, width, effective, frontier, count }: Sums, baseline: number): Cell {
  return {
    ratio: error / count / baseline,
    coverage: covered / count,
    width: width / count,
    effectiveSampleSize: effective / count,
    frontier: frontier / count,
  };
}
