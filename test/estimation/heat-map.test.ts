import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawHeatMap } from '../../src/estimation/heat-map.ts';
import { indexRange } from '../../src/estimation/numeric/random.ts';
import { largestDifference, meanOf, sumOf } from './measures.ts';
import { matrixOf, type Problem } from './problems.ts';

const _ = null;

type Cells = Problem['sources'];

/** Any matrix in any order, and how small it is to be. */
function cases(score: fc.Arbitrary<number | null>) {
  return fc
    .record({ nModels: fc.integer({ min: 0, max: 9 }), nItems: fc.integer({ min: 1, max: 13 }) })
    .chain(({ nModels, nItems }) =>
      fc.record({
        cells: fc.array(fc.array(score, { minLength: nItems, maxLength: nItems }), {
          minLength: nModels,
          maxLength: nModels,
        }),
        models: orderOf(nModels),
        items: orderOf(nItems),
        rows: fc.integer({ min: 1, max: 12 }),
        columns: fc.integer({ min: 1, max: 16 }),
      }),
    );
}

function orderOf(length: number) {
  return fc.shuffledSubarray([...indexRange(length)], { minLength: length });
}

const binary = fc.constantFrom(0, 1);
const real = fc.integer({ min: 0, max: 20 }).map((k) => k / 20);

interface Case {
  readonly cells: Cells;
  readonly models: readonly number[];
  readonly items: readonly number[];
  readonly rows: number;
  readonly columns: number;
}

function draw({ cells, models, items, rows, columns }: Case) {
  const matrix = matrixOf(cells, items.length);
  return drawHeatMap(matrix, Int32Array.from(models), Int32Array.from(items), { rows, columns });
}

/** The places of each bin, from the formula: place p is in the bin whose bounds are around it. */
function placesOf(bins: number, length: number): number[][] {
  return Array.from({ length: bins }, (_bin, bin) =>
    [...indexRange(length)].filter(
      (place) =>
        place >= Math.floor((bin * length) / bins) && place < Math.floor(((bin + 1) * length) / bins),
    ),
  );
}

/** The scores of every bin, as plainly as can be: rows of columns of scores. */
function binsOf({ cells, models, items, rows, columns }: Case): number[][][] {
  return placesOf(Math.min(rows, models.length), models.length).map((high) =>
    placesOf(Math.min(columns, items.length), items.length).map((wide) =>
      high
        .flatMap((place) => wide.map((other) => cells[models[place]][items[other]]))
        .filter((score) => score !== null),
    ),
  );
}

describe('a heat map', () => {
  it('by hand, of every cell', () => {
    const cells = [
      [1, 0, 0.5],
      [_, 1, 1],
    ];
    const map = draw({ cells, models: [1, 0], items: [2, 0, 1], rows: 10, columns: 10 });
    expect([map.rows, map.columns]).toEqual([2, 3]);
    expect([...map.cells]).toEqual([254, 255, 254, 127, 254, 0]);
    expect([...map.columnMeans]).toEqual([0.75, 1, 0.5]);
  });

  it('by hand, of five models and three items in two rows and two columns', () => {
    const cells = [
      [1, 1, 0],
      [1, 0, _],
      [0, _, 1],
      [0, 0, 0],
      [_, _, _],
    ];
    const map = draw({ cells, models: [0, 1, 2, 3, 4], items: [0, 1, 2], rows: 2, columns: 2 });
    // Models 0 and 1 above 2, 3 and 4; item 0 left of 1 and 2.
    expect([...map.cells]).toEqual([254, Math.round(254 / 3), 0, Math.round(254 / 3)]);
    expect([...map.columnMeans]).toEqual([1 / 2, 1 / 3]);
  });

  it('has a place for what nobody knows', () => {
    const map = draw({ cells: [[_, 1]], models: [0], items: [0, 1], rows: 1, columns: 2 });
    expect([...map.cells]).toEqual([255, 254]);
    expect([...map.columnMeans]).toEqual([Number.NaN, 1]);
  });

  it('of nothing is empty', () => {
    const map = drawHeatMap(matrixOf([], 3), new Int32Array(0), new Int32Array(0), { rows: 5, columns: 5 });
    expect([map.rows, map.columns, map.cells.length, map.columnMeans.length]).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ['right or wrong', binary],
    ['between 0 and 1', real],
    ['right, wrong or missing', fc.option(binary, { freq: 2 })],
    ['between 0 and 1, or missing', fc.option(real, { freq: 2 })],
  ])('is the mean over each bin: scores %s', (_kind, score) => {
    fc.assert(
      fc.property(cases(score), (drawn) => {
        const map = draw(drawn);
        const bins = binsOf(drawn);
        expect(bins).toHaveLength(map.rows);
        const expected = bins.flat().map((scores) => (scores.length === 0 ? 255 : 254 * meanOf(scores)));
        // To the nearest of 255 steps, which half a step may be either of.
        expect(largestDifference(map.cells, expected)).toBeLessThanOrEqual(0.5 + 1e-9);
        const columns = [...indexRange(map.columns)].map((column) => bins.flatMap((row) => row[column]));
        if (drawn.cells.length === 0) return;
        expect(
          largestDifference(
            map.columnMeans,
            columns.map((scores) => (scores.length === 0 ? _ : meanOf(scores))),
          ),
        ).toBeLessThan(1e-12);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('loses no score, whatever the bins: where all are there, sums over bins are sums over cells', () => {
    fc.assert(
      fc.property(cases(real), (drawn) => {
        const { rows, columns, columnMeans } = draw(drawn);
        if (rows === 0) return;
        const widths = placesOf(columns, drawn.items.length).map((places) => places.length);
        const total = sumOf(columnMeans.map((mean, c) => mean * widths[c] * drawn.models.length));
        expect(total).toBeCloseTo(sumOf(drawn.cells.flat() as number[]), 9);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('reads nothing but the order: shuffled rows and columns with their order shuffled alike give the same', () => {
    fc.assert(
      fc.property(cases(fc.option(binary, { freq: 4 })), (drawn) => {
        const shown = drawn.models.map((m) => drawn.items.map((j) => drawn.cells[m][j]));
        const inOrder = { models: [...drawn.models.keys()], items: [...drawn.items.keys()] };
        expect(draw({ ...drawn, ...inOrder, cells: shown })).toEqual(draw(drawn));
      }),
      { seed: 9, numRuns: 200 },
    );
  });
});
