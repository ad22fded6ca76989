import type { Statistics } from '../../../src/estimation/backtest/outcome.ts';
import type { BacktestInput } from '../../../src/estimation/backtest/replay.ts';
import type { Trial } from '../../../src/estimation/backtest/settings.ts';
import { splitModels, splitNames } from '../../../src/estimation/backtest/splits.ts';
import { designNames, type ProbabilityDesignName } from '../../../src/estimation/designs/names.ts';
import type { MethodName } from '../../../src/estimation/estimators/names.ts';
import { evaluateTarget } from '../../../src/estimation/evaluate.ts';
import { type History, summariseHistory } from '../../../src/estimation/history.ts';
import { kendallTau } from '../../../src/estimation/numeric/kendall-tau.ts';
import { childSeed, createRandom } from '../../../src/estimation/numeric/random.ts';
import { prepareCoreSet } from '../../../src/estimation/prepared-core-set.ts';
import { drawnFrom } from '../../support/designs.ts';
import { scoresOf } from '../../support/histories.ts';
import { meanOf, sumOf } from '../measures.ts';

export interface NaiveRow {
  readonly sums: Statistics;
  /** One per target. */
  readonly targets: readonly NaiveTarget[];
}

export interface NaiveTarget {
  readonly error: number;
  readonly halfWidth: number;
  readonly aipwError: number;
  readonly similarity: number;
  readonly percentile: number;
  readonly deviations: number;
}

/**
 * One trial once more, one method on one drawn core set: each target is evaluated as a new model is, on the items for which
 * it has results; with the truths and the known models of the survey, twins kept. The history has all items.
 */
export function replayNaively(
  { history, survey, settings }: BacktestInput,
  { split, repeat }: Trial,
  design: ProbabilityDesignName,
  size: number,
  method: MethodName,
): NaiveRow {
  const seed = childSeed(settings.seed, splitNames.indexOf(split), repeat);
  const divided = splitModels(split, survey.truths, createRandom(seed));
  const past: History = { ...history, models: divided.sources };
  const sources = { history: past, summary: summariseHistory(past) };
  const random = createRandom(childSeed(seed, 1 + designNames.indexOf(design), size));
  const { items, inclusion } = drawnFrom(sources, design, size, random);
  const models = [...divided.targets].filter((target) => survey.isKnown[target] === 1);
  const replayed = models.map((target) => {
    const all = scoresOf(history.matrix, target, items);
    const observed = [...all.keys()].filter((i) => !Number.isNaN(all[i]));
    const truth = survey.truths[target];
    if (observed.length === 0) return { truth, answer: null, own: null, ...nowhere };
    const prepared = prepareCoreSet({
      ...sources,
      items: Int32Array.from(observed, (i) => items[i]),
      inclusion: Float64Array.from(observed, (i) => inclusion[i] * (observed.length / size)),
      design,
    });
    const scores = Float64Array.from(observed, (i) => all[i]);
    const answer = evaluateTarget(prepared, scores, { methods: [method, 'aipw'], level: settings.level });
    const [own, aipw] = answer.estimates;
    const full = [...sources.summary.fullScores];
    const mean = meanOf(full);
    const spread = Math.sqrt(meanOf(full.map((score) => (score - mean) ** 2)));
    const percentile = meanOf(full.map((score) => Number(score < aipw.estimate!)));
    return { truth, answer, own, percentile, deviations: (aipw.estimate! - mean) / spread };
  });
  const answered = replayed.flatMap(({ truth, own }) =>
    own?.estimate == null ? [] : [{ error: own.estimate - truth, truth, own }],
  );
  const intervals = answered.filter(({ own }) => own.interval !== null);
  const tau = kendallTau(
    Float64Array.from(answered, ({ own }) => withoutRounding(own.estimate!)),
    Float64Array.from(answered, ({ truth }) => withoutRounding(truth)),
  );
  const isCovered = ({ truth, own }: (typeof answered)[number]) =>
    truth > own.interval!.lower - 1e-9 && truth < own.interval!.upper + 1e-9;
  return {
    sums: {
      targets: answered.length,
      absoluteError: sumOf(answered.map(({ error }) => Math.abs(error))),
      signedError: sumOf(answered.map(({ error }) => error)),
      intervals: intervals.length,
      covered: intervals.filter(isCovered).length,
      width: sumOf(intervals.map(({ own }) => own.interval!.upper - own.interval!.lower)),
      effectiveSampleSize: sumOf(intervals.map(({ own }) => own.effectiveSampleSize!)),
      taus: Number.isNaN(tau) ? 0 : 1,
      tau: Number.isNaN(tau) ? 0 : tau,
    },
    targets: replayed.map(({ truth, answer, own, percentile, deviations }) => ({
      error: (own?.estimate ?? Number.NaN) - truth,
      halfWidth: own?.interval == null ? Number.NaN : (own.interval.upper - own.interval.lower) / 2,
      aipwError: (answer?.estimates[1].estimate ?? Number.NaN) - truth,
      similarity: answer?.similarity.mean ?? Number.NaN,
      percentile,
      deviations,
    })),
  };
}

/** Two estimates of 1 are a tie, though sums in another order made 0.9999999999999999 of one. */
function withoutRounding(value: number): number {
  return Number(value.toFixed(12));
}

const nowhere = { percentile: Number.NaN, deviations: Number.NaN };
