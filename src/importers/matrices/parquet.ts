import { isLong } from '../../scores/csv-forms.ts';
import type { ScoreRange } from '../../scores/score-range.ts';
import type { ScoreTable } from '../../scores/score-table.ts';
import { complaint } from '../complaint.ts';
import type { StoredBytes } from '../files/log-file.ts';
import { readParquetColumns, readParquetRows } from '../text/parquet.ts';
import { addItem, addModel, checkScore, itemIndex, modelRow, setCell, setGroup } from './checks.ts';

/**
 * The same tables as CSV: wide, a row per model and a column per item, or long, model, item, score and group. Null is
 * missing.
 * @throws DomainError as an Importer; unreadable-log: not a whole Parquet file
 */
export async function importParquet(
  bytes: StoredBytes,
  table: ScoreTable,
  range: ScoreRange,
  place: string,
): Promise<void> {
  const columns = await readParquetColumns(bytes, place);
  const items = columns.filter((column) => column !== 'model');
  if (items.length === columns.length) throw complaint('invalid-request', 'schema', 'has no column "model"');
  const readRow = isLong(items) ? readCell : readModel;
  if (readRow === readModel) for (const item of items) addItem(table, item, `column ${item}`);
  let number = 0;
  for await (const [model, ...values] of readParquetRows(bytes, ['model', ...items], place)) {
    number++;
    readRow(model, values.map(plain), `row ${number}`);
  }
  if (number === 0) throw complaint('missing-scores', 'row 1', 'the file has no rows');

  function readModel(model: unknown, values: readonly unknown[], where: string): void {
    const scores = addModel(table, model, `${where}, column model`);
    values.forEach((value, index) => {
      if (value === null) return;
      const path = () => `${where}, column ${items[index]}`;
      table.set(scores, index, checkScore(value, range, path));
    });
  }

  function readCell(model: unknown, [item, value, group]: readonly unknown[], where: string): void {
    const scores = modelRow(table, model, `${where}, column model`);
    const index = itemIndex(table, item, `${where}, column item`);
    if (group !== undefined && group !== null) setGroup(table, index, group, `${where}, column group`);
    const path = () => `${where}, column score`;
    if (value !== null) setCell(table, scores, index, checkScore(value, range, path), path);
  }
}

/** Whole numbers of 64 bits come as such; missing ones as null, and NaN means the same where pandas wrote the file. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return value === undefined || Number.isNaN(value) ? null : value;
}
