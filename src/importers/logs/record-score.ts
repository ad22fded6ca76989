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
  if (typeof value === 'number') return { score: value };
  if (value === nonFinite) return { missing: 'not a number' };
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
  if ('missing' in reading) countMissing(part, reading.missing);
  column.items.push(item);
  column.scores.push('score' in reading ? reading.score : Number.NaN);
  if (column.items.length > maxSamples) throw unreadable(place, `is one of more than ${maxSamples} samples`);
}

/** A sample that no measure scored. */
export function countMissing(part: LogPart, reason: string): void {
  part.missing.set(reason, (part.missing.get(reason) ?? 0) + 1);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return `the text ${JSON.stringify(String(value).slice(0, 40))}`;
}
