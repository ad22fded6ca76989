import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surveyModels } from '../../../src/estimation/backtest/survey.ts';
import { matrixFromArrays } from '../../../src/scores/score-matrix.ts';
import { historyOf } from '../../support/histories.ts';
import { largestDifference, meanOf } from '../measures.ts';
import { imputeNaively } from '../second-implementation.ts';

const runs = { seed: 29, numRuns: 300 };
const _ = null;

type Row = readonly (number | null)[];

function survey(rows: readonly Row[]) {
  return surveyModels(historyOf(matrixFromArrays(rows)));
}

/** Few items and values, so that many rows are equal. */
function tables(values: readonly (number | null)[]): fc.Arbitrary<(number | null)[][]> {
  const cell = fc.constantFrom(...values);
  return fc
    .integer({ min: 1, max: 4 })
    .chain((length) =>
      fc.array(fc.array(cell, { minLength: length, maxLength: length }), { minLength: 1, maxLength: 12 }),
    );
}

describe('true scores', () => {
  it('are the plain means of complete rows', () => {
    fc.assert(
      fc.property(tables([0, 0.25, 1]), (rows) => {
        expect(
          largestDifference(
            survey(rows).truths,
            rows.map((row) => meanOf(row as number[])),
          ),
        ).toBeLessThan(1e-14);
      }),
      runs,
    );
  });

  it('count missing scores as what the other models and items make likely', () => {
    fc.assert(
      fc.property(tables([0, 1, _]), (rows) => {
        const imputed = imputeNaively(rows, rows[0].length);
        expect(largestDifference(survey(rows).truths, imputed.map(meanOf))).toBeLessThan(1e-12);
      }),
      runs,
    );
  });
});

describe('known scores', () => {
  it.each([
    [10, 2, true],
    [10, 3, false],
    [5, 0, true],
    [5, 1, true],
    [5, 2, false],
    [1000, 200, true],
    [1000, 201, false],
  ])('of %i items %i missing: known %s, as four of five must be there', (items, missing, isKnown) => {
    const row = Array.from({ length: items }, (_item, j) => (j < missing ? _ : j % 2));
    const complete = row.map((score) => score ?? 0);
    expect([...survey([row, complete]).isKnown]).toEqual([Number(isKnown), 1]);
  });

  it('count items of the population only', () => {
    const matrix = matrixFromArrays([
      [1, _, 0, _, 1],
      [1, 0, 0, 1, 1],
    ]);
    const of = (population: number[]) =>
      surveyModels({ ...historyOf(matrix), population: Int32Array.from(population) }).isKnown[0];
    expect(of([0, 2, 4])).toBe(1);
    expect(of([0, 1, 2, 4])).toBe(0);
  });
});

describe('twins', () => {
  it('are models with the same scores on every item, missing ones included', () => {
    expect([
      ...survey([
        [1, 0, _],
        [1, 0, 1],
        [1, 0, _],
        [1, 0, 0],
        [1, 0, 1],
        [1, 0, _],
      ]).twins,
    ]).toEqual([0, 1, 0, 3, 1, 0]);
  });

  it.each([
    ['0/1 scores', [0, 1, _]],
    ['scores between', [0, 0.3333, 0.3334, 0.5, _]],
  ])('%s: the first row that reads the same, and no other', (_name, values) => {
    fc.assert(
      fc.property(tables(values), (rows) => {
        const texts = rows.map((row) => row.join());
        expect([...survey(rows).twins]).toEqual(texts.map((text) => texts.indexOf(text)));
      }),
      runs,
    );
  });

  it('one cell among thousands tells two models apart', () => {
    const row = Array.from({ length: 5000 }, (_item, j) => Number(j % 3 === 0));
    const other = row.with(4321, 1 - row[4321]);
    expect([...survey([row, other, row]).twins]).toEqual([0, 1, 0]);
    const slightly = row.with(4321, row[4321] === 1 ? 0.9999 : 0.0001);
    expect([...survey([row, slightly, row]).twins]).toEqual([0, 1, 0]);
  });

  it('are counted among the models of the history, on the items of its population', () => {
    const matrix = matrixFromArrays([
      [0, 1, 1],
      [1, 0, 1],
      [0, 0, 1],
      [1, 0, 0],
    ]);
    const { twins } = surveyModels({
      ...historyOf(matrix, Int32Array.of(3, 2, 1)),
      population: Int32Array.of(0, 1),
    });
    expect([...twins]).toEqual([0, 1, 0]);
  });
});
