import { isName } from '../../scores/names.ts';
import { fieldsOf } from '../fields.ts';
import type { ReadOptions } from './log-reader.ts';

/** The group of a sample: the field asked for of what is known about it, else its task. What is no name is no group. */
export function groupOf({ group }: ReadOptions, known: unknown, task: string | null): string | null {
  if (group === null) return isName(task) ? task : null;
  const fields = fieldsOf(known);
  const value = Object.hasOwn(fields, group) ? fields[group] : null;
  const name = typeof value === 'number' ? String(value) : value;
  return isName(name) ? name : null;
}
