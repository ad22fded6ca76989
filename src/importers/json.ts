import type { ScoreRange } from '../scores/score-range.ts';
import type { ScoreTable } from '../scores/score-table.ts';
import { checkItemCount, checkModelCount, checkName, checkScore, complaint } from './checks.ts';

/**
 * A parsed matrix, `{ "items": ["q1", ...], "models": [{ "model": "m1", "scores": [1, 0, null, ...] }] }`, checked by
 * hand: a schema per cell would cost more than the rest of the import.
 */
export function importJson(body: unknown, table: ScoreTable, range: ScoreRange): void {
  const { items, models } = checkObject(body, '', ['items', 'models']);
  for (const [index, item] of checkArray(items, 'items').entries()) {
    const path = `items.${index}`;
    if (table.hasItem(checkName(item, path)))
      throw complaint('duplicate', path, `item "${item}" is here twice`);
    table.itemIndex(item as string);
    checkItemCount(table, path);
  }
  for (const [m, entry] of checkArray(models, 'models').entries()) {
    readModel(entry, `models.${m}`, table, range);
  }
}

function readModel(entry: unknown, place: string, table: ScoreTable, range: ScoreRange): void {
  const { model, scores } = checkObject(entry, place, ['model', 'scores']);
  const name = checkName(model, `${place}.model`);
  if (table.models.has(name)) throw complaint('duplicate', `${place}.model`, `model "${name}" is here twice`);
  const values = checkArray(scores, `${place}.scores`);
  if (values.length !== table.items.length) {
    const message = `has ${values.length} scores for ${table.items.length} items`;
    throw complaint('invalid-request', `${place}.scores`, message);
  }
  const row = table.row(name);
  checkModelCount(table, `${place}.model`);
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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw complaint('invalid-request', name, `is not an object with ${keys.join(' and ')}`);
  }
  const prefix = path === '' ? '' : `${path}.`;
  const stranger = Object.keys(value).find((key) => !keys.includes(key));
  if (stranger !== undefined) {
    throw complaint('invalid-request', `${prefix}${stranger}`, `is not one of ${keys.join(', ')}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function checkArray(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw complaint('invalid-request', path, 'is not an array');
  if (value.length === 0) throw complaint('missing-scores', path, 'is empty');
  return value;
}
