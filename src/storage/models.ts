import { DomainError } from '../errors.ts';
import type { Database } from './database.ts';
import { type Page, type PageRequest, toPage } from './paging.ts';
import type { RevisionCounter } from './revisions.ts';

/** A model of the history. */
export interface Model {
  readonly id: number;
  readonly model: string;
  /** Mean of the scores that are there, score units. */
  readonly meanScore: number;
  readonly scoredItems: number;
  /** The format in which it came first. */
  readonly source: string;
  readonly createdAt: string;
}

export interface ModelStore {
  list(benchmarkId: number, request: PageRequest): Promise<Page<Model>>;
  all(benchmarkId: number): Promise<Model[]>;
  /** @throws DomainError model-not-found */
  get(benchmarkId: number, model: string): Promise<Model>;
  /** Its items stay. @throws DomainError model-not-found */
  remove(benchmarkId: number, model: string): Promise<void>;
}

interface ModelRow {
  id: number;
  model: string;
  mean_score: number;
  scored_items: number;
  source: string;
  created_at: string;
}

export function createModelStore(database: Database, revisions: RevisionCounter): ModelStore {
  const columns = 'id, model, mean_score, scored_items, source, created_at';
  const page = database.prepare<[number, number, number], ModelRow>(
    `SELECT ${columns} FROM models WHERE benchmark_id = ? AND id > ? ORDER BY id LIMIT ?`,
  );
  const all = database.prepare<[number], ModelRow>(
    `SELECT ${columns} FROM models WHERE benchmark_id = ? ORDER BY id`,
  );
  const one = database.prepare<[number, string], ModelRow>(
    `SELECT ${columns} FROM models WHERE benchmark_id = ? AND model = ?`,
  );
  const removeOne = database.prepare<[number, string]>(
    'DELETE FROM models WHERE benchmark_id = ? AND model = ?',
  );
  const remove = database.transaction((benchmarkId: number, model: string) => {
    if (removeOne.run(benchmarkId, model).changes === 0) throw modelNotFound(model);
    revisions.advance(benchmarkId, { itemsChanged: false });
  });

  return {
    list: async (benchmarkId, { limit, after }) =>
      toPage(page.all(benchmarkId, after ?? 0, limit + 1), limit, (row) => row.id, toModel),
    all: async (benchmarkId) => all.all(benchmarkId).map(toModel),
    get: async (benchmarkId, model) => {
      const row = one.get(benchmarkId, model);
      if (row === undefined) throw modelNotFound(model);
      return toModel(row);
    },
    remove: async (benchmarkId, model) => remove.immediate(benchmarkId, model),
  };
}

function modelNotFound(model: string): DomainError {
  return new DomainError('model-not-found', `the history has no model "${model}"`);
}

function toModel(row: ModelRow): Model {
  return {
    id: row.id,
    model: row.model,
    meanScore: row.mean_score,
    scoredItems: row.scored_items,
    source: row.source,
    createdAt: row.created_at,
  };
}
