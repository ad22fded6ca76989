import { describe, expect, it } from 'vitest';
import { statisticNames, type TrialOutcome } from '../../../src/estimation/backtest/outcome.ts';
import { unpackRecords } from '../../../src/estimation/backtest/records.ts';
import { type BacktestInput, replayTrial } from '../../../src/estimation/backtest/replay.ts';
import { armsOf, type BacktestSettings, type Trial } from '../../../src/estimation/backtest/settings.ts';
import { splitModels, splitNames } from '../../../src/estimation/backtest/splits.ts';
import { surveyModels } from '../../../src/estimation/backtest/survey.ts';
import { designNames, probabilityDesignNames } from '../../../src/estimation/designs/names.ts';
import { type MethodName, methodNames } from '../../../src/estimation/estimators/names.ts';
import { methodsFor } from '../../../src/estimation/estimators/registry.ts';
import type { History } from '../../../src/estimation/history.ts';
import { childSeed, createRandom, indexRange } from '../../../src/estimation/numeric/random.ts';
import { cellAt, matrixFromArrays, type ScoreMatrix } from '../../../src/scores/score-matrix.ts';
import { simulateBenchmark } from '../../../src/simulation/simulate-benchmark.ts';
import { historyOf, scoresOf } from '../../support/histories.ts';
import { largestDifference, meanOf } from '../measures.ts';
import { groupsOf } from '../problems.ts';
import { inputOf, readSums } from './cases.ts';
import { replayNaively } from './naive-replay.ts';

const nModels = 24;
const nItems = 60;
const trials: readonly Trial[] = [0, 1, 2].flatMap((repeat) =>
  splitNames.map((split) => ({ split, repeat })),
);

const simulated = simulateBenchmark({ models: nModels, items: nItems, groups: 3, seed: 21 });
const groups = groupsOf(simulated.items.map(({ group }) => group));
const complete: History = {
  ...historyOf({ nModels, nItems, cells: simulated.scores }),
  groups,
};

function changed(change: (score: number, model: number, item: number) => number | null): History {
  return {
    ...historyOf(
      matrixFromArrays(
        Array.from(complete.models, (model) =>
          Array.from(complete.population, (item) =>
            change(cellAt(complete.matrix, model, item), model, item),
          ),
        ),
      ),
    ),
    groups,
  };
}

/** About a tenth of the cells missing, more in three of the models; no source has a score on item 5. */
const gaps = createRandom(3);
const isGap = (model: number, item: number) => gaps.uniform() < (model < 3 ? 0.5 : 0.1) || item === 5;
const partial = changed((score, model, item) => (isGap(model, item) ? null : score));
const partialReal = changed((score, model, item) =>
  isGap(model, item) ? null : score * (0.3 + 0.01 * ((7 * model + 11 * item) % 29)),
);

/** Nine models are copies of others. */
const repeated = changed((_, model, item) => cellAt(complete.matrix, model < 9 ? model + 10 : model, item));

const anyMethods: readonly MethodName[] = [
  'aipw',
  'random-sampling',
  'random-sampling-learn',
  'pca',
  'aipw-paper',
];

function rowOf(settings: BacktestSettings, design: string, size: number, method: MethodName): number {
  const labels = armsOf(settings).flatMap((arm) =>
    arm.methods.map((one) => `${arm.design} ${arm.size} ${one}`),
  );
  return labels.indexOf(`${design} ${size} ${method}`);
}

const histories = { complete, partial, 'partial, real scores': partialReal };

describe('a trial against a naive replay with the same random numbers', () => {
  it.each(
    Object.entries(histories).flatMap(([name, history]) =>
      probabilityDesignNames.map((design) => [name, design, history] as const),
    ),
  )('%s, %s: sums and targets', (_name, design, history) => {
    const input = inputOf(history, {
      designs: [design],
      sizes: [12, 4, 57],
      methods: anyMethods,
      keepDuplicates: true,
      level: 0.9,
    });
    for (const trial of trials.slice(0, 2)) {
      const outcome = replayTrial(input, trial);
      armsOf(input.settings).forEach(({ size, methods }, arm) => {
        const records = unpackRecords(outcome.records[arm], methods.length);
        methods.forEach((method, k) => {
          const naive = replayNaively(input, trial, design, size, method);
          const sums = readSums(outcome, rowOf(input.settings, design, size, method));
          expect(naive.sums.targets).toBeGreaterThan(0);
          for (const name of statisticNames) expect(sums[name]).toBeCloseTo(naive.sums[name], 9);
          // So few targets are all kept, in any order.
          const ours = records.map(({ similarity, percentile, deviations, aipw, methods: errors }) => [
            errors[k].error,
            errors[k].halfWidth,
            aipw.error,
            similarity,
            percentile,
            deviations,
          ]);
          const theirs = naive.targets.map((one) => [
            one.error,
            one.halfWidth,
            one.aipwError,
            one.similarity,
            one.percentile,
            one.deviations,
          ]);
          expect(largestDifference(sorted(ours).flat(), sorted(theirs).flat())).toBeLessThan(1e-9);
          expect(records.every(({ split }) => split === trial.split)).toBe(true);
        });
      });
    }
  });

  it('the level of a target is that of a score it can have, where its regression overshoots', () => {
    // Twelve sources; twelve better targets, without results on the items that the sources find easiest.
    const rows = Array.from({ length: nModels }, (_, model) =>
      Array.from({ length: 600 }, (_item, item) => {
        if (item % 5 === 0) return model < 12 ? 1 : null;
        return (model < 12 ? 0.45 + 0.01 * model : 1) * Number(item % 10 !== 1);
      }),
    );
    const input = inputOf(historyOf(matrixFromArrays(rows)), {
      sizes: [300],
      methods: ['aipw'],
      keepDuplicates: true,
    });
    const trial: Trial = { split: 'extrapolation', repeat: 0 };
    const records = unpackRecords(replayTrial(input, trial).records[0], 1);
    const naive = replayNaively(input, trial, 'random', 300, 'aipw').targets;
    const deviations = records.map((record) => record.deviations);
    expect(deviations).toHaveLength(7);
    expect(
      largestDifference(
        deviations,
        naive.map((one) => one.deviations),
      ),
    ).toBeLessThan(1e-9);
  });

  function sorted(rows: readonly number[][]): number[][] {
    return rows.toSorted((a, b) => compare(a[2], b[2]) || compare(a[0], b[0]) || compare(a[4], b[4]));
  }

  function compare(a: number, b: number): number {
    return Math.round(1e9 * (Number.isNaN(a) ? 2 : a)) - Math.round(1e9 * (Number.isNaN(b) ? 2 : b));
  }
});

describe('a trial', () => {
  const settings = {
    designs: ['informative', 'random', 'k-center'],
    sizes: [6, 15],
    methods: ['random-sampling-learn', 'k-center', 'aipw', 'random-sampling'],
  } as const;

  it('is the same each time', () => {
    const input = inputOf(repeated, settings);
    for (const trial of trials) expect(replayTrial(input, trial)).toEqual(replayTrial(input, trial));
  });

  it('differs between repeats, splits and seeds', () => {
    const input = inputOf(complete, settings);
    const other = inputOf(complete, { ...settings, seed: 12 });
    const all = [...trials.map((trial) => replayTrial(input, trial)), replayTrial(other, trials[0])];
    expect(new Set(all.map(({ statistics }) => statistics.join())).size).toBe(all.length);
    expect(new Set(all.map(({ baselines }) => baselines.join())).size).toBe(all.length);
  });

  it('one design, size and method fare the same, whatever else is tried', () => {
    const whole = inputOf(repeated, settings);
    for (const trial of trials.slice(0, 2)) {
      const together = replayTrial(whole, trial);
      armsOf(whole.settings).forEach(({ design, size, methods }, arm) => {
        methods.forEach((method, k) => {
          const alone = inputOf(repeated, {
            designs: [design],
            sizes: [size],
            methods: [method],
            splits: [trial.split],
          });
          const outcome = replayTrial(alone, trial);
          const row = rowOf(whole.settings, design, size, method);
          expect(readSums(outcome, 0)).toEqual(readSums(together, row));
          expect(outcome.baselines[0]).toBe(together.baselines[settings.sizes.indexOf(size as 6 | 15)]);
          expect(outcome.targets).toBe(together.targets);
          expect(outcome.duplicates).toBe(together.duplicates);
          const records = unpackRecords(together.records[arm], methods.length);
          expect(unpackRecords(outcome.records[0], 1)).toEqual(
            records.map((record) => ({ ...record, methods: [record.methods[k]] })),
          );
        });
      });
    }
  });

  it('more repeats leave those there are as they were', () => {
    for (const trial of trials) {
      const few = replayTrial(inputOf(complete, { ...settings, repeats: 3 }), trial);
      const many = replayTrial(inputOf(complete, { ...settings, repeats: 50 }), trial);
      expect(many.statistics).toEqual(few.statistics);
      expect(many.baselines).toEqual(few.baselines);
    }
  });

  it('of many thousands keeps few targets one by one, the same ones of every arm, and counts them all', () => {
    const input = inputOf(complete, { ...settings, repeats: 5000 });
    const { targets, statistics, records } = replayTrial(input, trials[0]);
    expect(targets).toBe(6);
    expect(statistics[0]).toBe(6);
    const kept = armsOf(input.settings).map(({ methods }, arm) =>
      unpackRecords(records[arm], methods.length),
    );
    expect(kept.map((ofArm) => ofArm.length)).toEqual(kept.map(() => 1));
  });

  it('tells how far it is, up to all of it', () => {
    const shares: number[] = [];
    replayTrial(inputOf(complete, settings), trials[0], (share) => shares.push(share));
    expect(shares.length).toBeGreaterThanOrEqual(6);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('says what a design has against the history', () => {
    const tooFew = inputOf(complete, { designs: ['stratified'], sizes: [2] });
    expect(() => replayTrial(tooFew, trials[0])).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    );
    const uniform = inputOf(
      changed(() => 1),
      { designs: ['lasso'], sizes: [5], keepDuplicates: true },
    );
    expect(() => replayTrial(uniform, trials[0])).toThrow(
      expect.objectContaining({ code: 'insufficient-data' }),
    );
  });
});

describe('targets that equal one of their sources', () => {
  /** The targets of a trial, and how many of them have a row that a source has too. */
  function countTwins({ history, survey, settings }: BacktestInput, { split, repeat }: Trial) {
    const seed = childSeed(settings.seed, splitNames.indexOf(split), repeat);
    const { sources, targets } = splitModels(split, survey.truths, createRandom(seed));
    const rowOfModel = (model: number) => scoresOf(history.matrix, model, history.population).join();
    const known = new Set(Array.from(sources, rowOfModel));
    const twins = [...targets].filter((target) => known.has(rowOfModel(target)));
    return { targets: targets.length, twins: twins.length };
  }

  it('are left out and counted, lest a method be praised for knowing the answers', () => {
    const input = inputOf(repeated);
    let left = 0;
    for (const trial of trials) {
      const { targets, twins } = countTwins(input, trial);
      const outcome = replayTrial(input, trial);
      expect(outcome).toMatchObject({ targets: targets - twins, duplicates: twins, unknown: 0 });
      expect(readSums(outcome, 0).targets).toBe(targets - twins);
      left += twins;
    }
    expect(left).toBeGreaterThan(2);
  });

  it('count as all others where that is asked for, and one is told how many they are', () => {
    const input = inputOf(repeated, { keepDuplicates: true });
    for (const trial of trials) {
      const { targets, twins } = countTwins(input, trial);
      const outcome = replayTrial(input, trial);
      expect(outcome).toMatchObject({ targets, duplicates: twins, unknown: 0 });
      expect(readSums(outcome, 0).targets).toBe(targets);
    }
  });

  it('where all of them do there is nothing to count, and no figure that is not a number', () => {
    const same = changed((_, __, item) => item % 2);
    const { targets, duplicates, statistics, records } = replayTrial(inputOf(same), trials[0]);
    expect([targets, duplicates]).toEqual([0, 6]);
    expect([...statistics]).toEqual(new Array(2 * statisticNames.length).fill(0));
    expect(records.map(({ length }) => length)).toEqual([0]);
  });
});

describe('missing results', () => {
  it('models with too few of them are no targets, and are counted', () => {
    const { isKnown, truths } = surveyModels(partial);
    expect([...isKnown].filter((known) => known === 0).length).toBeGreaterThan(0);
    const input = inputOf(partial);
    let unknown = 0;
    for (const { split, repeat } of trials) {
      const seed = childSeed(input.settings.seed, splitNames.indexOf(split), repeat);
      const drawn = [...splitModels(split, truths, createRandom(seed)).targets];
      const outcome = replayTrial(input, { split, repeat });
      expect(outcome.unknown).toBe(drawn.filter((target) => isKnown[target] === 0).length);
      expect(outcome.targets).toBe(drawn.length - outcome.unknown);
      unknown += outcome.unknown;
    }
    expect(unknown).toBeGreaterThan(0);
  });

  it.each(Object.entries(histories))('%s: every figure is finite, for any size', (_name, history) => {
    const input = inputOf(history, {
      designs: probabilityDesignNames.filter((design) => design !== 'stratified'),
      methods: anyMethods,
      sizes: [1, 2, 30, nItems],
    });
    for (const trial of trials) {
      const { statistics, baselines } = replayTrial(input, trial);
      expect([...statistics, ...baselines].every(Number.isFinite)).toBe(true);
      expect(statistics[0]).toBeGreaterThan(0);
    }
  });

  it('a target without results on the core set gets no answer, the others do', () => {
    const holes = changed((score, model, item) => ((model + item) % 6 === 0 ? null : score));
    const input = inputOf(holes, { sizes: [1], methods: anyMethods });
    const outcomes = trials.map((trial) => replayTrial(input, trial));
    const answered = outcomes.map((outcome) => readSums(outcome, 0).targets);
    const targets = outcomes.map((outcome) => outcome.targets);
    expect(meanOf(answered)).toBeLessThan(meanOf(targets));
    expect(meanOf(answered)).toBeGreaterThan(0.5 * meanOf(targets));
    outcomes.forEach((outcome, k) => {
      const records = unpackRecords(outcome.records[0], anyMethods.length);
      expect(records.filter(({ aipw }) => Number.isNaN(aipw.error))).toHaveLength(targets[k] - answered[k]);
    });
  });

  it('a method that needs all items of its core set does not answer where some are missing', () => {
    const holes = changed((score, model, item) => ((model + item) % 6 === 0 ? null : score));
    const replay = (history: History) =>
      replayTrial(
        inputOf(history, {
          designs: ['random-search'],
          sizes: [30],
          methods: ['random-search-learn', 'aipw'],
        }),
        trials[1],
      );
    const answered = (history: History) => [0, 1].map((row) => readSums(replay(history), row).targets);
    expect(answered(complete)).toEqual([7, 7]);
    expect(answered(holes)).toEqual([0, 7]);
  });
});

describe('every design', () => {
  it.each(designNames)('%s: its methods answer for every target, within [0, 1] of the truth', (design) => {
    const methods = methodsFor(design);
    const outcome = replayTrial(inputOf(complete, { designs: [design], methods, sizes: [12] }), trials[0]);
    expect(outcome.statistics).toHaveLength(methods.length * statisticNames.length);
    methods.forEach((_, row) => {
      const { targets, absoluteError, signedError, covered, intervals } = readSums(outcome, row);
      expect(targets).toBe(6);
      expect(absoluteError).toBeGreaterThan(0);
      expect(absoluteError).toBeLessThanOrEqual(targets);
      expect(Math.abs(signedError)).toBeLessThanOrEqual(absoluteError + 1e-12);
      expect(covered).toBeLessThanOrEqual(intervals);
    });
  });

  it('methods that answer on no core set of a design have no row', () => {
    const { statistics, records } = replayTrial(inputOf(complete, { methods: methodNames }), trials[0]);
    const answering = armsOf(inputOf(complete, { methods: methodNames }).settings)[0].methods;
    expect(answering).not.toContain('lasso');
    expect(statistics).toHaveLength(answering.length * statisticNames.length);
    expect(unpackRecords(records[0], answering.length)).toHaveLength(6);
  });

  it.each(probabilityDesignNames)('%s: all items give the exact score, with certainty', (design) => {
    for (const history of [complete, changed((score, model) => 0.1 + 0.03 * model * score)]) {
      const input = inputOf(history, { designs: [design], sizes: [nItems], methods: ['aipw'] });
      const outcome = replayTrial(input, trials[0]);
      const sums = readSums(outcome, 0);
      expect(sums.absoluteError).toBeLessThan(1e-12);
      expect(sums).toMatchObject({ targets: 6, intervals: 6, covered: 6, width: 0, taus: 1 });
      expect(sums.effectiveSampleSize).toBe(6 * nItems);
      expect(outcome.baselines[0]).toBeLessThan(1e-12);
    }
  });
});

describe('the plain mean of random samples, by which errors are divided', () => {
  it('errs as all samples do on average, and far less by chance than one sample does', () => {
    // Five items, samples of two: all ten pairs have the same chance.
    const small = simulateBenchmark({ models: 40, items: 5, groups: 1, seed: 4 });
    const history = historyOf({ nModels: 40, nItems: 5, cells: small.scores } satisfies ScoreMatrix);
    const input = inputOf(history, { sizes: [2], methods: ['random-sampling'], keepDuplicates: true });
    const { truths } = input.survey;
    const pairs = [...indexRange(5)].flatMap((a) => [...indexRange(a)].map((b) => Int32Array.of(a, b)));
    const errorOf = (target: number, items: Int32Array) =>
      Math.abs(meanOf(scoresOf(history.matrix, target, items)) - truths[target]);
    const { targets } = splitModels('extrapolation', truths, createRandom(1));
    const ofPairs = pairs.map((items) => meanOf(Array.from(targets, (target) => errorOf(target, items))));
    const expected = meanOf(ofPairs);
    const differences = Array.from({ length: 200 }, (_, repeat) => {
      const trial: Trial = { split: 'extrapolation', repeat };
      return replayTrial(input, trial).baselines[0] - expected;
    });
    const spread = Math.sqrt(meanOf(differences.map((one) => one ** 2)));
    expect(Math.abs(meanOf(differences))).toBeLessThan((4 * spread) / Math.sqrt(differences.length));
    expect(spread).toBeLessThan(Math.sqrt(meanOf(ofPairs.map((one) => (one - expected) ** 2))) / 3);
  });

  it('leaves out what is missing', () => {
    // Each target scores the same on all of its items: whatever is observed, the mean is right.
    const rows = Array.from({ length: 20 }, (_, model) =>
      Array.from({ length: 40 }, (_item, item) => ((item + model) % 8 === 0 ? null : 1)),
    );
    const outcome: TrialOutcome = replayTrial(
      inputOf(historyOf(matrixFromArrays(rows)), { sizes: [1, 7], keepDuplicates: true }),
      trials[0],
    );
    expect([...outcome.baselines]).toEqual([0, 0]);
  });
});
