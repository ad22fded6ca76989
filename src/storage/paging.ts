/** One page of a list; `next` is where the following one starts, null at the end. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly next: number | null;
}

export interface PageRequest {
  readonly limit: number;
  /** The `next` of the page before; undefined for the first. */
  readonly after: number | undefined;
}

/** Names as SQL takes them: `name IN (SELECT value FROM json_each(@names))`; null = all. */
export function namesForSql(names: ReadonlySet<string> | null): string | null {
  return names && JSON.stringify([...names]);
}

/** Cuts a page from rows of which one more than asked was read. */
export function toPage<Row, Entry>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => number,
  toEntry: (row: Row) => Entry,
): Page<Entry> {
  const shown = rows.slice(0, limit);
  return { entries: shown.map(toEntry), next: rows.length > limit ? keyOf(shown[limit - 1]) : null };
}
