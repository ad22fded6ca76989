import { DomainError } from '../errors.ts';
import type { DesignName } from '../estimation/designs/names.ts';
import type { Database } from './database.ts';
import { float64FromBlob, int32FromBlob, toBlob } from './packing.ts';
import { type Page, type PageRequest, toPage } from './paging.ts';

export interface CoreSetSummary {
  readonly id: string;
  readonly benchmarkId: number;
  readonly benchmark: string;
  readonly design: DesignName;
  readonly size: number;
  readonly seed: number;
  /** The benchmark's revision it was drawn at. */
  readonly revision: number;
  /** The groups its population is restricted to; null = all items. */
  readonly groups: readonly string[] | null;
  /** N */
  readonly populationSize: number;
  /** M */
  readonly sourceCount: number;
  readonly createdAt: string;
}

/** A core set is drawn once and never changes. */
export interface CoreSet extends CoreSetSummary {
  /** N item positions, ascending. */
  readonly population: Int32Array;
  /** n item positions, ascending. */
  readonly positions: Int32Array;
  /** n probabilities, or null for a purposive design. */
  readonly inclusion: Float64Array | null;
  /** M ids of the source models. */
  readonly sourceModels: Int32Array;
  /** n names. */
  readonly items: readonly string[];
  /** n groups as they were then. */
  readonly itemGroups: readonly (string | null)[];
  /** n mean source scores as they were then, score units, NaN = no score. */
  readonly difficulties: Float64Array;
}

export interface CoreSetStore {
  /** @throws DomainError benchmark-not-found: it was deleted meanwhile */
  add(coreSet: CoreSet): Promise<void>;
  /** @throws DomainError core-set-not-found */
  get(id: string): Promise<CoreSet>;
  /** Newest first. */
  list(benchmarkId: number, request: PageRequest): Promise<Page<CoreSetSummary>>;
}

interface SummaryRow {
  sequence: number;
  id: string;
  benchmark_id: number;
  benchmark: string;
  design: DesignName;
  size: number;
  seed: number;
  revision: number;
  groups: string | null;
  population_size: number;
  source_count: number;
  created_at: string;
}

interface CoreSetRow extends SummaryRow {
  population: Buffer;
  positions: Buffer;
  source_models: Buffer;
  inclusion: Buffer | null;
  item_groups: string;
  difficulties: Buffer;
}

export function createCoreSetStore(database: Database): CoreSetStore {
  const summaryColumns = `core_sets.sequence, core_sets.id, core_sets.benchmark_id, benchmarks.name AS benchmark, design,
    size, seed, core_sets.revision, groups, length(population) / 4 AS population_size,
    length(source_models) / 4 AS source_count, core_sets.created_at`;
  const source = 'core_sets JOIN benchmarks ON benchmarks.id = core_sets.benchmark_id';
  const insert = database.prepare(
    `INSERT INTO core_sets (id, benchmark_id, design, size, seed, revision, groups, population, positions,
       source_models, inclusion, item_groups, difficulties, created_at)
     SELECT @id, @benchmarkId, @design, @size, @seed, @revision, @groups, @population, @positions, @sourceModels,
       @inclusion, @itemGroups, @difficulties, @createdAt
     WHERE EXISTS (SELECT 1 FROM benchmarks WHERE id = @benchmarkId)`,
  );
  const byId = database.prepare<[string], CoreSetRow>(
    `SELECT ${summaryColumns}, population, positions, source_models, inclusion, item_groups, difficulties
     FROM ${source} WHERE core_sets.id = ?`,
  );
  const page = database.prepare<[number, number, number], SummaryRow>(
    `SELECT ${summaryColumns} FROM ${source}
     WHERE benchmark_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?`,
  );
  const itemNames = database
    .prepare<[string, number], string>(
      // CROSS JOIN keeps the order of the tables: else all items of the benchmark are gone through for each one wanted.
      `SELECT item FROM json_each(?) AS wanted
       CROSS JOIN items ON items.benchmark_id = ? AND items.position = wanted.value ORDER BY wanted.key`,
    )
    .pluck();

  function toCoreSet(row: CoreSetRow): CoreSet {
    const positions = int32FromBlob(row.positions);
    return {
      ...toSummary(row),
      population: int32FromBlob(row.population),
      positions,
      inclusion: row.inclusion === null ? null : float64FromBlob(row.inclusion),
      sourceModels: int32FromBlob(row.source_models),
      items: itemNames.all(JSON.stringify([...positions]), row.benchmark_id),
      itemGroups: JSON.parse(row.item_groups),
      difficulties: float64FromBlob(row.difficulties),
    };
  }

  return {
    add: async (coreSet) => {
      const { changes } = insert.run({
        id: coreSet.id,
        benchmarkId: coreSet.benchmarkId,
        design: coreSet.design,
        size: coreSet.size,
        seed: coreSet.seed,
        revision: coreSet.revision,
        groups: coreSet.groups === null ? null : JSON.stringify(coreSet.groups),
        population: toBlob(coreSet.population),
        positions: toBlob(coreSet.positions),
        sourceModels: toBlob(coreSet.sourceModels),
        inclusion: coreSet.inclusion === null ? null : toBlob(coreSet.inclusion),
        itemGroups: JSON.stringify(coreSet.itemGroups),
        difficulties: toBlob(coreSet.difficulties),
        createdAt: coreSet.createdAt,
      });
      if (changes === 0) throw new DomainError('benchmark-not-found', 'the benchmark was deleted');
    },
    get: async (id) => {
      const row = byId.get(id);
      if (row === undefined) throw coreSetNotFound(id);
      return toCoreSet(row);
    },
    list: async (benchmarkId, { limit, after }) =>
      toPage(
        page.all(benchmarkId, after ?? Number.MAX_SAFE_INTEGER, limit + 1),
        limit,
        (row) => row.sequence,
        toSummary,
      ),
  };
}

function toSummary(row: SummaryRow): CoreSetSummary {
  return {
    id: row.id,
    benchmarkId: row.benchmark_id,
    benchmark: row.benchmark,
    design: row.design,
    size: row.size,
    seed: row.seed,
    revision: row.revision,
    groups: row.groups === null ? null : JSON.parse(row.groups),
    populationSize: row.population_size,
    sourceCount: row.source_count,
    createdAt: row.created_at,
  };
}

export function coreSetNotFound(id: string): DomainError {
  return new DomainError('core-set-not-found', `there is no core set "${id}"`);
}
