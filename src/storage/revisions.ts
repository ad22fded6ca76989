import type { Database } from './database.ts';

export interface RevisionCounter {
  /** Counts one change of a benchmark's history, inside the transaction that makes it; returns the new revision. */
  advance(benchmarkId: number, change: { readonly itemsChanged: boolean }): number;
}

export function createRevisionCounter(database: Database): RevisionCounter {
  const advance = database.prepare<{ id: number; itemsChanged: number; now: string }, { revision: number }>(
    `UPDATE benchmarks SET revision = revision + 1,
       items_revision = CASE WHEN @itemsChanged THEN revision + 1 ELSE items_revision END, updated_at = @now
     WHERE id = @id RETURNING revision`,
  );
  return {
    advance(id, { itemsChanged }) {
      return advance.get({ id, itemsChanged: Number(itemsChanged), now: new Date().toISOString() })!.revision;
    },
  };
}
