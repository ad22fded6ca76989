import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CurveQuestion,
  itemsFromCurve,
  type LearningCurve,
  learningCurves,
} from '../../../src/estimation/backtest/learning-curve.ts';
import { packRecords, type TargetRecord } from '../../../src/estimation/backtest/records.ts';
import type { BacktestRow } from '../../../src/estimation/backtest/rows.ts';
import type { SplitName } from '../../../src/estimation/backtest/splits.ts';
import { studentTQuantile } from '../../../src/estimation/numeric/student-t.ts';
import { recordOf, settingsOf, unanswered } from './cases.ts';

const runs = { seed: 37, numRuns: 300 };

type Widths = { readonly median: number; readonly p90: number };

function curveOf(points: readonly (readonly [number, Widths | null])[]): LearningCurve {
  return {
    split: 'interpolation',
    design: 'random',
    method: 'aipw',
    points: points.map(([size, halfWidth]) => ({
      size,
      meanAbsoluteError: { value: 0.03, standardError: null },
      halfWidth,
    })),
  };
}

function question(parts: Partial<CurveQuestion> = {}): CurveQuestion {
  const { populationSize = 1000, testedPopulation = populationSize } = parts;
  return { populationSize, testedPopulation, halfWidth: 0.05, level: 0.95, testedLevel: 0.95, ...parts };
}

const law = (factor: number, n: number, N: number) => factor * Math.sqrt(1 / n - 1 / N);

describe('learning curves', () => {
  const settings = settingsOf({ sizes: [50, 10], methods: ['aipw', 'pca'] });
  const split = ['interpolation', 'extrapolation'] as const;

  function row(parts: Partial<BacktestRow>): BacktestRow {
    return {
      split: 'interpolation',
      design: 'random',
      method: 'aipw',
      size: 50,
      targets: 1,
      meanAbsoluteError: { value: 0.02, standardError: 0.001 },
      meanError: null,
      ratioToRandomSampling: null,
      coverage: null,
      meanWidth: null,
      effectiveSampleSize: null,
      rankAgreement: null,
      ...parts,
    };
  }

  const error = (value: number) => ({ value, standardError: 0.001 });
  const rows = split.flatMap((name) => [
    row({ split: name, meanAbsoluteError: error(name === 'interpolation' ? 0.02 : 0.03) }),
    row({ split: name, method: 'pca', meanAbsoluteError: error(0.05) }),
    row({ split: name, size: 10, meanAbsoluteError: error(0.07) }),
    row({ split: name, size: 10, method: 'pca', meanAbsoluteError: null }),
  ]);

  /** AIPW with some half-widths, PCA without. */
  const recordsOf = (name: SplitName, halfWidths: readonly number[]): TargetRecord[] =>
    halfWidths.map((halfWidth) =>
      recordOf({
        split: name,
        aipw: { error: 0, halfWidth: 9 },
        methods: [
          { error: 0.01, halfWidth },
          { error: 0.02, halfWidth: Number.NaN },
        ],
      }),
    );
  const big = [
    ...recordsOf('interpolation', [0.3, 0.1, 0.2, 0.4, 0.5]),
    ...recordsOf('extrapolation', [0.7]),
  ];
  const small = [...recordsOf('extrapolation', [0.9, Number.NaN]), ...recordsOf('interpolation', [0.8, 0.6])];
  const curves = learningCurves(settings, rows, [packRecords(big), packRecords(small)]);
  const curve = (name: SplitName, method: string) =>
    curves.find((one) => one.split === name && one.method === method)!;

  it('are one for each split, design and method', () => {
    expect(curves.map((one) => `${one.split} ${one.design} ${one.method}`).sort()).toEqual([
      'extrapolation random aipw',
      'extrapolation random pca',
      'interpolation random aipw',
      'interpolation random pca',
    ]);
  });

  it('ascend in size, however the sizes were asked for', () => {
    expect(curve('interpolation', 'aipw').points.map(({ size }) => size)).toEqual([10, 50]);
    expect(curve('extrapolation', 'aipw').points.map((point) => point.meanAbsoluteError.value)).toEqual([
      0.07, 0.03,
    ]);
  });

  it("hold the median and the 90th percentile of the method's own half-widths on its own split", () => {
    const [ten, fifty] = curve('interpolation', 'aipw').points;
    // Of 0.1 to 0.5 the third, and six tenths of the way from the fourth to the fifth.
    expect(fifty.halfWidth?.median).toBeCloseTo(0.3, 12);
    expect(fifty.halfWidth?.p90).toBeCloseTo(0.46, 12);
    expect(ten.halfWidth?.median).toBeCloseTo(0.7, 12);
    expect(ten.halfWidth?.p90).toBeCloseTo(0.78, 12);
    expect(curve('extrapolation', 'aipw').points.map(({ halfWidth }) => halfWidth)).toEqual([
      { median: 0.9, p90: 0.9 },
      { median: 0.7, p90: 0.7 },
    ]);
  });

  it('have no point where the method answered for no target, and no half-width where it has no intervals', () => {
    const { points } = curve('interpolation', 'pca');
    expect(points).toEqual([{ size: 50, meanAbsoluteError: error(0.05), halfWidth: null }]);
    expect(itemsFromCurve(curve('interpolation', 'pca'), question())).toBeNull();
  });

  it('take each half-width from the records of their own design and size', () => {
    const many = settingsOf({ designs: ['balanced', 'lasso'], sizes: [10, 50], methods: ['lasso', 'aipw'] });
    const arms = [0.1, 0.2, 0.3, 0.4].map((halfWidth, arm) =>
      packRecords([recordOf({ methods: [...(arm < 2 ? [] : [unanswered]), { error: 0, halfWidth }] })]),
    );
    const asked = (['balanced', 'lasso'] as const).flatMap((design) =>
      [10, 50].map((size) => row({ design, size })),
    );
    const medians = learningCurves(many, asked, arms).map(({ points }) =>
      points.map(({ halfWidth }) => halfWidth?.median),
    );
    expect(medians).toEqual([
      [0.1, 0.2],
      [0.3, 0.4],
    ]);
  });
});

describe('items that a learning curve says are enough', () => {
  const cases = fc.record({
    N: fc.integer({ min: 20, max: 20_000 }),
    sizes: fc.uniqueArray(fc.integer({ min: 2, max: 19 }), { minLength: 1, maxLength: 5 }),
    factor: fc.double({ min: 0.05, max: 2, noNaN: true }),
    halfWidth: fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
  });

  const lawfulCurve = ({ N, sizes, factor }: { N: number; sizes: number[]; factor: number }) =>
    curveOf(
      sizes
        .toSorted((a, b) => a - b)
        .map((size) => [size, { median: law(factor, size, N), p90: law(1.5 * factor, size, N) }]),
    );

  it('are exact between and beyond the tested sizes where half-widths follow the law', () => {
    fc.assert(
      fc.property(cases, ({ N, sizes, factor, halfWidth }) => {
        const answer = itemsFromCurve(
          lawfulCurve({ N, sizes, factor }),
          question({ populationSize: N, halfWidth }),
        );
        // c sqrt(1/n - 1/N) = h is solved by n = 1 / (h^2 / c^2 + 1/N).
        const solve = (c: number) => Math.max(2, Math.ceil(1 / (halfWidth ** 2 / c ** 2 + 1 / N) - 1e-9));
        expect(answer).toEqual({ median: solve(factor), p90: solve(1.5 * factor) });
      }),
      runs,
    );
  });

  it('by hand: with the law 1 sqrt(1/n - 1/1000) half of 0.06 needs four times the items, but for the last ones', () => {
    const curve = curveOf([
      [20, { median: law(1, 20, 1000), p90: law(1, 20, 1000) }],
      [200, { median: law(1, 200, 1000), p90: law(1, 200, 1000) }],
    ]);
    // 1 / (0.06^2 + 0.001) = 217.4 and 1 / (0.03^2 + 0.001) = 526.3
    expect(itemsFromCurve(curve, question({ halfWidth: 0.06 }))).toEqual({ median: 218, p90: 218 });
    expect(itemsFromCurve(curve, question({ halfWidth: 0.03 }))).toEqual({ median: 527, p90: 527 });
  });

  it('between tested sizes follow the factors of both, along the logarithm', () => {
    const N = 100_000;
    const curve = curveOf([
      [100, { median: law(1, 100, N), p90: law(2, 100, N) }],
      [10_000, { median: law(0.5, 10_000, N), p90: law(2, 10_000, N) }],
    ]);
    // Half-way in the logarithm, at 1000 items, the factor is 3/4.
    const atThousand = question({ populationSize: N, halfWidth: law(0.75, 1000, N) * (1 + 1e-9) });
    expect(itemsFromCurve(curve, atThousand)?.median).toBe(1000);
    const beyond = question({ populationSize: N, halfWidth: law(0.5, 40_000, N) * (1 + 1e-9) });
    expect(itemsFromCurve(curve, beyond)?.median).toBe(40_000);
  });

  it('at another level are those of an interval as many standard errors wide', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0.5, 0.8, 0.99), ({ N, halfWidth, ...rest }, level) => {
        const curve = lawfulCurve({ N, ...rest });
        const answer = itemsFromCurve(curve, question({ populationSize: N, halfWidth, level }))!;
        const widthAt = (n: number) =>
          (law(rest.factor, n, N) * studentTQuantile((1 + level) / 2, n - 1)) /
          studentTQuantile(0.975, n - 1);
        expect(answer.median === N || widthAt(answer.median) <= halfWidth * (1 + 1e-9)).toBe(true);
        expect(answer.median === 2 || widthAt(answer.median - 1) > halfWidth * (1 - 1e-9)).toBe(true);
      }),
      runs,
    );
  });

  const widths = fc.record({
    median: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
    p90: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
  });
  /** As measured: not by any law, and not at every size. */
  const measured = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 2, max: 500 }), fc.option(widths, { freq: 5 })), {
      minLength: 1,
      maxLength: 6,
      selector: ([size]) => size,
    })
    .map((points) => curveOf(points.toSorted(([a], [b]) => a - b)));
  const halfWidths = fc.double({ min: 1e-4, max: 0.6, noNaN: true });
  const levels = fc.constantFrom(0.5, 0.8, 0.95, 0.99);

  it('lie between two and all, and are no fewer for a narrower interval or a higher level', () => {
    let answered = 0;
    fc.assert(
      fc.property(
        measured,
        fc.integer({ min: 2, max: 2000 }),
        fc.tuple(halfWidths, halfWidths),
        fc.tuple(levels, levels),
        levels,
        (curve, N, asked, atLevels, testedLevel) => {
          const [narrow, wide] = asked.toSorted((a, b) => a - b);
          const [low, high] = atLevels.toSorted((a, b) => a - b);
          const ask = (halfWidth: number, level: number) =>
            itemsFromCurve(curve, question({ populationSize: N, halfWidth, level, testedLevel }));
          const [most, least] = [ask(narrow, high), ask(wide, low)];
          const isKnown = curve.points.some(({ size, halfWidth }) => halfWidth !== null && size < N);
          expect([most === null, least === null]).toEqual([!isKnown, !isKnown]);
          if (most === null || least === null) return;
          answered++;
          for (const key of ['median', 'p90'] as const) {
            expect(least[key]).toBeGreaterThanOrEqual(2);
            expect(most[key]).toBeLessThanOrEqual(N);
            expect(least[key]).toBeLessThanOrEqual(most[key]);
          }
        },
      ),
      runs,
    );
    expect(answered).toBeGreaterThan(runs.numRuns / 3);
  });

  it('are all items where no half-width is allowed', () => {
    const curve = curveOf([[50, { median: 0.1, p90: 0.2 }]]);
    expect(itemsFromCurve(curve, question({ halfWidth: 0 }))).toEqual({ median: 1000, p90: 1000 });
  });

  it('cannot be told from core sets of all items, whose intervals have no width', () => {
    const whole = curveOf([[1000, { median: 0, p90: 0 }]]);
    expect(itemsFromCurve(whole, question())).toBeNull();
    const withWhole = curveOf([
      [100, { median: law(1, 100, 1000), p90: law(1, 100, 1000) }],
      [1000, { median: 0, p90: 0 }],
    ]);
    expect(itemsFromCurve(withWhole, question({ halfWidth: 0.03 }))?.median).toBe(527);
  });
});
