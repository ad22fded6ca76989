import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../../src/estimation/core-sample.ts';
import { lassoPenalty, lassoSelection } from '../../../src/estimation/designs/lasso.ts';
import { lasso } from '../../../src/estimation/estimators/lasso.ts';
import { summariseHistory } from '../../../src/estimation/history.ts';
import { createLassoPath } from '../../../src/estimation/numeric/lasso-path.ts';
import { createRandom, type Random } from '../../../src/estimation/numeric/random.ts';
import { matrixFromArrays } from '../../../src/scores/score-matrix.ts';
import { historyOf } from '../../support/histories.ts';
import { expectAnswersOrReasons, uniformHistories } from './selections.ts';

type Rows = readonly (readonly (number | null)[])[];

function select(rows: Rows, size: number) {
  const history = historyOf(matrixFromArrays(rows));
  const sources = { history, summary: summariseHistory(history) };
  return { sources, ...lassoSelection.select(sources, size, createRandom(0), () => undefined) };
}

/** The penalty at which the KKT conditions hold for these slopes, and how far they are from holding. */
function kktViolation(
  rows: readonly (readonly number[])[],
  outcome: ArrayLike<number>,
  slopes: ArrayLike<number>,
  intercept: number,
  penalty: number,
): number {
  const nModels = rows.length;
  const residuals = rows.map(
    (row, m) => outcome[m] - intercept - row.reduce((sum, score, j) => sum + score * slopes[j], 0),
  );
  let violation = Math.abs(residuals.reduce((sum, residual) => sum + residual, 0) / nModels);
  for (let j = 0; j < rows[0].length; j++) {
    const gradient = rows.reduce((sum, row, m) => sum + row[j] * residuals[m], 0) / nModels;
    const excess =
      slopes[j] === 0 ? Math.abs(gradient) - penalty : Math.abs(gradient - penalty * Math.sign(slopes[j]));
    violation = Math.max(violation, excess);
  }
  return violation;
}

type Relation = 'none' | 'copies' | 'opposites' | 'near copies' | 'mixtures';

/** Models' scores on items many of which say the same as others. */
function relatedItems(nModels: number, nItems: number, relation: Relation, random: Random): number[][] {
  const columns: number[][] = [];
  for (let j = 0; j < nItems; j++) {
    const other = columns[random.below(Math.max(1, j))];
    const third = columns[random.below(Math.max(1, j))];
    const isFree = relation === 'none' || j === 0 || random.uniform() < 0.6;
    columns.push(
      Array.from({ length: nModels }, (_, m) => {
        if (isFree) return relation === 'near copies' ? random.uniform() : random.below(2);
        if (relation === 'copies') return other[m];
        if (relation === 'opposites') return 1 - other[m];
        if (relation === 'near copies') return Math.min(1, other[m] + 1e-7 * random.uniform());
        return (other[m] + third[m]) / 2;
      }),
    );
  }
  return Array.from({ length: nModels }, (_, m) => columns.map((column) => column[m]));
}

describe('the Lasso path', () => {
  it.each(['none', 'copies', 'opposites', 'near copies', 'mixtures'] as const)(
    'is at the minimum of every penalty: items related as %s',
    (relation) => {
      for (let seed = 0; seed < 20; seed++) {
        const random = createRandom(seed);
        const nModels = 2 + random.below(20);
        const nItems = 2 + random.below(40);
        const rows = relatedItems(nModels, nItems, relation, random);
        const outcome = Float64Array.from(rows, (row) => row.reduce((a, b) => a + b) / nItems);
        const features = Float64Array.from({ length: nModels * nItems }, (_, k) => {
          return rows[k % nModels][Math.floor(k / nModels)];
        });
        const path = createLassoPath({ features, nFeatures: nItems, nRows: nModels, outcome });
        // Down in steps of several sizes, and up again.
        for (const rank of [700, 600, 500, 450, 449, 448, 300, 299, 100, 50, 0, 1, 400, 550]) {
          const penalty = lassoPenalty(rank);
          path.moveTo(penalty);
          const { support, slopes, intercept } = path.fit();
          const all = new Float64Array(nItems);
          for (let i = 0; i < support.length; i++) all[support[i]] = slopes[i];
          expect(kktViolation(rows, outcome, all, intercept, penalty) / penalty).toBeLessThan(1e-5);
          expect(support.length).toBe(path.nonzero);
          expect(support.length).toBeLessThan(Math.min(nModels, nItems + 1));
          expect(slopes.every((slope) => slope !== 0)).toBe(true);
          expect(support.length === 0).toBe(penalty >= path.largestPenalty);
        }
      }
    },
  );
});

describe('the lasso core set', () => {
  it('is the support that comes closest to n from below, at the smallest such penalty', () => {
    const random = createRandom(5);
    const rows = relatedItems(24, 60, 'none', random);
    const outcome = Float64Array.from(rows, (row) => row.reduce((a, b) => a + b) / 60);
    const features = Float64Array.from({ length: 24 * 60 }, (_, k) => rows[k % 24][Math.floor(k / 24)]);
    const path = createLassoPath({ features, nFeatures: 60, nRows: 24, outcome });
    const fits = Array.from({ length: 1000 }, (_, rank) => {
      path.moveTo(lassoPenalty(rank));
      return path.fit();
    });
    for (const size of [2, 3, 7, 12, 20, 40]) {
      const sizes = fits.map(({ support }) => support.length).filter((length) => length <= size);
      const expected = fits.find(({ support }) => support.length === Math.max(...sizes));
      const { items, learned } = select(rows, size);
      expect([...items]).toEqual([...(expected?.support ?? [])]);
      learned?.slopes.forEach((slope, i) => {
        expect(slope).toBeCloseTo(expected?.slopes[i] ?? Number.NaN, 9);
      });
    }
  });

  it('predicts the sources it learned from almost exactly where the penalty is small', () => {
    const rows = relatedItems(12, 80, 'none', createRandom(1));
    const { items, learned, sources } = select(rows, 80);
    const { history, summary } = sources;
    const fit = lasso.fit(createCoreSample(history, summary, items, null, learned));
    rows.forEach((row, m) => {
      const { value, looResiduals } = fit.estimate(Float64Array.from(items, (item) => row[item]));
      expect(Math.abs(value - summary.fullScores[m])).toBeLessThan(0.01);
      expect(looResiduals).toBeNull();
    });
  });

  it('answers or says why not, whatever the history: missing scores, few models, constant items', () => {
    expectAnswersOrReasons(lassoSelection, lasso, 200, (chosen, asked) =>
      expect(chosen).toBeLessThanOrEqual(asked),
    );
  });

  it.each(uniformHistories)('has nothing to choose by: %s', (_, matrix) => {
    const history = historyOf(matrix);
    const sources = { history, summary: summariseHistory(history) };
    expect(() => lassoSelection.select(sources, 2, createRandom(0), () => undefined)).toThrow(
      expect.objectContaining({ code: 'insufficient-data' }),
    );
  });

  it('reports progress that never goes back', () => {
    const history = historyOf(matrixFromArrays(relatedItems(10, 30, 'none', createRandom(2))));
    const shares: number[] = [];
    lassoSelection.select(
      { history, summary: summariseHistory(history) },
      30,
      createRandom(0),
      (share) => void shares.push(share),
    );
    expect(shares.length).toBeGreaterThan(10);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  });
});
