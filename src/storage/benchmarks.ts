import { DomainError } from '../errors.ts';
import type { SimilarityThresholds } from '../estimation/similarity/similarity.ts';
import { isInRange, type ScoreRange } from '../scores/score-range.ts';
import type { Database } from './database.ts';
import { namesForSql, type Page, type PageRequest, toPage } from './paging.ts';

export interface BenchmarkSettings {
  readonly title: string | null;
  readonly description: string | null;
  readonly scoreRange: ScoreRange;
  readonly similarityThresholds: SimilarityThresholds;
}

export interface Benchmark extends BenchmarkSettings {
  readonly id: number;
  readonly name: string;
  readonly revision: number;
  readonly itemsRevision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface BenchmarkOverview extends Benchmark {
  readonly itemCount: number;
  readonly modelCount: number;
  readonly cellCount: number;
  readonly groups: readonly { readonly name: string; readonly itemCount: number }[];
}

export interface BenchmarkStore {
  /** @throws DomainError benchmark-not-found */
  get(name: string): Promise<Benchmark>;
  /** undefined where it was deleted. */
  byId(id: number): Promise<Benchmark | undefined>;
  /** @throws DomainError benchmark-not-found */
  describe(name: string): Promise<BenchmarkOverview>;
  /** @param within the names that there are for the caller; null = all */
  list(request: PageRequest, within: ReadonlySet<string> | null): Promise<Page<BenchmarkOverview>>;
  /** Creates, or replaces the settings. @throws DomainError score-range-conflict: stored scores lie outside */
  put(name: string, settings: BenchmarkSettings): Promise<{ benchmark: BenchmarkOverview; created: boolean }>;
  /** Everything under it goes. @throws DomainError benchmark-not-found */
  remove(name: string): Promise<void>;
}

interface BenchmarkRow {
  id: number;
  name: string;
  title: string | null;
  description: string | null;
  score_low: number;
  score_high: number;
  similarity_low: number;
  similarity_high: number;
  revision: number;
  items_revision: number;
  created_at: string;
  updated_at: string;
}

function benchmarkNotFound(name: string): DomainError {
  return new DomainError('benchmark-not-found', `there is no benchmark "${name}"`);
}

export function createBenchmarkStore(database: Database): BenchmarkStore {
  const byName = database.prepare<[string], BenchmarkRow>('SELECT * FROM benchmarks WHERE name = ?');
  const byId = database.prepare<[number], BenchmarkRow>('SELECT * FROM benchmarks WHERE id = ?');
  const page = database.prepare<{ after: number; names: string | null; limit: number }, BenchmarkRow>(
    `SELECT * FROM benchmarks WHERE id > @after AND (@names IS NULL OR name IN (SELECT value FROM json_each(@names)))
     ORDER BY id LIMIT @limit`,
  );
  const insert = database.prepare(
    `INSERT INTO benchmarks (name, title, description, score_low, score_high, similarity_low, similarity_high,
       revision, items_revision, created_at, updated_at)
     VALUES (@name, @title, @description, @low, @high, @similarityLow, @similarityHigh, 0, 0, @now, @now)`,
  );
  const update = database.prepare(
    `UPDATE benchmarks SET title = @title, description = @description, score_low = @low, score_high = @high,
       similarity_low = @similarityLow, similarity_high = @similarityHigh, revision = revision + @step,
       updated_at = @now
     WHERE name = @name`,
  );
  const removeByName = database.prepare<[string]>('DELETE FROM benchmarks WHERE name = ?');
  const modelTotals = database.prepare<[number], { models: number; cells: number | null }>(
    'SELECT count(*) AS models, sum(scored_items) AS cells FROM models WHERE benchmark_id = ?',
  );
  const groupSizes = database.prepare<[number], { name: string | null; items: number }>(
    'SELECT group_name AS name, count(*) AS items FROM items WHERE benchmark_id = ? GROUP BY 1 ORDER BY 1',
  );
  const extremes = database.prepare<{ id: number }, { low: number | null; high: number | null }>(
    `SELECT min(low) AS low, max(high) AS high FROM (
       SELECT min(min_score) AS low, max(max_score) AS high FROM models WHERE benchmark_id = @id
       UNION ALL
       SELECT min(min_score), max(max_score) FROM evaluations WHERE benchmark_id = @id)`,
  );

  function find(name: string): Benchmark {
    const row = byName.get(name);
    if (row === undefined) throw benchmarkNotFound(name);
    return toBenchmark(row);
  }

  function overview(benchmark: Benchmark): BenchmarkOverview {
    const totals = modelTotals.get(benchmark.id)!;
    const sizes = groupSizes.all(benchmark.id);
    return {
      ...benchmark,
      itemCount: sizes.reduce((sum, { items }) => sum + items, 0),
      modelCount: totals.models,
      cellCount: totals.cells ?? 0,
      groups: sizes.flatMap(({ name, items }) => (name === null ? [] : [{ name, itemCount: items }])),
    };
  }

  function checkRange(id: number, range: ScoreRange): void {
    const { low, high } = extremes.get({ id })!;
    if (low === null || high === null || (isInRange(low, range) && isInRange(high, range))) return;
    throw new DomainError(
      'score-range-conflict',
      `stored scores run from ${low} to ${high}, outside the score range [${range.low}, ${range.high}] (a PUT replaces all settings: one that is left out takes its default)`,
    );
  }

  const put = database.transaction((name: string, settings: BenchmarkSettings) => {
    const { title, description, scoreRange, similarityThresholds } = settings;
    const values = {
      name,
      title,
      description,
      low: scoreRange.low,
      high: scoreRange.high,
      similarityLow: similarityThresholds.low,
      similarityHigh: similarityThresholds.high,
      now: new Date().toISOString(),
    };
    const existing = byName.get(name);
    if (existing === undefined) {
      insert.run(values);
    } else {
      checkRange(existing.id, scoreRange);
      const rescaled = existing.score_low !== scoreRange.low || existing.score_high !== scoreRange.high;
      update.run({ ...values, step: rescaled ? 1 : 0 });
    }
    return { benchmark: overview(find(name)), created: existing === undefined };
  });

  return {
    get: async (name) => find(name),
    byId: async (id) => {
      const row = byId.get(id);
      return row && toBenchmark(row);
    },
    describe: async (name) => overview(find(name)),
    list: async ({ limit, after }, within) =>
      toPage(
        page.all({ after: after ?? 0, names: namesForSql(within), limit: limit + 1 }),
        limit,
        (row) => row.id,
        (row) => overview(toBenchmark(row)),
      ),
    put: async (name, settings) => put.immediate(name, settings),
    remove: async (name) => {
      if (removeByName.run(name).changes === 0) throw benchmarkNotFound(name);
    },
  };
}

function toBenchmark(row: BenchmarkRow): Benchmark {
  return {
    id: row.id,
    name: row.name,
    title: row.title,
    description: row.description,
    scoreRange: { low: row.score_low, high: row.score_high },
    similarityThresholds: { low: row.similarity_low, high: row.similarity_high },
    revision: row.revision,
    itemsRevision: row.items_revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
