import { isName, maxNameLength } from '../../scores/names.ts';
import type { RowBuilder } from '../../scores/packed-row.ts';
import { isInRange, type ScoreRange } from '../../scores/score-range.ts';
import type { ScoreTable } from '../../scores/score-table.ts';
import { complaint } from '../complaint.ts';

const maxItems = 1_000_000;
const maxModels = 100_000;

function checkName(text: unknown, path: string): string {
  if (isName(text)) return text;
  const shown =
    typeof text === 'string' && text.length <= maxNameLength ? `${JSON.stringify(text)} is` : 'is';
  throw complaint(
    'invalid-request',
    path,
    `${shown} not a name of 1 to ${maxNameLength} printable characters`,
  );
}

/** The row of a model that may be in a body once only. */
export function addModel(table: ScoreTable, name: unknown, path: string): RowBuilder {
  const model = checkName(name, path);
  if (table.models.has(model)) throw complaint('duplicate', path, `model "${model}" is here twice`);
  return modelRow(table, model, path);
}

/** The row of a model that may come again. */
export function modelRow(table: ScoreTable, name: unknown, path: string): RowBuilder {
  const row = table.row(checkName(name, path));
  if (table.models.size > maxModels)
    throw complaint('too-large', path, `more than ${maxModels} models in one body`);
  return row;
}

/** Adds an item that may be in a header once only. */
export function addItem(table: ScoreTable, name: unknown, path: string): void {
  const item = checkName(name, path);
  if (table.hasItem(item)) throw complaint('duplicate', path, `item "${item}" is here twice`);
  itemIndex(table, item, path);
}

/** The index of an item that may come again. */
export function itemIndex(table: ScoreTable, name: unknown, path: string): number {
  const index = table.itemIndex(checkName(name, path));
  if (table.items.length > maxItems)
    throw complaint('too-large', path, `more than ${maxItems} items in one body`);
  return index;
}

/**
 * Numbers and booleans are scores; a boolean is 1 or 0.
 * @param path called only for a complaint: most cells are fine
 */
export function checkScore(value: unknown, range: ScoreRange, path: () => string): number {
  const score = typeof value === 'boolean' ? Number(value) : value;
  if (typeof score !== 'number' || !Number.isFinite(score)) {
    throw complaint('invalid-request', path(), `${describe(value)} is not a number or a boolean`);
  }
  if (!isInRange(score, range)) {
    throw complaint(
      'score-out-of-range',
      path(),
      `${score} is outside the score range [${range.low}, ${range.high}]`,
    );
  }
  return score;
}

/** Stores a cell that must be the first of its kind in this body. */
export function setCell(
  table: ScoreTable,
  row: RowBuilder,
  index: number,
  score: number,
  path: () => string,
): void {
  if (!Number.isNaN(row.get(index))) {
    throw complaint('duplicate', path(), 'this model has a score for this item already');
  }
  table.set(row, index, score);
}

export function setGroup(table: ScoreTable, index: number, group: unknown, path: string): void {
  const name = checkName(group, path);
  const known = table.groups[index];
  if (known !== undefined && known !== name) {
    throw complaint('duplicate', path, `item "${table.items[index]}" is already in group "${known}"`);
  }
  table.groups[index] = name;
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
