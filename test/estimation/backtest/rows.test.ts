import { describe, expect, it } from 'vitest';
import type { Statistics } from '../../../src/estimation/backtest/outcome.ts';
import { type BacktestRow, backtestRows, type FinishedTrial } from '../../../src/estimation/backtest/rows.ts';
import { trialsOf } from '../../../src/estimation/backtest/settings.ts';
import type { SplitName } from '../../../src/estimation/backtest/splits.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { meanOf, standardErrorOf, sumOf } from '../measures.ts';
import { outcomeOf, settingsOf } from './cases.ts';

const figureNames = [
  'meanAbsoluteError',
  'meanError',
  'ratioToRandomSampling',
  'coverage',
  'meanWidth',
  'effectiveSampleSize',
  'rankAgreement',
] as const;

function trial(
  split: SplitName,
  repeat: number,
  rows: readonly Partial<Statistics>[],
  baselines: readonly number[] = [1],
): FinishedTrial {
  return { trial: { split, repeat }, outcome: outcomeOf(rows, baselines) };
}

function valuesOf(row: BacktestRow): (number | null)[] {
  return figureNames.map((name) => row[name]?.value ?? null);
}

/** One arm with one method. */
const plain = settingsOf({ splits: ['interpolation'], methods: ['aipw'], repeats: 500 });

describe('the figures of a row', () => {
  const settings = settingsOf({ splits: ['interpolation'], methods: ['aipw', 'pca'], sizes: [5, 20] });
  const never: Partial<Statistics> = {};
  const trials = [
    trial(
      'interpolation',
      0,
      [
        { targets: 4, absoluteError: 0.4, signedError: -0.2, taus: 1, tau: 0.5 },
        never,
        { targets: 4, absoluteError: 0.1, intervals: 4, covered: 3, width: 0.8, effectiveSampleSize: 120 },
        { targets: 2, absoluteError: 0.5, signedError: 0.5 },
      ],
      [0.2, 0.05],
    ),
    trial(
      'interpolation',
      1,
      [
        { targets: 2, absoluteError: 0.5, signedError: 0.5, taus: 1, tau: 0.2 },
        never,
        { targets: 2, absoluteError: 0.2, intervals: 1, covered: 1, width: 0.1, effectiveSampleSize: 10 },
        never,
      ],
      [0.1, 0.15],
    ),
  ];
  const rows = backtestRows(settings, trials);

  it('stand arm by arm, method by method', () => {
    expect(
      rows.map(({ split, design, size, method, targets }) => [split, design, size, method, targets]),
    ).toEqual([
      ['interpolation', 'random', 5, 'aipw', 6],
      ['interpolation', 'random', 5, 'pca', 0],
      ['interpolation', 'random', 20, 'aipw', 6],
      ['interpolation', 'random', 20, 'pca', 2],
    ]);
  });

  it('by hand: sums over all targets, not means of the trials', () => {
    const [errors, , intervals] = rows;
    expect(errors.meanAbsoluteError?.value).toBeCloseTo(0.9 / 6, 12);
    expect(errors.meanError?.value).toBeCloseTo(0.3 / 6, 12);
    // The plain mean errs by 0.2 on four targets and by 0.1 on two.
    expect(errors.ratioToRandomSampling?.value).toBeCloseTo(0.9 / (4 * 0.2 + 2 * 0.1), 12);
    expect(errors.rankAgreement?.value).toBeCloseTo(0.35, 12);
    expect(intervals.coverage?.value).toBeCloseTo(4 / 5, 12);
    expect(intervals.meanWidth?.value).toBeCloseTo(0.9 / 5, 12);
    expect(intervals.effectiveSampleSize?.value).toBeCloseTo(26, 12);
  });

  it('are divided by the error of the plain mean on as many items and targets', () => {
    expect(rows[2].ratioToRandomSampling?.value).toBeCloseTo(0.3 / (4 * 0.05 + 2 * 0.15), 12);
    expect(rows[3].ratioToRandomSampling?.value).toBeCloseTo(0.5 / (2 * 0.05), 12);
  });

  it('are null where a method has no intervals, or told nothing apart', () => {
    expect(rows[0]).toMatchObject({ coverage: null, meanWidth: null, effectiveSampleSize: null });
    expect(rows[2].rankAgreement).toBeNull();
    expect(rows[3].meanAbsoluteError?.value).toBeCloseTo(0.25, 12);
  });

  it('are all null where a method never answered', () => {
    expect(valuesOf(rows[1])).toEqual(figureNames.map(() => null));
  });

  it('are the same each time', () => {
    expect(backtestRows(settings, trials)).toEqual(rows);
  });
});

describe('trials that are done', () => {
  const settings = settingsOf({ splits: ['interpolation', 'extrapolation'], methods: ['aipw'], repeats: 4 });
  const errorOf = (split: SplitName, repeat: number) => (split === 'interpolation' ? 1 : 100) + repeat;
  const all = trialsOf(settings).map(({ split, repeat }) =>
    trial(split, repeat, [{ targets: 1, absoluteError: errorOf(split, repeat) }]),
  );

  it.each([
    ['none', 0, null, null],
    ['the first', 1, 1, null],
    ['one of each split', 2, 1, 100],
    ['three', 3, 1.5, 100],
    ['all', 8, 2.5, 101.5],
  ])('%s of them: each split has its own', (_, done, interpolation, extrapolation) => {
    const rows = backtestRows(settings, all.slice(0, done));
    expect(rows.map(({ split }) => split)).toEqual(['interpolation', 'extrapolation']);
    expect(rows.map(({ meanAbsoluteError }) => meanAbsoluteError?.value ?? null)).toEqual([
      interpolation,
      extrapolation,
    ]);
  });

  it('one trial alone has no standard error', () => {
    const [several, one] = backtestRows(settings, all.slice(0, 3));
    expect(several.meanAbsoluteError?.standardError).toBeGreaterThan(0);
    expect(one.meanAbsoluteError).toEqual({ value: 100, standardError: null });
  });
});

describe('a trial without targets', () => {
  it('leaves the figures of the others as they are, though its plain mean has no error', () => {
    const some = [1, 2].map((repeat) =>
      trial('interpolation', repeat, [{ targets: 2, absoluteError: 0.4 }], [0.1]),
    );
    const none = trial('interpolation', 0, [{}], [Number.NaN]);
    const [row] = backtestRows(plain, [none, ...some]);
    expect(row.ratioToRandomSampling?.value).toBeCloseTo(2, 12);
    expect(row.meanAbsoluteError?.value).toBeCloseTo(0.2, 12);
  });
});

describe('standard errors', () => {
  const random = createRandom(6);
  const draws = Array.from({ length: 500 }, () => ({
    error: random.uniform(),
    baseline: 1 + random.uniform(),
    targets: 1 + random.below(9),
  }));
  /** 400 resamples know a standard deviation to 1 / sqrt(800); four times that. */
  const tolerance = 4 / Math.sqrt(800);

  function rowOf(rows: readonly Partial<Statistics>[], baselines = rows.map(() => 1)): BacktestRow {
    const trials = rows.map((sums, k) => trial('interpolation', k, [sums], [baselines[k]]));
    return backtestRows(plain, trials)[0];
  }

  function expectClose(actual: number | null | undefined, expected: number) {
    expect(actual! / expected).toBeGreaterThan(1 - tolerance);
    expect(actual! / expected).toBeLessThan(1 + tolerance);
  }

  it('are that of the mean of as many trials', () => {
    const { meanAbsoluteError, meanError, rankAgreement } = rowOf(
      draws.map(({ error }) => ({
        targets: 1,
        absoluteError: error,
        signedError: 2 * error,
        taus: 1,
        tau: error / 4,
      })),
    );
    const expected = standardErrorOf(draws.map(({ error }) => error));
    expectClose(meanAbsoluteError?.standardError, expected);
    expectClose(meanError?.standardError, 2 * expected);
    expectClose(rankAgreement?.standardError, expected / 4);
  });

  it('are of trials, not of targets: a core set serves all targets of a trial', () => {
    const one = rowOf(draws.map(({ error }) => ({ targets: 1, absoluteError: error })));
    const hundred = rowOf(draws.map(({ error }) => ({ targets: 100, absoluteError: 100 * error })));
    expect(hundred.meanAbsoluteError?.standardError).toBeCloseTo(one.meanAbsoluteError!.standardError!, 12);
  });

  it('of a ratio are those of numerator and denominator together', () => {
    const { ratioToRandomSampling, meanAbsoluteError } = rowOf(
      draws.map(({ error, targets }) => ({ targets, absoluteError: targets * error })),
      draws.map(({ baseline }) => baseline),
    );
    const targets = sumOf(draws.map((draw) => draw.targets));
    const ratio =
      sumOf(draws.map((draw) => draw.targets * draw.error)) /
      sumOf(draws.map((draw) => draw.targets * draw.baseline));
    const mean = sumOf(draws.map((draw) => draw.targets * draw.error)) / targets;
    // The linear approximation of a ratio of sums (Cochran 1977, section 6.3).
    const baseline = sumOf(draws.map((draw) => draw.targets * draw.baseline)) / draws.length;
    expectClose(
      ratioToRandomSampling?.standardError,
      standardErrorOf(draws.map((draw) => (draw.targets * (draw.error - ratio * draw.baseline)) / baseline)),
    );
    expectClose(
      meanAbsoluteError?.standardError,
      standardErrorOf(draws.map((draw) => (draw.targets * (draw.error - mean) * draws.length) / targets)),
    );
  });

  it('a method that errs like the plain mean in every trial has a ratio without any', () => {
    const { ratioToRandomSampling, meanAbsoluteError } = rowOf(
      draws.map(({ baseline }) => ({ targets: 2, absoluteError: baseline })),
      draws.map(({ baseline }) => baseline),
    );
    expect(ratioToRandomSampling?.value).toBeCloseTo(0.5, 12);
    expect(ratioToRandomSampling?.standardError).toBeLessThan(1e-12);
    expect(meanAbsoluteError?.standardError).toBeGreaterThan(1e-3);
  });

  it('shrink with the number of trials', () => {
    const errorsOf = (count: number) =>
      rowOf(draws.slice(0, count).map(({ error }) => ({ targets: 1, absoluteError: error })))
        .meanAbsoluteError!.standardError!;
    expect(errorsOf(500)).toBeLessThan(errorsOf(50) / 2);
    expect(meanOf([errorsOf(2), errorsOf(3)])).toBeGreaterThan(0);
  });
});
