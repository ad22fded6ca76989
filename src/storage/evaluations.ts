import { DomainError } from '../errors.ts';
import type { Metadata } from '../scores/metadata.ts';
import { summariseRow } from '../scores/packed-row.ts';
import type { Database } from './database.ts';
import type { GroupCommit } from './group-commit.ts';
import { float64FromBlob, toBlob } from './packing.ts';
import { namesForSql, type Page, type PageRequest, toPage } from './paging.ts';
import type { Seal } from './seal.ts';

export interface StoredEvaluation {
  readonly id: string;
  readonly benchmarkId: number;
  readonly coreSetId: string;
  readonly model: string;
  /** One per item of the core set, score units, NaN = no result yet. */
  readonly results: Float64Array;
  /** The user's own predictions, one per item of the core set's population, score units; null without any. */
  readonly predictions: Float64Array | null;
  /** The id of the evaluation whose results it started with. */
  readonly fromEvaluation: string | null;
  readonly metadata: Metadata | null;
  readonly revision: number;
  /** The answer as it was computed when results were last written, ready to send. */
  readonly answer: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface EvaluationStore {
  /** @returns false where the core set was deleted or the score range changed meanwhile */
  add(evaluation: StoredEvaluation, seal?: Seal): Promise<boolean>;
  /**
   * Stores changed results if nobody else did since they were read.
   * @returns false where the stored version is not `evaluation.version - 1` any more, or the score range changed
   */
  replace(evaluation: StoredEvaluation, seal?: Seal): Promise<boolean>;
  /** @throws DomainError evaluation-not-found */
  get(id: string): Promise<StoredEvaluation>;
  /** What tells whether it changed; undefined where there is none. */
  version(id: string): Promise<number | undefined>;
  /** Newest first, of one model or of all. */
  list(benchmarkId: number, model: string | undefined, request: PageRequest): Promise<Page<StoredEvaluation>>;
  /** Newest first, of the benchmarks named; null = all. */
  listAll(request: PageRequest, within: ReadonlySet<string> | null): Promise<Page<StoredEvaluation>>;
  /**
   * The newest complete evaluation of each model, or its newest partial one with an interval; of those that are for the
   * whole benchmark, not for some of its groups.
   */
  latest(benchmarkId: number): Promise<StoredEvaluation[]>;
  /** @throws DomainError evaluation-not-found */
  remove(id: string): Promise<void>;
}

interface EvaluationRow {
  sequence: number;
  id: string;
  benchmark_id: number;
  core_set_id: string;
  model: string;
  results: Buffer;
  predictions: Buffer | null;
  from_evaluation: string | null;
  metadata: string | null;
  revision: number;
  answer: string;
  version: number;
  created_at: string;
  updated_at: string;
}

export function createEvaluationStore(database: Database, commits: GroupCommit): EvaluationStore {
  // The score range may change between the check of the results and the write.
  const inRange = `EXISTS (SELECT 1 FROM benchmarks
    WHERE id = @benchmarkId AND score_low <= @min AND score_high >= @max)`;
  const insert = database.prepare(
    `INSERT INTO evaluations (id, benchmark_id, core_set_id, model, results, observed_items, min_score, max_score, predictions,
       from_evaluation, metadata, revision, answer, version, created_at, updated_at)
     SELECT @id, @benchmarkId, @coreSetId, @model, @results, @observed, @min, @max, @predictions,
       @fromEvaluation, @metadata, @revision, @answer, @version, @createdAt, @updatedAt
     WHERE EXISTS (SELECT 1 FROM core_sets WHERE id = @coreSetId) AND ${inRange}`,
  );
  const update = database.prepare(
    `UPDATE evaluations SET results = @results, observed_items = @observed, min_score = @min, max_score = @max, predictions = @predictions,
       revision = @revision, answer = @answer, version = @version, updated_at = @updatedAt
     WHERE id = @id AND version = @version - 1 AND ${inRange}`,
  );
  const byId = database.prepare<[string], EvaluationRow>('SELECT * FROM evaluations WHERE id = ?');
  const versionById = database
    .prepare<[string], number>('SELECT version FROM evaluations WHERE id = ?')
    .pluck();
  const page = database.prepare<[number, number, number], EvaluationRow>(
    'SELECT * FROM evaluations WHERE benchmark_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?',
  );
  const pageOfModel = database.prepare<[number, string, number, number], EvaluationRow>(
    `SELECT * FROM evaluations WHERE benchmark_id = ? AND model = ? AND sequence < ?
     ORDER BY sequence DESC LIMIT ?`,
  );
  const pageOfAll = database.prepare<{ before: number; names: string | null; limit: number }, EvaluationRow>(
    `SELECT * FROM evaluations WHERE sequence < @before AND (@names IS NULL OR benchmark_id IN
       (SELECT id FROM benchmarks WHERE name IN (SELECT value FROM json_each(@names))))
     ORDER BY sequence DESC LIMIT @limit`,
  );
  const latest = database.prepare<[number], EvaluationRow>(
    `SELECT * FROM evaluations WHERE sequence IN
       (SELECT coalesce(max(CASE WHEN observed_items = size THEN evaluations.sequence END), max(evaluations.sequence))
        FROM evaluations JOIN core_sets ON core_sets.id = evaluations.core_set_id AND core_sets.groups IS NULL
        WHERE evaluations.benchmark_id = ? AND observed_items >= 2 GROUP BY model)`,
  );
  const removeById = database.prepare<[string]>('DELETE FROM evaluations WHERE id = ?');

  return {
    add: async (evaluation, seal) => {
      const values = {
        ...writtenColumns(evaluation),
        coreSetId: evaluation.coreSetId,
        model: evaluation.model,
        fromEvaluation: evaluation.fromEvaluation,
        metadata: evaluation.metadata === null ? null : JSON.stringify(evaluation.metadata),
        createdAt: evaluation.createdAt,
      };
      return commits.run(() => sealed(insert.run(values).changes, seal));
    },
    replace: async (evaluation, seal) =>
      commits.run(() => sealed(update.run(writtenColumns(evaluation)).changes, seal)),
    get: async (id) => {
      const row = byId.get(id);
      if (row === undefined) throw evaluationNotFound(id);
      return toEvaluation(row);
    },
    version: async (id) => versionById.get(id),
    list: async (benchmarkId, model, { limit, after }) => {
      const before = after ?? Number.MAX_SAFE_INTEGER;
      const rows =
        model === undefined
          ? page.all(benchmarkId, before, limit + 1)
          : pageOfModel.all(benchmarkId, model, before, limit + 1);
      return toPage(rows, limit, (row) => row.sequence, toEvaluation);
    },
    listAll: async ({ limit, after }, within) => {
      const before = after ?? Number.MAX_SAFE_INTEGER;
      const rows = pageOfAll.all({ before, names: namesForSql(within), limit: limit + 1 });
      return toPage(rows, limit, (row) => row.sequence, toEvaluation);
    },
    latest: async (benchmarkId) => latest.all(benchmarkId).map(toEvaluation),
    remove: async (id) => {
      if (removeById.run(id).changes === 0) throw evaluationNotFound(id);
    },
  };
}

/** Whether something was written; only then it is sealed. */
function sealed(changes: number, seal: Seal | undefined): boolean {
  if (changes === 1) seal?.();
  return changes === 1;
}

export function evaluationNotFound(id: string): DomainError {
  return new DomainError('evaluation-not-found', `there is no evaluation "${id}"`);
}

function writtenColumns(evaluation: StoredEvaluation) {
  const { results, predictions } = evaluation;
  const { scored, min, max } = summariseRow({ encoding: 'floats', cells: results });
  // Predictions are in score units too: a score range that excludes them must be refused.
  const given =
    predictions === null ? { min, max } : summariseRow({ encoding: 'floats', cells: predictions });
  return {
    id: evaluation.id,
    benchmarkId: evaluation.benchmarkId,
    results: toBlob(evaluation.results),
    observed: scored,
    min: Math.min(min, given.min),
    max: Math.max(max, given.max),
    predictions: predictions && toBlob(predictions),
    revision: evaluation.revision,
    answer: evaluation.answer,
    version: evaluation.version,
    updatedAt: evaluation.updatedAt,
  };
}

function toEvaluation(row: EvaluationRow): StoredEvaluation {
  return {
    id: row.id,
    benchmarkId: row.benchmark_id,
    coreSetId: row.core_set_id,
    model: row.model,
    results: float64FromBlob(row.results),
    predictions: row.predictions && float64FromBlob(row.predictions),
    fromEvaluation: row.from_evaluation,
    metadata: row.metadata === null ? null : JSON.parse(row.metadata),
    revision: row.revision,
    answer: row.answer,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
