import { missingByte, type PackedRow, scoreAt } from './packed-row.ts';
import { isUnitRange, type ScoreRange, toUnit } from './score-range.ts';

/**
 * The history of a benchmark on the unit scale: rows = models, columns = items, row-major and flat.
 * `Uint8Array` (0, 1, 255 = missing) while every score is 0 or 1, else `Float64Array` (NaN = missing).
 */
export interface ScoreMatrix {
  readonly nModels: number;
  readonly nItems: number;
  readonly cells: Uint8Array | Float64Array;
}

/** The unit-scale score of a model on an item, NaN where missing. */
export function cellAt(matrix: ScoreMatrix, model: number, item: number): number {
  const cell = matrix.cells[model * matrix.nItems + item];
  return matrix.cells instanceof Uint8Array && cell === missingByte ? Number.NaN : cell;
}

/** Packs rows in score units into one matrix on the unit scale, in memory that threads can share. */
export function matrixFromRows(rows: readonly PackedRow[], nItems: number, range: ScoreRange): ScoreMatrix {
  const binary = isUnitRange(range) && rows.every((row) => row.encoding === 'bytes');
  const nModels = rows.length;
  if (binary) {
    const cells = new Uint8Array(new SharedArrayBuffer(nModels * nItems)).fill(missingByte);
    rows.forEach((row, model) => {
      cells.set(row.cells, model * nItems);
    });
    return { nModels, nItems, cells };
  }
  const cells = new Float64Array(new SharedArrayBuffer(8 * nModels * nItems)).fill(Number.NaN);
  rows.forEach((row, model) => {
    for (let item = 0; item < row.cells.length; item++) {
      cells[model * nItems + item] = toUnit(scoreAt(row, item), range);
    }
  });
  return { nModels, nItems, cells };
}

/** A matrix from nested arrays on the unit scale, null = missing: for simulations, tests and golden vectors. */
export function matrixFromArrays(rows: readonly (readonly (number | null)[])[]): ScoreMatrix {
  const nModels = rows.length;
  const nItems = rows[0]?.length ?? 0;
  const flat = rows.flatMap((row) => row.map((score) => score ?? Number.NaN));
  const binary = flat.every((score) => score === 0 || score === 1 || Number.isNaN(score));
  const cells = binary
    ? Uint8Array.from(flat, (score) => (Number.isNaN(score) ? missingByte : score))
    : Float64Array.from(flat);
  return { nModels, nItems, cells };
}
