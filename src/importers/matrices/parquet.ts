import { isLong } from '../../scores/csv-forms.ts';
import type { ScoreRange } from '../../scores/score-range.ts';
import type { ScoreTable } from '../../scores/score-table.ts';
import type { StoredBytes } from '../files/log-file.ts';
import { openParquet } from '../text/parquet.ts';
import {
  addItem,
  addModel,
  checkScore,
  complaint,
  itemIndex,
  modelRow,
  setCell,
  setGroup,
} from './checks.ts';

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
  const file = await openParquet(bytes, place);
  const items = file.columns.filter((column) => column !== 'model');
  if (items.length === file.columns.length)
    throw complaint('invalid-request', 'schema', 'has no column "model"');
  const readRow = isLong(items) ? readCell : readModel;
  if (readRow === readModel) for (const item of items) addItem(table, item, `column ${item}`);
  let number = 0;
  for await (const row of file.rows(file.columns)) {
    number++;
    readRow(row, `row ${number}`);
  }
  if (number === 0) throw complaint('missing-scores', 'row 1', 'the file has no rows');

  function readModel(row: Readonly<Record<string, unknown>>, where: string): void {
    const scores = addModel(table, row.model, `${where}, column model`);
    items.forEach((item, index) => {
      const value = plain(row[item]);
      if (value !== null)
        table.set(
          scores,
          index,
          checkScore(value, range, () => `${where}, column ${item}`),
        );
    });
  }

  function readCell(row: Readonly<Record<string, unknown>>, where: string): void {
    const scores = modelRow(table, row.model, `${where}, column model`);
    const index = itemIndex(table, row.item, `${where}, column item`);
    const group = row.group ?? null;
    if (group !== null) setGroup(table, index, group, `${where}, column group`);
    const path = () => `${where}, column score`;
    const value = plain(row.score);
    if (value !== null) setCell(table, scores, index, checkScore(value, range, path), path);
  }
}

/** Whole numbers of 64 bits come as such; missing ones as null, and NaN means the same where pandas wrote the file. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return value === undefined || Number.isNaN(value) ? null : value;
}
