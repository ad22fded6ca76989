import { looksLong } from '../scores/csv-forms.ts';
import { missingByte, type PackedRow, scoreAt, scoredPositions } from '../scores/packed-row.ts';
import { inParcels } from './parcels.ts';
import type { ScoreRows } from './score-rows.ts';

const [comma, zero] = Buffer.from(',0');
/** Both as one number: little-endian as on every platform that Node runs on. */
const commaZero = comma + (zero << 8);
const lineEnd = Buffer.from('\n');
/** Spelling a million of them would keep others waiting. */
const cellsAtOnce = 10_000;

/**
 * The wide form that the importer reads, a line per model, an empty cell = missing. Items without any score are left
 * out, since they could not come back in.
 */
export function exportCsv(rows: ScoreRows): Generator<Buffer> {
  return inParcels(csvPieces(rows));
}

function* csvPieces({ items, models }: ScoreRows): Generator<Uint8Array> {
  const positions = scoredPositions(
    models.map(({ row }) => row),
    items.length,
  );
  const names = positions.map((position) => items[position].item);
  if (looksLong(names)) {
    yield* longPieces({ items, models }, positions);
    return;
  }
  yield Buffer.from(`${['model', ...names.map(quoted)].join(',')}\n`);
  const parts = cutUp(positions, cellsAtOnce);
  const scratch = new Uint8Array(2 * cellsAtOnce);
  for (const { model, row } of models) {
    yield Buffer.from(quoted(model));
    for (const part of parts) yield spellCells(row, part, scratch);
    yield lineEnd;
  }
}

function* longPieces({ items, models }: ScoreRows, positions: readonly number[]): Generator<Uint8Array> {
  yield Buffer.from('model,item,score\n');
  for (const { model, row } of models) {
    const lines = positions.map((position) => {
      const cell = cellText(scoreAt(row, position));
      return `${quoted(model)},${quoted(items[position].item)},${cell}\n`;
    });
    yield Buffer.from(lines.join(''));
  }
}

/**
 * Each behind a comma. Those that are 0, 1 or missing are put down as bytes, which takes a tenth of the time of texts.
 * @param scratch where they may be put
 */
function spellCells(
  row: PackedRow,
  positions: readonly number[],
  scratch: Uint8Array<ArrayBuffer>,
): Uint8Array {
  if (row.encoding === 'floats')
    return Buffer.from(positions.map((position) => `,${cellText(scoreAt(row, position))}`).join(''));
  const { cells } = row;
  const isWhole = positions[positions.length - 1] < cells.length && !cells.includes(missingByte);
  const end = isWhole ? putPairs(cells, positions, scratch) : putBytes(cells, positions, scratch);
  return scratch.subarray(0, end);
}

/** Two bytes at a time, where no cell is missing. @returns how many bytes these are */
function putPairs(cells: Uint8Array, positions: readonly number[], scratch: Uint8Array<ArrayBuffer>): number {
  const pairs = new Uint16Array(scratch.buffer);
  for (let k = 0; k < positions.length; k++) pairs[k] = commaZero + (cells[positions[k]] << 8);
  return 2 * positions.length;
}

/** @returns how many bytes these are */
function putBytes(cells: Uint8Array, positions: readonly number[], scratch: Uint8Array): number {
  let end = 0;
  for (const position of positions) {
    scratch[end++] = comma;
    const cell = position < cells.length ? cells[position] : missingByte;
    if (cell !== missingByte) scratch[end++] = zero + cell;
  }
  return end;
}

/** Names hold no line breaks. */
function quoted(name: string): string {
  return /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

function cutUp<Value>(values: readonly Value[], size: number): Value[][] {
  const count = Math.ceil(values.length / size);
  return Array.from({ length: count }, (_, k) => values.slice(k * size, (k + 1) * size));
}

function cellText(score: number): string {
  return Number.isNaN(score) ? '' : String(score);
}
