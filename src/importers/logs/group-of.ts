import { fieldsOf } from '../fields.ts';
import type { ReadOptions } from './log-reader.ts';

/** The group of a sample: the field asked for of what is known about it, else its task. */
export function groupOf({ group }: ReadOptions, known: unknown, task: string | null): string | null {
  if (group === null) return task;
  const fields = fieldsOf(known);
  const value = Object.hasOwn(fields, group) ? fields[group] : null;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
