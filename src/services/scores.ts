import { LRUCache } from 'lru-cache';
import { exportCsv } from '../exporters/csv.ts';
import { exportNdjson } from '../exporters/ndjson.ts';
import { importCsv } from '../importers/matrices/csv.ts';
import { importJson } from '../importers/matrices/json.ts';
import { importNdjson } from '../importers/matrices/ndjson.ts';
import { inTurns } from '../in-turns.ts';
import type { ConflictPolicy } from '../scores/merge-rows.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { MergeOutcome } from '../storage/scores.ts';
import type { Seal } from '../storage/seal.ts';
import type { HistorySnapshot } from '../storage/snapshots.ts';
import type { ImportMemory } from './import-memory.ts';

/** A body of scores: parsed JSON, or bytes that are read as they arrive. */
export type ScoreBody =
  | { readonly format: 'json'; readonly value: unknown }
  | { readonly format: 'csv' | 'ndjson'; readonly bytes: AsyncIterable<Uint8Array> };

export type ExportFormat = 'csv' | 'ndjson';

export interface Scores {
  /**
   * Adds history, all or nothing.
   * @param seal runs in the transaction that stores it
   * @throws DomainError what the importers and the store throw
   */
  add(
    benchmark: string,
    body: ScoreBody,
    policy: ConflictPolicy,
    seal?: Seal<MergeOutcome>,
  ): Promise<MergeOutcome>;
  /** The history as it stands now, in pieces; what is exported imports again to the same matrix. */
  export(benchmark: string, format: ExportFormat): Promise<AsyncGenerator<Buffer>>;
}

/** Histories that somebody may still be reading; what nobody reads any more is not kept by this. */
const maxShared = 100;

const importers = { csv: importCsv, ndjson: importNdjson };
const exporters = { csv: exportCsv, ndjson: exportNdjson };

export function createScores({ benchmarks, scores }: Stores, memory: ImportMemory): Scores {
  const shared = new LRUCache<number, WeakRef<HistorySnapshot>>({ max: maxShared });

  /** Slow readers of one history hold one copy of it. */
  async function snapshotOf({ id, revision }: Benchmark): Promise<HistorySnapshot> {
    const known = shared.get(id)?.deref();
    if (known !== undefined && known.revision >= revision) return known;
    const snapshot = await scores.snapshot(id);
    shared.set(id, new WeakRef(snapshot));
    return snapshot;
  }

  return {
    async add(name, body, policy, seal) {
      const { id, scoreRange } = await benchmarks.get(name);
      return memory.use(async (table) => {
        if (body.format === 'json') importJson(body.value, table, scoreRange);
        else await importers[body.format](inTurns(body.bytes), table, scoreRange);
        return scores.merge(id, table, policy, body.format, seal);
      });
    },
    async export(name, format) {
      return inTurns(exporters[format](await snapshotOf(await benchmarks.get(name))));
    },
  };
}
