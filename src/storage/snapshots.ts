import { DomainError } from '../errors.ts';
import { finishInTurns } from '../in-turns.ts';
import type { PackedRow } from '../scores/packed-row.ts';
import type { ScoreRange } from '../scores/score-range.ts';
import type { Database } from './database.ts';
import { rowFromBlob } from './packing.ts';

export interface ModelScores {
  readonly id: number;
  readonly model: string;
  readonly row: PackedRow;
}

export interface HistorySnapshot {
  readonly revision: number;
  readonly scoreRange: ScoreRange;
  /** In the order in which models came. */
  readonly models: readonly ModelScores[];
  /** By position. */
  readonly items: readonly { readonly item: string; readonly group: string | null }[];
}

interface Head extends ScoreRange {
  readonly revision: number;
}

interface StoredRow {
  readonly id: number;
  readonly model: string;
  readonly encoding: PackedRow['encoding'];
  readonly scores: Buffer;
}

const itemsAtOnce = 5000;
/** Then it is read in one piece, whoever has to wait. */
const maxAttempts = 3;

/**
 * Reads whole histories, each as it stands at one moment. A large one takes seconds, so others have their turn in between;
 * where it changed meanwhile, it is read again.
 * @returns throws DomainError benchmark-not-found
 */
export function createSnapshotReader(database: Database): (benchmarkId: number) => Promise<HistorySnapshot> {
  const headOf = database.prepare<[number], Head>(
    'SELECT score_low AS low, score_high AS high, revision FROM benchmarks WHERE id = ?',
  );
  const nextItems = database.prepare<[number, number, number], { item: string; group: string | null }>(
    `SELECT item, group_name AS "group" FROM items WHERE benchmark_id = ? AND position >= ? ORDER BY position LIMIT ?`,
  );
  const idsOf = database
    .prepare<[number], number>('SELECT id FROM models WHERE benchmark_id = ? ORDER BY id')
    .pluck();
  const rowOf = database.prepare<[number], StoredRow>(
    'SELECT id, model, encoding, scores FROM models WHERE id = ?',
  );

  function* readItems(benchmarkId: number) {
    const items: HistorySnapshot['items'][number][] = [];
    for (;;) {
      const some = nextItems.all(benchmarkId, items.length, itemsAtOnce);
      for (const one of some) items.push(one);
      if (some.length < itemsAtOnce) return items;
      yield;
    }
  }

  function* readModels(benchmarkId: number): Generator<void, ModelScores[]> {
    const models: ModelScores[] = [];
    for (const id of idsOf.all(benchmarkId)) {
      const row = rowOf.get(id);
      // Deleted since: the revision has advanced.
      if (row === undefined) break;
      models.push({ id, model: row.model, row: rowFromBlob(row.encoding, row.scores) });
      yield;
    }
    return models;
  }

  /** undefined where it changed on the way. */
  function* read(benchmarkId: number): Generator<void, HistorySnapshot | undefined> {
    const head = headOf.get(benchmarkId);
    if (head === undefined)
      throw new DomainError('benchmark-not-found', 'the benchmark was deleted meanwhile');
    const items = yield* readItems(benchmarkId);
    const models = yield* readModels(benchmarkId);
    const { low, high, revision } = head;
    const now = headOf.get(benchmarkId);
    const isSame = now?.revision === revision && now.low === low && now.high === high;
    return isSame ? { revision, scoreRange: { low, high }, models, items } : undefined;
  }

  const readAtOnce = database.transaction((benchmarkId: number): HistorySnapshot => {
    const steps = read(benchmarkId);
    for (;;) {
      const step = steps.next();
      // Nothing can change within a transaction.
      if (step.done) return step.value!;
    }
  });

  return async (benchmarkId) => {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const snapshot = await finishInTurns(read(benchmarkId));
      if (snapshot !== undefined) return snapshot;
    }
    return readAtOnce(benchmarkId);
  };
}
