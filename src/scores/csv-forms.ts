/**
 * Whether the columns after `model` are those of a long CSV, or meant as such: `item`, then one or two more. A wide CSV of
 * two or three items whose first is called "item" would look the same, so it is never written nor read.
 */
export function looksLong(columns: readonly string[]): boolean {
  return columns[0] === 'item' && (columns.length === 2 || columns.length === 3);
}

/** Whether the columns after `model` are those of the long form. */
export function isLong(columns: readonly string[]): boolean {
  return /^item,score(,group)?$/.test(columns.join(','));
}
