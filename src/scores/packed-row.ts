/**
 * The scores of one model, one cell per item position of its benchmark, in score units.
 * `bytes`: every score is 0 or 1, one byte a cell, 255 = missing. `floats`: any score, NaN = missing.
 * A row may be shorter than the benchmark: items added later are missing in it.
 */
export type PackedRow =
  | { readonly encoding: 'bytes'; readonly cells: Uint8Array }
  | { readonly encoding: 'floats'; readonly cells: Float64Array };

export const missingByte = 255;

/** The score at an item position, NaN where missing. */
export function scoreAt(row: PackedRow, position: number): number {
  if (position >= row.cells.length) return Number.NaN;
  const cell = row.cells[position];
  return row.encoding === 'bytes' && cell === missingByte ? Number.NaN : cell;
}

/** A row that grows and changes while scores arrive; bytes until the first score that is neither 0 nor 1. */
export class RowBuilder {
  #cells: Uint8Array | Float64Array;
  #length = 0;

  /** @param start the cells to begin with, or how many to make room for */
  constructor(start: PackedRow | number = 0) {
    if (typeof start === 'number') {
      this.#cells = new Uint8Array(start).fill(missingByte);
    } else {
      this.#cells = start.cells.slice();
      this.#length = start.cells.length;
    }
  }

  get length(): number {
    return this.#length;
  }

  get byteLength(): number {
    return this.#cells.byteLength;
  }

  get(position: number): number {
    if (position >= this.#length) return Number.NaN;
    const cell = this.#cells[position];
    return this.#cells instanceof Uint8Array && cell === missingByte ? Number.NaN : cell;
  }

  /** @returns the bytes it grew by */
  set(position: number, score: number): number {
    // Of finite numbers only 0 and 1 are their own squares: one question, where of two a processor guesses every other answer wrong.
    const fits =
      position < this.#cells.length && (score * score === score || this.#cells instanceof Float64Array);
    const grown = fits ? 0 : this.#makeRoom(position, score);
    if (position >= this.#length) this.#length = position + 1;
    this.#cells[position] = score;
    return grown;
  }

  build(): PackedRow {
    const cells = this.#cells.subarray(0, this.#length);
    return cells instanceof Uint8Array ? { encoding: 'bytes', cells } : { encoding: 'floats', cells };
  }

  #makeRoom(position: number, score: number): number {
    const before = this.byteLength;
    if (this.#cells instanceof Uint8Array && score !== 0 && score !== 1) this.#widen();
    if (position >= this.#cells.length) this.#reserve(position + 1);
    return this.byteLength - before;
  }

  #reserve(length: number): void {
    const capacity = Math.max(length, Math.ceil(this.#cells.length * 1.5), 16);
    const grown =
      this.#cells instanceof Uint8Array
        ? new Uint8Array(capacity).fill(missingByte, this.#cells.length)
        : new Float64Array(capacity).fill(Number.NaN, this.#cells.length);
    grown.set(this.#cells);
    this.#cells = grown;
  }

  #widen(): void {
    this.#cells = Float64Array.from(this.#cells, (cell) => (cell === missingByte ? Number.NaN : cell));
  }
}

export interface RowSummary {
  readonly scored: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** Count, mean and extremes of the scores that are there; mean, min and max are NaN for a row without any. */
export function summariseRow(row: PackedRow): RowSummary {
  return row.encoding === 'bytes' ? summariseBytes(row.cells) : summariseFloats(row.cells);
}

function summariseBytes(cells: Uint8Array): RowSummary {
  let scored = 0;
  let sum = 0;
  for (let position = 0; position < cells.length; position++) {
    if (cells[position] === missingByte) continue;
    scored++;
    sum += cells[position];
  }
  if (scored === 0) return noSummary;
  return { scored, mean: sum / scored, min: Number(sum === scored), max: Number(sum > 0) };
}

const noSummary: RowSummary = { scored: 0, mean: Number.NaN, min: Number.NaN, max: Number.NaN };

function summariseFloats(cells: Float64Array): RowSummary {
  let scored = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const score of cells) {
    if (Number.isNaN(score)) continue;
    scored++;
    sum += score;
    if (score < min) min = score;
    if (score > max) max = score;
  }
  if (scored === 0) return noSummary;
  return { scored, mean: sum / scored, min, max };
}

/** Positions, ascending, that at least one row has a score for. */
export function scoredPositions(rows: readonly PackedRow[], nItems: number): number[] {
  const all = Array.from({ length: nItems }, (_, position) => position);
  let left = all;
  for (const row of rows) left = left.filter((position) => Number.isNaN(scoreAt(row, position)));
  const unscored = new Set(left);
  return all.filter((position) => !unscored.has(position));
}

/** JSON has no NaN: what is missing goes out as null. */
export function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
