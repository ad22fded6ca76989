import { isInside } from '../inference/wilson-interval.ts';
import type { MethodEstimate } from '../method-estimate.ts';
import { kendallTau } from '../numeric/kendall-tau.ts';
import type { Standing } from '../standing.ts';
import { packRecords, type TargetRecord } from './records.ts';
import type { SplitName } from './splits.ts';

/** One model that was treated as new, and what came of it. Unit scale. */
export interface ReplayedTarget {
  /** Its index in the history. */
  readonly model: number;
  readonly truth: number;
  /** One per method of the arm; null where it could not answer. */
  readonly estimates: readonly (MethodEstimate | null)[];
  /** Asked of the few that are kept one by one. */
  circumstances(): Circumstances;
}

/** What the errors of a target may depend on. */
export interface Circumstances extends Standing {
  /** What AIPW says at the default level, whatever the methods of the arm; null where no item was observed. */
  readonly aipw: MethodEstimate | null;
  /** Mean kappa with the sources on the core set; NaN where it is not defined. */
  readonly similarity: number;
}

/** What is kept of one trial: sums for the rows of the back-test, and some of its targets one by one. */
export interface TrialOutcome {
  /** Targets that were replayed. */
  readonly targets: number;
  /** Targets that equal a source on every item, replayed or not. */
  readonly duplicates: number;
  /** Targets left out because too few of their scores are known. */
  readonly unknown: number;
  /** One per size: mean absolute error of the plain mean of a random sample. */
  readonly baselines: Float64Array;
  /** `statisticNames.length` sums for each method of each arm. */
  readonly statistics: Float64Array;
  /** One per arm: the kept targets one after the other, as records.ts packs them. */
  readonly records: readonly Float64Array[];
}

/** Sums over the targets of a trial, but for `tau`, which is of the trial as a whole (0 where it is not defined). */
export const statisticNames = [
  'targets',
  'absoluteError',
  'signedError',
  'intervals',
  'covered',
  'width',
  'effectiveSampleSize',
  'taus',
  'tau',
] as const;

export type Statistics = Readonly<Record<(typeof statisticNames)[number], number>>;

/** @param kept indices of the targets to keep one by one */
export function summariseArm(
  methods: number,
  split: SplitName,
  replayed: readonly ReplayedTarget[],
  kept: Int32Array,
): { statistics: Float64Array; records: Float64Array } {
  const truths = Float64Array.from(replayed, ({ truth }) => truth);
  return {
    statistics: Float64Array.from(
      Array.from({ length: methods }, (_, k) => {
        const estimates = replayed.map((target) => target.estimates[k]);
        const sums = sumUp(estimates, truths);
        return statisticNames.map((name) => sums[name]);
      }).flat(),
    ),
    records: packRecords(Array.from(kept, (index) => toRecord(replayed[index], split))),
  };
}

function sumUp(estimates: readonly (MethodEstimate | null)[], truths: Float64Array): Statistics {
  const sums = { targets: 0, absoluteError: 0, signedError: 0, intervals: 0, covered: 0, width: 0 };
  let effectiveSampleSize = 0;
  const values = estimates.map((answer) => answer?.estimate ?? Number.NaN);
  estimates.forEach((answer, t) => {
    if (answer?.estimate == null) return;
    const error = answer.estimate - truths[t];
    sums.targets++;
    sums.absoluteError += Math.abs(error);
    sums.signedError += error;
    if (answer.interval === null) return;
    sums.intervals++;
    sums.covered += Number(isInside(truths[t], answer.interval));
    sums.width += answer.interval.upper - answer.interval.lower;
    effectiveSampleSize += answer.effectiveSampleSize ?? 0;
  });
  const tau = kendallTau(rounded(values), rounded(truths));
  return { ...sums, effectiveSampleSize, taus: Number(!Number.isNaN(tau)), tau: Number.isNaN(tau) ? 0 : tau };
}

/** What differs by the rounding of the arithmetic alone is a tie. */
function rounded(values: Iterable<number>): Float64Array {
  return Float64Array.from(values, (value) => Math.round(1e12 * value) / 1e12);
}

function toRecord(target: ReplayedTarget, split: SplitName): TargetRecord {
  const { model, truth, estimates } = target;
  const { aipw, ...likeness } = target.circumstances();
  const outcomeOf = (answer: MethodEstimate | null) => ({
    error: (answer?.estimate ?? Number.NaN) - truth,
    halfWidth: answer?.interval ? (answer.interval.upper - answer.interval.lower) / 2 : Number.NaN,
  });
  return {
    split,
    model,
    ...likeness,
    aipw: outcomeOf(aipw),
    methods: estimates.map(outcomeOf),
  };
}
