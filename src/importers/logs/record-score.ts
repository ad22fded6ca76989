import { unreadable } from '../files/unreadable.ts';
import { nonFinite } from '../text/non-finite.ts';
import type { LogPart, MeasureColumn } from './score-log.ts';

const maxSamples = 20_000_000;

/** What a field of a log is worth as a score. */
export type Reading =
  | { readonly score: number }
  /** There is none, and why: never 0. */
  | { readonly missing: string }
  /** It is something else. */
  | { readonly unusable: string };

/** Numbers and booleans are scores; null, NaN and nothing are missing ones. */
export function readScore(value: unknown): Reading {
  if (typeof value === 'boolean') return { score: Number(value) };
  if (typeof value === 'number' && Number.isFinite(value)) return { score: value };
  if (typeof value === 'number' || value === nonFinite) return { missing: 'not a number' };
  if (value === null || value === undefined) return { missing: 'no score' };
  return { unusable: `is ${describe(value)}, not a number` };
}

/** Puts a reading of an item into its column. */
export function record(
  part: LogPart,
  column: MeasureColumn,
  item: number,
  reading: Reading,
  place: string,
): void {
  if ('unusable' in reading) {
    column.unusable ??= { place, reason: reading.unusable };
    return;
  }
  if ('missing' in reading) countMissing(part, item, reading.missing);
  column.items.push(item);
  column.scores.push('score' in reading ? reading.score : Number.NaN);
  if (column.items.length > maxSamples) throw unreadable(place, `is one of more than ${maxSamples} samples`);
}

/** An item that was run and has no score, however many measures there are. */
export function countMissing(part: LogPart, item: number, reason: string): void {
  const items = part.missing.get(reason);
  if (items === undefined) part.missing.set(reason, new Set([item]));
  else items.add(item);
}

/** Gives items that no measure scored a place in every column of their task, so that they count as missing there. */
export function recordUnscored(part: LogPart, items: readonly number[]): void {
  for (const column of part.columns.values()) {
    for (const item of items) {
      column.items.push(item);
      column.scores.push(Number.NaN);
    }
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return `the text ${JSON.stringify(String(value).slice(0, 40))}`;
}
