import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PackedRow, RowBuilder } from '../../src/scores/packed-row.ts';
import {
  cellAt,
  emptyMatrix,
  fillRow,
  matrixFromArrays,
  type ScoreMatrix,
  scoredColumns,
} from '../../src/scores/score-matrix.ts';
import {
  defaultScoreRange,
  fromUnit,
  isInRange,
  isUnitRange,
  type ScoreRange,
  toUnit,
} from '../../src/scores/score-range.ts';

const _ = null;

function rowOf(cells: readonly (number | null)[]): PackedRow {
  const builder = new RowBuilder();
  cells.forEach((cell, place) => {
    if (cell !== null) builder.set(place, cell);
  });
  return builder.build();
}

function cellsOf(matrix: ScoreMatrix): number[][] {
  return Array.from({ length: matrix.nModels }, (_row, model) =>
    Array.from({ length: matrix.nItems }, (_column, item) => cellAt(matrix, model, item)),
  );
}

/** As a history is read: the encoding of the whole, then row by row. */
function matrixFromRows(rows: readonly PackedRow[], nItems: number, range: ScoreRange): ScoreMatrix {
  const encoding = rows.every((row) => row.encoding === 'bytes') ? 'bytes' : 'floats';
  const matrix = emptyMatrix(rows.length, nItems, encoding, range);
  rows.forEach((row, model) => {
    expect(fillRow(matrix, model, row, range)).toBe(true);
  });
  return matrix;
}

describe('a matrix filled row by row', () => {
  it('takes no row that has grown or widened since', () => {
    const matrix = emptyMatrix(2, 2, 'bytes', defaultScoreRange);
    expect(fillRow(matrix, 1, rowOf([1, 0, 1]), defaultScoreRange)).toBe(false);
    expect(fillRow(matrix, 1, rowOf([0.5, 0]), defaultScoreRange)).toBe(false);
    expect(cellsOf(matrix).flat().every(Number.isNaN)).toBe(true);
  });

  it('knows which columns have a score', () => {
    const rows = [rowOf([1, _, _, _]), rowOf([_, _, 0]), rowOf([])];
    expect(scoredColumns(matrixFromRows(rows, 4, defaultScoreRange))).toEqual(Int32Array.of(0, 2));
    const floats = [...rows, rowOf([_, 0.5])];
    expect(scoredColumns(matrixFromRows(floats, 4, defaultScoreRange))).toEqual(Int32Array.of(0, 1, 2));
  });

  it('keeps bytes while every score is 0 or 1; rows shorter than the benchmark end in missing scores', () => {
    const matrix = matrixFromRows([rowOf([1, _, 0]), rowOf([0]), rowOf([])], 4, defaultScoreRange);
    expect(matrix.cells).toBeInstanceOf(Uint8Array);
    expect(cellsOf(matrix)).toEqual([
      [1, Number.NaN, 0, Number.NaN],
      [0, Number.NaN, Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN, Number.NaN, Number.NaN],
    ]);
  });

  it('one score between widens the whole', () => {
    const matrix = matrixFromRows([rowOf([1, _]), rowOf([0.25, 1])], 2, defaultScoreRange);
    expect(matrix.cells).toBeInstanceOf(Float64Array);
    expect(cellsOf(matrix)).toEqual([
      [1, Number.NaN],
      [0.25, 1],
    ]);
  });

  it.each([
    ['1 to 10', { low: 1, high: 10 }, [1, 10, 5.5, _], [0, 1, 0.5, Number.NaN]],
    ['-1 to 1', { low: -1, high: 1 }, [0, 1, -1, _], [0.5, 1, 0, Number.NaN]],
    ['0 to 2, though every score is 0 or 1', { low: 0, high: 2 }, [0, 1, 1, _], [0, 0.5, 0.5, Number.NaN]],
  ])('maps score units %s to the unit scale', (_name, range, cells, expected) => {
    expect(cellsOf(matrixFromRows([rowOf(cells)], 4, range))).toEqual([expected]);
  });

  it('is the same matrix as from nested arrays of what the units stand for', () => {
    const cell = fc.option(fc.constantFrom(0, 1, 0.25), { freq: 4 });
    const rows = fc.array(fc.array(cell, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.constantFrom(defaultScoreRange, { low: -2, high: 6 }), (arrays, range) => {
        const inUnits = arrays.map((row) =>
          rowOf(row.map((score) => (score === null ? _ : fromUnit(score, range)))),
        );
        expect(cellsOf(matrixFromRows(inUnits, 5, range))).toEqual(cellsOf(matrixFromArrays(arrays)));
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe('matrixFromArrays', () => {
  it('of nothing is empty', () => {
    expect(matrixFromArrays([])).toMatchObject({ nModels: 0, nItems: 0 });
  });

  it('packs zeros and ones, and only those, in bytes', () => {
    expect(matrixFromArrays([[1, _, 0]]).cells).toBeInstanceOf(Uint8Array);
    expect(matrixFromArrays([[1, _, 0.5]]).cells).toBeInstanceOf(Float64Array);
  });
});

describe('score ranges', () => {
  const range: ScoreRange = { low: -3, high: 7 };

  it.each([
    [-3, 0],
    [2, 0.5],
    [7, 1],
  ])('%f is %f on the unit scale, and back', (score, unit) => {
    expect(toUnit(score, range)).toBe(unit);
    expect(fromUnit(unit, range)).toBe(score);
  });

  it.each([
    [-3, true],
    [7, true],
    [7.0001, false],
    [-3.0001, false],
    [Number.NaN, false],
  ])('%f lies in it: %s', (score, expected) => {
    expect(isInRange(score, range)).toBe(expected);
  });

  it('only 0 to 1 is the unit range', () => {
    expect(isUnitRange(defaultScoreRange)).toBe(true);
    expect(isUnitRange({ low: 0, high: 2 })).toBe(false);
    expect(isUnitRange({ low: -1, high: 1 })).toBe(false);
  });
});
