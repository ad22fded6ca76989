import { missingByte } from '../scores/packed-row.ts';
import type { ScoreMatrix } from '../scores/score-matrix.ts';

/** A score matrix with models and items in some order, binned to a picture of at most so many rows and columns. */
export interface HeatMap {
  readonly rows: number;
  readonly columns: number;
  /** rows x columns, row-major: 0 to 254 = 254 times the mean score of the bin on the unit scale; 255 = no score in it. */
  readonly cells: Uint8Array;
  /** columns: mean of the scores in each, unit scale; NaN where there is none. */
  readonly columnMeans: Float64Array;
}

const fullCell = 254;
const emptyCell = 255;

/** Sums and counts of the scores by column. */
interface ColumnSums {
  readonly sums: Float64Array;
  readonly counts: Int32Array;
}

/**
 * Means over bins: of R rows, row r holds the models of places floor(r M / R) up to, not including,
 * floor((r + 1) M / R); columns likewise.
 * @param models rows of the matrix, from the top   @param items columns of the matrix, from the left
 * @param most rows and columns; there are never more of them than models and items
 * Cost: O(M N), one pass.
 */
export function drawHeatMap(
  matrix: ScoreMatrix,
  models: Int32Array,
  items: Int32Array,
  most: Pick<HeatMap, 'rows' | 'columns'>,
): HeatMap {
  const rows = Math.min(most.rows, models.length);
  const columns = Math.min(most.columns, items.length);
  const columnOf = binsOfPlaces(columns, items.length);
  const cells = new Uint8Array(rows * columns);
  const row = emptySums(columns);
  const all = emptySums(columns);
  for (let r = 0; r < rows; r++) {
    row.sums.fill(0);
    row.counts.fill(0);
    const end = binStart(r + 1, rows, models.length);
    for (let m = binStart(r, rows, models.length); m < end; m++)
      addModel(row, matrix, models[m], items, columnOf);
    finishRow(row, all, cells.subarray(r * columns, (r + 1) * columns));
  }
  return { rows, columns, cells, columnMeans: all.sums.map((sum, c) => sum / all.counts[c]) };
}

function emptySums(columns: number): ColumnSums {
  return { sums: new Float64Array(columns), counts: new Int32Array(columns) };
}

function binStart(bin: number, bins: number, length: number): number {
  return Math.floor((bin * length) / bins);
}

function binsOfPlaces(bins: number, length: number): Int32Array {
  const binOf = new Int32Array(length);
  for (let bin = 0; bin < bins; bin++) {
    binOf.fill(bin, binStart(bin, bins, length), binStart(bin + 1, bins, length));
  }
  return binOf;
}

/** A function of its own: it is compiled while a large map is being drawn. */
function finishRow(row: ColumnSums, all: ColumnSums, cells: Uint8Array): void {
  for (let c = 0; c < cells.length; c++) {
    const count = row.counts[c];
    cells[c] = count === 0 ? emptyCell : toCell(row.sums[c] / count);
    all.sums[c] += row.sums[c];
    all.counts[c] += count;
  }
}

/** To the nearest; a third of the time that Math.round takes. */
function toCell(mean: number): number {
  return (fullCell * mean + 0.5) | 0;
}

/** @param columnOf the column of each item */
function addModel(
  { sums, counts }: ColumnSums,
  { cells, nItems }: ScoreMatrix,
  model: number,
  items: Int32Array,
  columnOf: Int32Array,
): void {
  const isBytes = cells instanceof Uint8Array;
  const row = cells.subarray(model * nItems, (model + 1) * nItems);
  for (let j = 0; j < items.length; j++) {
    const cell = row[items[j]];
    if (isBytes ? cell === missingByte : Number.isNaN(cell)) continue;
    sums[columnOf[j]] += cell;
    counts[columnOf[j]]++;
  }
}
