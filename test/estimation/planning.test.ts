import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawCoreSet } from '../../src/estimation/designs/draw.ts';
import { frameOf } from '../../src/estimation/designs/frame.ts';
import { type ProbabilityDesignName, probabilityDesignNames } from '../../src/estimation/designs/names.ts';
import { probabilityDesigns } from '../../src/estimation/designs/registry.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { type Sources, summariseHistory } from '../../src/estimation/history.ts';
import { relativeVariance } from '../../src/estimation/inference/wilson-interval.ts';
import { createRandom } from '../../src/estimation/numeric/random.ts';
import {
  fewestItems as fewestByHalving,
  halfWidthAt,
  itemsForHalfWidth,
  measureSpreads,
  planCoreSet,
  planTarget,
  type SourceSpreads,
  type Spread,
} from '../../src/estimation/planning.ts';
import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { matrixFromArrays } from '../../src/scores/score-matrix.ts';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { historyOf, scoresOf } from '../support/histories.ts';
import { largestDifference } from './measures.ts';
import { historyOfProblem, observedOf, prepareProblem, problemArbitrary } from './problems.ts';

const runs = { seed: 31, numRuns: 300 };
const unitRange = { low: 0, high: 1 };

function sourcesOf(rows: readonly (readonly (number | null)[])[]): Sources {
  const history = historyOf(matrixFromArrays(rows));
  return { history, summary: summariseHistory(history) };
}

/** The smallest size, at least two, that is enough; N where none is. */
function fewestItems(spread: Spread, populationSize: number, halfWidth: number, level: number): number {
  for (let size = 2; size < populationSize; size++) {
    if (halfWidthAt(spread, size, populationSize, level) <= halfWidth) return size;
  }
  return populationSize;
}

const levels = fc.constantFrom(0.5, 0.8, 0.95, 0.99);
const halfWidths = fc.integer({ min: 1, max: 500 }).map((thousandth) => thousandth / 1000);
/** Of 0/1 scores, or of scores that vary less. */
const spreads = fc
  .record({
    mean: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
    part: fc.constantFrom(0, 0.1, 1),
    relative: fc.constantFrom(0.2, 0.5, 1, 1.1),
  })
  .map(
    ({ mean, part, relative }): Spread => ({
      centre: mean,
      mean,
      variance: part * mean * (1 - mean),
      relativeAt: () => relative,
    }),
  );

describe('fewestItems', () => {
  it('finds the first size from which on it is enough, whatever the size; all items where none is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.integer({ min: 0, max: 600 }), (N, first) => {
        const asked: number[] = [];
        const found = fewestByHalving(N, (size) => {
          asked.push(size);
          return size >= first;
        });
        expect(found).toBe(Math.min(N, Math.max(2, first)));
        expect(asked.every((size) => size >= 2 && size < N)).toBe(true);
        expect(asked.length).toBeLessThanOrEqual(Math.ceil(Math.log2(N)));
      }),
      runs,
    );
  });

  it('of one item is that item', () => {
    expect(fewestByHalving(1, () => false)).toBe(1);
  });

  it('asking for less never brings more, even where more items may do worse', () => {
    const answers = fc.array(fc.constantFrom('never', 'lax', 'strict'), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(answers, (bySize) => {
        const strict = fewestByHalving(bySize.length, (size) => bySize[size] === 'strict');
        const lax = fewestByHalving(bySize.length, (size) => bySize[size] !== 'never');
        expect(lax).toBeLessThanOrEqual(strict);
      }),
      runs,
    );
  });
});

describe('itemsForHalfWidth', () => {
  it('is the smallest size that is enough, at least two; all items where nothing smaller will do', () => {
    fc.assert(
      fc.property(
        spreads,
        fc.integer({ min: 2, max: 400 }),
        halfWidths,
        levels,
        (spread, N, halfWidth, level) => {
          expect(itemsForHalfWidth(spread, N, halfWidth, level)).toBe(
            fewestItems(spread, N, halfWidth, level),
          );
        },
      ),
      runs,
    );
  });

  it('needs no more for a wider interval, nor for a lower level', () => {
    fc.assert(
      fc.property(
        spreads,
        fc.integer({ min: 2, max: 100_000 }),
        halfWidths,
        halfWidths,
        levels,
        levels,
        (spread, N, a, b, one, other) => {
          const needed = (halfWidth: number, level: number) => itemsForHalfWidth(spread, N, halfWidth, level);
          const [narrow, wide] = [a, b].sort((x, y) => x - y);
          const [low, high] = [one, other].sort((x, y) => x - y);
          expect(needed(wide, one)).toBeLessThanOrEqual(needed(narrow, one));
          expect(needed(a, low)).toBeLessThanOrEqual(needed(a, high));
        },
      ),
      runs,
    );
  });

  it.each([1, 2, 3, 50])(
    'of %i items all where no half-width is allowed, two or all where any will do',
    (N) => {
      const spread: Spread = { centre: 0.5, mean: 0.5, variance: 0.25, relativeAt: () => 1 };
      expect(itemsForHalfWidth(spread, N, 0, 0.95)).toBe(N);
      expect(itemsForHalfWidth(spread, N, 1, 0.95)).toBe(Math.min(2, N));
    },
  );
});

describe('halfWidthAt', () => {
  it('is half the width of the interval that such a target gets, inside what is possible', () => {
    const nItems = 400;
    const scores = Float64Array.from({ length: 40 }, (_, i) => Number(i % 2));
    const rows = [Array.from({ length: nItems }, () => 0.5)];
    const { history, summary } = sourcesOf(rows);
    const items = Int32Array.from({ length: 40 }, (_, i) => 10 * i);
    const prepared = prepareCoreSet({ history, summary, items, inclusion: new Float64Array(40).fill(0.1) });
    const [{ interval }] = evaluateTarget(prepared, scores, { methods: ['random-sampling'] }).estimates;
    const spread: Spread = { centre: 0.5, mean: 0.5, variance: 0.25, relativeAt: () => 1 };
    expect(halfWidthAt(spread, 40, nItems, 0.95)).toBeCloseTo((interval!.upper - interval!.lower) / 2, 12);
    expect(halfWidthAt(spread, nItems, nItems, 0.95)).toBe(0);
  });
});

/** Models that differ much, on items that differ much: well predicted, some better than others. */
function structured(isBinary: boolean): Float64Array {
  const random = createRandom(5);
  const difficulties = Array.from({ length: 130 }, () => random.normal());
  const cells: number[] = [];
  for (let m = 0; m < 18; m++) {
    const ability = 0.5 * random.normal();
    const noise = 0.1 + (1.2 * m) / 18;
    for (const difficulty of difficulties) {
      const margin = 2 * (ability - difficulty) + noise * random.normal();
      cells.push(isBinary ? Number(margin > 0) : 1 / (1 + Math.exp(-margin)));
    }
  }
  return Float64Array.from(cells);
}

const kinds = { binary: structured(true), real: structured(false) };

describe('R with the target left out', () => {
  const cases = (['binary', 'real'] as const).flatMap((kind) =>
    probabilityDesignNames.map((design): [typeof kind, ProbabilityDesignName] => [kind, design]),
  );

  it.each(cases)('%s scores, %s: as if AIPW had been fitted on the other sources', (kind, design) => {
    const matrix = { nModels: 18, nItems: 130, cells: kinds[kind] };
    const history = {
      ...historyOf(matrix),
      groups: {
        names: ['a', null],
        ofItem: Int32Array.from({ length: 130 }, (_, item) => Number(item % 3 === 0)),
      },
    };
    const sources = { history, summary: summariseHistory(history) };
    const frame = frameOf(sources, design);
    const random = createRandom(41);
    const measured = measureSpreads(sources, design, createRandom(41));
    expect(measured.relatives.map(({ size }) => size)).toEqual([10, 20, 50, 100]);
    for (const { size, values } of measured.relatives) {
      const refitted = new Float64Array(4 * 18);
      for (let draw = 0; draw < 4; draw++) {
        const { items, inclusion } = drawCoreSet(probabilityDesigns[design], frame, size, random);
        for (let m = 0; m < 18; m++) {
          const others = { ...history, models: history.models.filter((model) => model !== m) };
          const prepared = prepareCoreSet({
            history: others,
            summary: summariseHistory(others),
            items,
            inclusion,
          });
          const scores = scoresOf(matrix, m, items);
          const { looResiduals } = prepared.aipw.estimate(scores);
          refitted[18 * draw + m] = relativeVariance({ ...prepared.sample, scores }, looResiduals);
        }
      }
      // Not all of them at the bounds: there the equality would say nothing.
      expect(refitted.filter((relative) => relative > 0.21 && relative < 1.09).length).toBeGreaterThan(4);
      expect(largestDifference(values, refitted)).toBeLessThan(1e-9);
    }
  });

  it('means and variances of the sources are those of all their scores', () => {
    const { history, summary } = sourcesOf([
      [0, 1, 1, 1],
      [0.5, 0.5, 0.5, 0.5],
    ]);
    const { means, variances, populationSize } = measureSpreads(
      { history, summary },
      'balanced',
      createRandom(1),
    );
    expect(populationSize).toBe(4);
    expect([...means]).toEqual([0.75, 0.5]);
    expect(largestDifference(variances, [0.1875, 0])).toBeLessThan(1e-15);
  });
});

describe('planCoreSet', () => {
  const { scores } = simulateBenchmark({ models: 30, items: 700, groups: 3, seed: 8 });
  const history = historyOf({ nModels: 30, nItems: 700, cells: scores });
  const sources = { history, summary: summariseHistory(history) };
  const measured = measureSpreads(sources, 'balanced', createRandom(1));

  it('the median and the 90th percentile over the sources of what each would need', () => {
    const needs = Array.from(measured.means, (mean, m) =>
      fewestItems(
        { centre: mean, mean, variance: measured.variances[m], relativeAt: () => 1 },
        700,
        0.05,
        0.95,
      ),
    ).sort((a, b) => a - b);
    const { median, p90 } = planCoreSet(measured, 0.05, 0.95).randomSampling;
    // Thirty models: the median is between the 15th and the 16th, the 90th percentile at place 26.1, counted from 0.
    expect(median).toBe(Math.ceil((needs[14] + needs[15]) / 2));
    expect(p90).toBe(Math.ceil(needs[26] + 0.1 * (needs[27] - needs[26]) - 1e-9));
  });

  it('for every source the smallest size that is enough, though R changes with the size', () => {
    const all = measured.means.length;
    for (let m = 0; m < all; m++) {
      const alone: SourceSpreads = {
        populationSize: 700,
        means: measured.means.slice(m, m + 1),
        variances: measured.variances.slice(m, m + 1),
        relatives: measured.relatives.map(({ size, values }) => ({ size, values: values.slice(m, m + 1) })),
      };
      const points = alone.relatives;
      const relativeAt = (size: number): number => {
        if (size <= points[0].size) return points[0].values[0];
        for (let k = 1; k < points.length; k++) {
          const [before, after] = [points[k - 1], points[k]];
          if (size > after.size) continue;
          const share = Math.log(size / before.size) / Math.log(after.size / before.size);
          return before.values[0] + share * (after.values[0] - before.values[0]);
        }
        return points[points.length - 1].values[0];
      };
      const spread: Spread = {
        centre: alone.means[0],
        mean: alone.means[0],
        variance: alone.variances[0],
        relativeAt,
      };
      for (const halfWidth of [0.2, 0.1, 0.05, 0.02]) {
        const { median, p90 } = planCoreSet(alone, halfWidth, 0.95).aipw;
        expect(median).toBe(fewestItems(spread, 700, halfWidth, 0.95));
        expect(p90).toBe(median);
      }
    }
  });

  it('needs no more items for AIPW than for the plain mean where the history predicts, and fewer for wider intervals', () => {
    let last = { median: 700, p90: 700 };
    for (const halfWidth of [0.01, 0.02, 0.03, 0.05]) {
      const { aipw, randomSampling } = planCoreSet(measured, halfWidth, 0.95);
      expect(aipw.median).toBeLessThanOrEqual(randomSampling.median);
      expect(aipw.p90).toBeLessThanOrEqual(randomSampling.p90);
      expect(aipw.median).toBeLessThanOrEqual(aipw.p90);
      expect(aipw.median).toBeLessThanOrEqual(last.median);
      expect(aipw.p90).toBeLessThanOrEqual(last.p90);
      last = aipw;
    }
  });

  it('the same seed gives the same plan', () => {
    const again = measureSpreads(sources, 'balanced', createRandom(1));
    expect(again).toEqual(measured);
  });
});

const pattern = (length: number, period: number) =>
  Array.from({ length }, (_, item) => Number(item % period === 0));
const rowsOf = (count: number, row: readonly number[]) => Array.from({ length: count }, () => row);

describe('degenerate histories: whole numbers between 1 and N', () => {
  const cases: [string, readonly (readonly (number | null)[])[]][] = [
    ['one source', [pattern(60, 3)]],
    ['identical models', rowsOf(8, pattern(60, 3))],
    [
      'identical models of real scores',
      rowsOf(
        8,
        pattern(60, 3).map((score) => 0.3 + 0.4 * score),
      ),
    ],
    [
      'constant items',
      rowsOf(8, pattern(60, 2)).map((row, m) => row.map((score, j) => (j === m ? 1 - score : score))),
    ],
    [
      'two items',
      [
        [0, 1],
        [1, 1],
        [0, 0],
      ],
    ],
    ['one item', [[1], [0]]],
    ['eleven items', [pattern(11, 2), pattern(11, 3)]],
    ['all scores 0', rowsOf(6, new Array(60).fill(0))],
    ['all scores 1', rowsOf(6, new Array(60).fill(1))],
    ['all scores 1/3', rowsOf(6, new Array(60).fill(1 / 3))],
    [
      'half of the cells missing',
      [2, 3, 4, 5].map((k, m) => pattern(60, k).map((s, j) => ((j + m) % 2 ? s : null))),
    ],
    ['an item without any score', [2, 3, 4].map((k) => pattern(60, k).map((s, j) => (j === 7 ? null : s)))],
    ['hundreds of copies of two models', [...rowsOf(200, pattern(60, 2)), ...rowsOf(200, pattern(60, 3))]],
  ];

  it.each(
    cases.flatMap(([name, rows]) => probabilityDesignNames.map((design) => [name, design, rows] as const)),
  )('%s, %s', (_, design, rows) => {
    const measured = measureSpreads(sourcesOf(rows), design, createRandom(3));
    for (const { values } of measured.relatives) {
      expect(values.every((relative) => relative >= 0.2 - 1e-12 && relative <= 1.1 + 1e-12)).toBe(true);
    }
    for (const halfWidth of [0.5, 0.1, 0.05, 0.02, 0.01]) {
      for (const level of [0.5, 0.95, 0.999]) {
        const { aipw, randomSampling } = planCoreSet(measured, halfWidth, level);
        for (const items of [aipw.median, aipw.p90, randomSampling.median, randomSampling.p90]) {
          expect(Number.isInteger(items) && items >= 1 && items <= rows[0].length).toBe(true);
        }
      }
    }
  });
});

describe('planTarget', () => {
  it('the half-width is that of the interval, and more is needed for less', () => {
    fc.assert(
      fc.property(problemArbitrary(), levels, (problem, level) => {
        const prepared = prepareProblem(problem);
        const scores = observedOf(problem);
        const { plan, estimates } = evaluateTarget(prepared, scores, { methods: ['aipw'], level });
        const [{ interval }] = estimates;
        expect(plan === null).toBe(interval === null);
        if (plan === null || interval === null) return;
        const N = historyOfProblem(problem).population.length;
        expect(plan.halfWidth).toBeCloseTo((interval.upper - interval.lower) / 2, 12);
        expect(plan.itemsForHalfWidth.map(({ halfWidth }) => halfWidth)).toEqual([0.1, 0.05, 0.02, 0.01]);
        const items = plan.itemsForHalfWidth.map((one) => one.items);
        expect(items.every((count) => Number.isInteger(count) && count >= 1 && count <= N)).toBe(true);
        expect(items).toEqual(items.toSorted((a, b) => a - b));
      }),
      runs,
    );
  });

  it.each([
    [0.1, 0.1],
    [0.1, 0.15],
    [0.5, 0.4],
    [0.9, 0.85],
    [0.2, 0.25],
    [0.2, 0.15],
  ])('says of the items that were run what the interval says: plain mean %f, estimate %f', (mean, value) => {
    for (const n of [60, 100, 140]) {
      const scores = Float64Array.from({ length: n }, (_, i) => Number(i < mean * n));
      const sample = {
        scores,
        weights: new Float64Array(n).fill(1 / n),
        inclusion: new Float64Array(n).fill(n / 10_000),
        populationSize: 10_000,
      };
      const looResiduals = scores.map((score) => 0.8 * (score - mean));
      const { halfWidth, itemsForHalfWidth: planned } = planTarget(
        sample,
        { value, looResiduals },
        0.95,
        unitRange,
      )!;
      for (const { halfWidth: wanted, items } of planned) expect(items <= n).toBe(halfWidth <= wanted);
    }
  });

  it('in score units', () => {
    fc.assert(
      fc.property(problemArbitrary({ minItems: 2 }), (problem) => {
        const prepared = prepareProblem(problem);
        const plan = (range: { low: number; high: number }) =>
          evaluateTarget(prepared, observedOf(problem), { methods: ['aipw'], range }).plan!;
        const unit = plan(unitRange);
        const hundred = plan({ low: -50, high: 50 });
        expect(hundred.halfWidth).toBeCloseTo(100 * unit.halfWidth, 9);
        expect(hundred.itemsForHalfWidth.map(({ items }) => items)).toEqual(
          unit.itemsForHalfWidth.map(({ items }) => items),
        );
        expect(hundred.itemsForHalfWidth.map(({ halfWidth }) => halfWidth)).toEqual([10, 5, 2, 1]);
      }),
      runs,
    );
  });
});
