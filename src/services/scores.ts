import { exportCsv } from '../exporters/csv.ts';
import { exportNdjson } from '../exporters/ndjson.ts';
import { importCsv } from '../importers/matrices/csv.ts';
import { importJson } from '../importers/matrices/json.ts';
import { importNdjson } from '../importers/matrices/ndjson.ts';
import type { ConflictPolicy } from '../scores/merge-rows.ts';
import { ScoreTable } from '../scores/score-table.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { MergeOutcome } from '../storage/scores.ts';

/** A body of scores: parsed JSON, or bytes that are read as they arrive. */
export type ScoreBody =
  | { readonly format: 'json'; readonly value: unknown }
  | { readonly format: 'csv' | 'ndjson'; readonly bytes: AsyncIterable<Uint8Array> };

export type ExportFormat = 'csv' | 'ndjson';

export interface Scores {
  /** Adds history, all or nothing. @throws DomainError what the importers and the store throw */
  add(benchmark: string, body: ScoreBody, policy: ConflictPolicy): Promise<MergeOutcome>;
  /** The history as it stands now, in pieces of text; what is exported imports again to the same matrix. */
  export(benchmark: string, format: ExportFormat): Promise<Generator<string>>;
}

const importers = { csv: importCsv, ndjson: importNdjson };
const exporters = { csv: exportCsv, ndjson: exportNdjson };

export function createScores({ benchmarks, scores }: Stores): Scores {
  return {
    async add(name, body, policy) {
      const { id, scoreRange } = await benchmarks.get(name);
      const table = new ScoreTable();
      if (body.format === 'json') importJson(body.value, table, scoreRange);
      else await importers[body.format](body.bytes, table, scoreRange);
      return scores.merge(id, table, policy, body.format);
    },
    async export(name, format) {
      const { id } = await benchmarks.get(name);
      return exporters[format](await scores.snapshot(id));
    },
  };
}
