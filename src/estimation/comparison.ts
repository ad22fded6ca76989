import type { ScoreRange } from '../scores/score-range.ts';
import { clip, clipRelative, residualVariance, wilsonInterval } from './inference/wilson-interval.ts';
import type { LevelInterval } from './method-estimate.ts';
import { studentTProbability, studentTQuantile } from './numeric/student-t.ts';
import type { PreparedCoreSet } from './prepared-core-set.ts';
import { raiseSampleWarnings, type Warning } from './warnings.ts';

const leastDoubt = 1e-9;

export type Verdict = 'a' | 'b' | 'undecided';

/** How two models stand to each other, in score units: positive where A is better. */
export interface Comparison {
  readonly difference: number;
  readonly standardError: number | null;
  readonly interval: LevelInterval | null;
  /**
   * Confidence that A is the better one, 0 to 1: one minus the level at which the one-sided interval would just touch 0.
   * The verdict falls where it leaves [(1 - level) / 2, (1 + level) / 2].
   */
  readonly confidenceABetter: number | null;
  readonly verdict: Verdict;
  /** Why there is no interval. */
  readonly reason: string | null;
  readonly warnings: readonly Warning[];
}

type Finding = Omit<Comparison, 'warnings'>;

export interface CompareOptions {
  /** Nominal coverage, in (0, 1). */
  readonly level: number;
  readonly range: ScoreRange;
}

/**
 * Two targets on the same core set, by the paired differences of their leave-one-out residuals d_i = e_A,i - e_B,i:
 *   V_d = ((S2 + 1) - S1^2 / (n + 2)) / (n + 2),   S1 = n sum w (y_A - y_B),   S2 = n sum w (y_A - y_B)^2
 *   v = clip( (n sum (1 - pi_i) (w_i d_i)^2 / f) / V_d, 0.2, 1.1 ) V_d f / (n - 1),   difference +- t_{n-1} sqrt(v).
 * For 0/1 scores S2 = b + c and S1 = b - c, the discordant pairs of McNemar 1947, with the added half counts of Agresti and
 * Min 2005: without them, models that agree on every item of the core set would be called equal for certain.
 * @param a n scores of A, unit scale, in the order of the sample's items   @param b n scores of B
 */
export function compareTargets(
  prepared: PreparedCoreSet,
  a: Float64Array,
  b: Float64Array,
  options: CompareOptions,
): Comparison {
  return { ...paired(prepared, a, b, options), warnings: warningsOf(prepared) };
}

function paired(
  prepared: PreparedCoreSet,
  a: Float64Array,
  b: Float64Array,
  { level, range }: CompareOptions,
): Finding {
  const { sample, aipw } = prepared;
  const n = sample.nItems;
  const unit = range.high - range.low;
  const differences = a.map((score, i) => score - b[i]);
  const possible = possibleDifferences(differences, sample.populationSize);
  if (n === sample.populationSize) return exactly(withoutRounding(possible.lower) * unit, level);
  // The estimate and its residuals are linear in the scores.
  const { value, looResiduals } = aipw.estimate(differences);
  const estimate = clip(value, possible);
  if (n < 2) return withoutInterval(estimate * unit);

  const smoothed = smoothedVariance(differences, sample.weights);
  const relative = clipRelative(residualVariance(sample, looResiduals) / smoothed);
  const error = Math.sqrt((relative * smoothed * (1 - n / sample.populationSize)) / (n - 1));
  const half = studentTQuantile((1 + level) / 2, n - 1) * error;
  const interval = {
    level,
    lower: clip(estimate - half, possible) * unit,
    upper: clip(estimate + half, possible) * unit,
  };
  return {
    difference: estimate * unit,
    standardError: error * unit,
    interval,
    confidenceABetter: confidenceOf(interval, studentTProbability(estimate / error, n - 1), level),
    verdict: verdictOf(interval),
    reason: null,
  };
}

/** The difference is at least this where B has all the items that were not run, and at most this where A has them. */
function possibleDifferences(differences: Float64Array, populationSize: number) {
  const sum = differences.reduce((total, difference) => total + difference, 0);
  const unseen = populationSize - differences.length;
  return { lower: (sum - unseen) / populationSize, upper: (sum + unseen) / populationSize };
}

function smoothedVariance(differences: Float64Array, weights: Float64Array): number {
  const n = differences.length;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    sum += n * weights[i] * differences[i];
    squares += n * weights[i] * differences[i] ** 2;
  }
  return (squares + 1 - sum ** 2 / (n + 2)) / (n + 2);
}

/**
 * A target against a model whose full score is known: the interval of the target, minus a number. The confidence is that
 * of the score test, whose inversion the interval is (Wilson 1927).
 * @param a n scores of the target, unit scale   @param known the full score of the other, unit scale
 */
export function compareWithKnown(
  prepared: PreparedCoreSet,
  a: Float64Array,
  known: number,
  options: CompareOptions,
): Comparison {
  return { ...againstKnown(prepared, a, known, options), warnings: warningsOf(prepared) };
}

function againstKnown(
  { sample, aipw }: PreparedCoreSet,
  a: Float64Array,
  known: number,
  { level, range }: CompareOptions,
): Finding {
  const fitted = aipw.estimate(a);
  const answer = wilsonInterval({ ...sample, scores: a }, fitted.value, fitted.looResiduals, level);
  const unit = range.high - range.low;
  const difference = withoutRounding(answer.estimate - known) * unit;
  if (sample.nItems === sample.populationSize) return exactly(difference, level);
  if (answer.interval === null || answer.observations === null) return withoutInterval(difference);
  const interval = {
    level,
    lower: withoutRounding(answer.interval.lower - known) * unit,
    upper: withoutRounding(answer.interval.upper - known) * unit,
  };
  const spread = Math.sqrt((known * (1 - known)) / answer.observations);
  const statistic = difference === 0 ? 0 : (answer.estimate - known) / spread;
  return {
    difference,
    standardError: answer.standardError! * unit,
    interval,
    confidenceABetter: confidenceOf(interval, studentTProbability(statistic, sample.nItems - 1), level),
    verdict: verdictOf(interval),
    reason: null,
  };
}

/** Sums of the same scores in another order are the same score: no verdict may rest on that. */
function withoutRounding(difference: number): number {
  return Math.abs(difference) < 1e-12 ? 0 : difference;
}

function warningsOf({ sample, probabilities }: PreparedCoreSet): Warning[] {
  const { nItems: observedItems, populationSize } = sample;
  return raiseSampleWarnings({ observedItems, populationSize, probabilities });
}

/** What the target scores on the items that were run may decide more than the formula does. */
function confidenceOf({ lower, upper }: LevelInterval, confidence: number, level: number): number {
  const decided = lower > 0 ? Math.max(confidence, (1 + level) / 2) : confidence;
  const either = upper < 0 ? Math.min(decided, (1 - level) / 2) : decided;
  // Certainty takes every item.
  return clip(either, { lower: leastDoubt, upper: 1 - leastDoubt });
}

function verdictOf({ lower, upper }: { lower: number; upper: number }): Verdict {
  if (lower > 0) return 'a';
  return upper < 0 ? 'b' : 'undecided';
}

function exactly(difference: number, level: number): Finding {
  const interval = { level, lower: difference, upper: difference };
  return {
    difference,
    standardError: 0,
    interval,
    confidenceABetter: difference === 0 ? 0.5 : Number(difference > 0),
    verdict: verdictOf(interval),
    reason: null,
  };
}

function withoutInterval(difference: number): Finding {
  return {
    difference,
    standardError: null,
    interval: null,
    confidenceABetter: null,
    verdict: 'undecided',
    reason: 'an interval needs results on at least two items',
  };
}
