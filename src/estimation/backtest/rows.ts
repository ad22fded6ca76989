import type { DesignName } from '../designs/names.ts';
import type { MethodName } from '../estimators/names.ts';
import { childSeed, createRandom } from '../numeric/random.ts';
import { type Statistics, statisticNames, type TrialOutcome } from './outcome.ts';
import { armsOf, type BacktestSettings, type Trial } from './settings.ts';
import type { SplitName } from './splits.ts';

/** A figure and its bootstrap standard error; null where one trial alone says nothing of it. */
export interface Figure {
  readonly value: number;
  readonly standardError: number | null;
}

/** One method on the core sets of one design and size, over all targets of all repeats of a split. Unit scale. */
export interface BacktestRow {
  readonly split: SplitName;
  readonly design: DesignName;
  readonly method: MethodName;
  readonly size: number;
  /** Targets that it answered for, over all repeats. */
  readonly targets: number;
  /** null where there were none. */
  readonly meanAbsoluteError: Figure | null;
  /** Mean of estimate - truth. */
  readonly meanError: Figure | null;
  /** Mean absolute error over that of the plain mean of random samples of the same size. */
  readonly ratioToRandomSampling: Figure | null;
  /** Share of the intervals that hold the true score; null where the method has none, as the next two. */
  readonly coverage: Figure | null;
  readonly meanWidth: Figure | null;
  readonly effectiveSampleSize: Figure | null;
  /** Kendall's tau-b of the estimated and the true order of the targets of a trial; null where nothing was told apart. */
  readonly rankAgreement: Figure | null;
}

/** A trial that is done. */
export interface FinishedTrial {
  readonly trial: Trial;
  readonly outcome: TrialOutcome;
}

const resamples = 400;

/**
 * The rows of a back-test: split by split, arm by arm, method by method.
 *
 * Standard errors are by bootstrap over the repeats of a split, numerator and denominator together: they say how far a
 * figure would move had other core sets (in interpolation: and other targets) been drawn from the same history. What other
 * models would do to it they cannot know. Source: Efron and Tibshirani 1993, chapter 6, with sqrt(R / (R - 1)) for R
 * repeats, which are the clusters, since a core set serves all targets. Where nothing is drawn, by a design that is
 * deterministic on a split that is, there are none.
 * @param trials those that are done, in the order of `trialsOf`
 * Cost: 400 sums over the trials, for each row.
 */
export function backtestRows(settings: BacktestSettings, trials: readonly FinishedTrial[]): BacktestRow[] {
  return settings.splits.flatMap((split) => {
    const outcomes = trials.filter(({ trial }) => trial.split === split).map(({ outcome }) => outcome);
    const draws = drawResamples(outcomes.length, childSeed(settings.seed, outcomes.length));
    let row = 0;
    return armsOf(settings).flatMap(({ design, size, methods }) =>
      methods.map((method) => {
        const baseline = settings.sizes.indexOf(size);
        const sums = outcomes.map((outcome) => withBaseline(outcome, row, baseline));
        row++;
        return { split, design, method, size, ...figuresOf(sums, draws) };
      }),
    );
  });
}

/** The sums of one row over one trial, or over several. */
type Sums = Float64Array;

const lastSum = statisticNames.length;

/** The statistics of a row, and the error that the plain mean would have made on as many targets. */
function withBaseline({ statistics, baselines }: TrialOutcome, row: number, baseline: number): Sums {
  const own = statistics.subarray(row * lastSum, (row + 1) * lastSum);
  const targets = own[statisticNames.indexOf('targets')];
  return Float64Array.from([...own, targets === 0 ? 0 : targets * baselines[baseline]]);
}

/** How often each trial is in each resample. */
function drawResamples(trials: number, seed: number): Uint16Array[] {
  const random = createRandom(seed);
  return Array.from({ length: trials < 2 ? 0 : resamples }, () => {
    const counts = new Uint16Array(trials);
    for (let k = 0; k < trials; k++) counts[random.below(trials)]++;
    return counts;
  });
}

function figuresOf(trials: readonly Sums[], draws: readonly Uint16Array[]) {
  const whole = named(addUp(trials, null));
  const isAlwaysTheSame = trials.every((sums) => areEqual(sums, trials[0]));
  const each = trials.map(named);
  const resampled = draws.map((counts) => named(addUp(trials, counts)));
  const figure = (read: (sums: NamedSums) => number): Figure | null => {
    const value = read(whole);
    if (!Number.isFinite(value)) return null;
    const saying = each.filter((sums) => Number.isFinite(read(sums))).length;
    if (saying < 2 || isAlwaysTheSame) return { value, standardError: null };
    const deviation = deviationOf(resampled.map(read).filter(Number.isFinite));
    // Few clusters differ from their own mean less than from that of all there could be.
    return { value, standardError: deviation && deviation * Math.sqrt(saying / (saying - 1)) };
  };
  return {
    targets: whole.targets,
    meanAbsoluteError: figure(({ absoluteError, targets }) => absoluteError / targets),
    meanError: figure(({ signedError, targets }) => signedError / targets),
    ratioToRandomSampling: figure(({ absoluteError, baseline, targets }) =>
      baseline > roundingError * targets ? absoluteError / baseline : Number.NaN,
    ),
    coverage: figure(({ covered, intervals }) => covered / intervals),
    meanWidth: figure(({ width, intervals }) => width / intervals),
    effectiveSampleSize: figure(({ effectiveSampleSize, intervals }) => effectiveSampleSize / intervals),
    rankAgreement: figure(({ tau, taus }) => tau / taus),
  };
}

/** @param counts how often each trial counts; once where null */
function addUp(trials: readonly Sums[], counts: Uint16Array | null): Sums {
  const total = new Float64Array(lastSum + 1);
  for (let t = 0; t < trials.length; t++) {
    const times = counts === null ? 1 : counts[t];
    if (times === 0) continue;
    const sums = trials[t];
    for (let k = 0; k <= lastSum; k++) total[k] += times * sums[k];
  }
  return total;
}

/** Whether the statistics are, whatever the baseline: where nothing of a method is drawn, nothing can be resampled. */
function areEqual(a: Sums, b: Sums): boolean {
  return a.subarray(0, lastSum).every((value, k) => value === b[k]);
}

/** Core sets of all items are off by the rounding of the arithmetic; to divide by that says nothing. */
const roundingError = 1e-12;

type NamedSums = Statistics & { readonly baseline: number };

function named(sums: Sums): NamedSums {
  const statistics = Object.fromEntries(statisticNames.map((name, k) => [name, sums[k]])) as Statistics;
  return { ...statistics, baseline: sums[lastSum] };
}

function deviationOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
