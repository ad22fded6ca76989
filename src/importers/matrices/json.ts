import type { ScoreRange } from '../../scores/score-range.ts';
import type { ScoreTable } from '../../scores/score-table.ts';
import { complaint } from '../complaint.ts';
import { isObject } from '../fields.ts';
import { addItem, addModel, checkScore } from './checks.ts';

/**
 * A parsed matrix, `{ "items": ["q1", ...], "models": [{ "model": "m1", "scores": [1, 0, null, ...] }] }`, checked by
 * hand: a schema per cell would cost more than the rest of the import.
 */
export function importJson(body: unknown, table: ScoreTable, range: ScoreRange): void {
  const { items, models } = checkObject(body, '', ['items', 'models']);
  for (const [index, item] of checkArray(items, 'items').entries()) {
    addItem(table, item, `items.${index}`);
  }
  for (const [m, entry] of checkArray(models, 'models').entries()) {
    readModel(entry, `models.${m}`, table, range);
  }
}

function readModel(entry: unknown, place: string, table: ScoreTable, range: ScoreRange): void {
  const { model, scores } = checkObject(entry, place, ['model', 'scores']);
  const row = addModel(table, model, `${place}.model`);
  const values = checkArray(scores, `${place}.scores`);
  if (values.length !== table.items.length) {
    const message = `has ${values.length} scores for ${table.items.length} items`;
    throw complaint('invalid-request', `${place}.scores`, message);
  }
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === null) continue;
    table.set(
      row,
      index,
      checkScore(value, range, () => `${place}.scores.${index}`),
    );
  }
}

function checkObject(
  value: unknown,
  path: string,
  keys: readonly string[],
): Readonly<Record<string, unknown>> {
  const name = path === '' ? 'body' : path;
  if (!isObject(value)) {
    throw complaint('invalid-request', name, `is not an object with ${keys.join(' and ')}`);
  }
  const prefix = path === '' ? '' : `${path}.`;
  const stranger = Object.keys(value).find((key) => !keys.includes(key));
  if (stranger !== undefined) {
    throw complaint('invalid-request', `${prefix}${stranger}`, `is not one of ${keys.join(', ')}`);
  }
  return value;
}

function checkArray(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw complaint('invalid-request', path, 'is not an array');
  if (value.length === 0) throw complaint('missing-scores', path, 'is empty');
  return value;
}
