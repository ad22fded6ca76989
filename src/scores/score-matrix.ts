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

/**
 * All missing, for rows to be filled in one by one; in memory that threads can share.
 * @param encoding of the rows: `bytes` where all are
 */
export function emptyMatrix(
  nModels: number,
  nItems: number,
  encoding: PackedRow['encoding'],
  range: ScoreRange,
): ScoreMatrix {
  const nCells = nModels * nItems;
  const cells =
    encoding === 'bytes' && isUnitRange(range)
      ? new Uint8Array(new SharedArrayBuffer(nCells)).fill(missingByte)
      : new Float64Array(new SharedArrayBuffer(8 * nCells)).fill(Number.NaN);
  return { nModels, nItems, cells };
}

/**
 * Puts a row in score units into its place.
 * @returns false where it has more items than the matrix, or other scores than 0 and 1 for a matrix of bytes
 */
export function fillRow(
  { cells, nItems }: ScoreMatrix,
  model: number,
  row: PackedRow,
  range: ScoreRange,
): boolean {
  const isPacked = cells instanceof Uint8Array;
  if (row.cells.length > nItems || (isPacked && row.encoding !== 'bytes')) return false;
  const start = model * nItems;
  if (isPacked) cells.set(row.cells, start);
  else
    for (let item = 0; item < row.cells.length; item++)
      cells[start + item] = toUnit(scoreAt(row, item), range);
  return true;
}

/** Columns, ascending, that at least one model has a score in. */
export function scoredColumns({ cells, nModels, nItems }: ScoreMatrix): Int32Array {
  const missing = cells instanceof Uint8Array ? missingByte : Number.NaN;
  const isScored = new Uint8Array(nItems);
  let left = nItems;
  // The first rows nearly always settle it.
  for (let model = 0; model < nModels && left > 0; model++) {
    for (let item = 0; item < nItems; item++) {
      if (isScored[item] === 1 || Object.is(cells[model * nItems + item], missing)) continue;
      isScored[item] = 1;
      left--;
    }
  }
  return Int32Array.from({ length: nItems }, (_, item) => item).filter((item) => isScored[item] === 1);
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
