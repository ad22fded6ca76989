import { DomainError } from '../errors.ts';
import type { DesignName } from '../estimation/designs/names.ts';
import type { ScoreRange } from '../scores/score-range.ts';
import type { Database } from './database.ts';
import { float64FromBlob, int32FromBlob, namedArraysFromBlob, namedArraysToBlob, toBlob } from './packing.ts';
import { type Page, type PageRequest, toPage } from './paging.ts';
import type { Seal } from './seal.ts';

export type CoreSetStatus = 'pending' | 'ready' | 'failed';

/** What a purposive design learned, and from what. */
export interface LearnedModel {
  readonly arrays: Readonly<Record<string, Float64Array>>;
  /** Names of the source models. */
  readonly from: readonly string[];
  /** The score range of that time: the arrays are on its unit scale. */
  readonly scoreRange: ScoreRange;
}

export interface CoreSetSummary {
  readonly id: string;
  /** Only a ready one has items. */
  readonly status: CoreSetStatus;
  /** Why it failed; null otherwise. */
  readonly error: string | null;
  readonly benchmarkId: number;
  readonly benchmark: string;
  readonly design: DesignName;
  /** n; while it is not ready, the number of items asked for. */
  readonly size: number;
  readonly seed: number;
  /** The id of the core set it contains; null where it extends none. */
  readonly extends: string | null;
  /** The model from whose answers it was drawn; null where it is for any. */
  readonly forModel: string | null;
  /** The precision it was asked for, score units; null where a size was. */
  readonly halfWidth: number | null;
  readonly level: number | null;
  /** Share of the sources' cells that were imputed, 0 to 1; null where it was drawn before that was kept. */
  readonly missingShare: number | null;
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

/** What is known once the items are chosen. */
export interface ChosenItems {
  /** n item positions, ascending. */
  readonly positions: Int32Array;
  /** n probabilities, or null for a purposive design. */
  readonly inclusion: Float64Array | null;
  /** N probabilities where they are not all equal, else null. */
  readonly populationInclusion: Float64Array | null;
  /** What a purposive design learned for its own method. */
  readonly learned: LearnedModel | null;
  /** n names. */
  readonly items: readonly string[];
  /** n groups as they were then. */
  readonly itemGroups: readonly (string | null)[];
  /** n mean source scores as they were then, score units, NaN = no score. */
  readonly difficulties: Float64Array;
}

/** A core set is drawn once; from then on it never changes. */
export interface CoreSet extends CoreSetSummary, ChosenItems {
  /** N item positions, ascending. */
  readonly population: Int32Array;
  /** M ids of the source models. */
  readonly sourceModels: Int32Array;
}

/** The history that items were chosen by. */
export type Provenance = Pick<CoreSet, 'revision' | 'missingShare' | 'sourceModels'>;

export interface CoreSetStore {
  /** @throws DomainError benchmark-not-found: it was deleted meanwhile */
  add(coreSet: CoreSet, seal?: Seal): Promise<void>;
  /** Counts a beginning, or takes it back; answers how many there were. */
  countAttempt(id: string, change: 1 | -1): Promise<number>;
  /** Nothing happens where it was deleted or is ready. */
  fail(id: string, error: string): Promise<void>;
  /** Makes it ready; the history may have changed since it was asked for. */
  complete(id: string, chosen: ChosenItems, provenance: Provenance): Promise<void>;
  /** Those whose items are still to be chosen, oldest first. */
  pending(): Promise<{ readonly id: string; readonly benchmarkId: number }[]>;
  /** @throws DomainError core-set-not-found */
  get(id: string): Promise<CoreSet>;
  /** Newest first. */
  list(benchmarkId: number, request: PageRequest): Promise<Page<CoreSetSummary>>;
}

interface SummaryRow {
  sequence: number;
  id: string;
  status: CoreSetStatus;
  error: string | null;
  extends: string | null;
  for_model: string | null;
  half_width: number | null;
  level: number | null;
  missing_share: number | null;
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
  population_inclusion: Buffer | null;
  learned: Buffer | null;
  learned_from: string | null;
  learned_low: number | null;
  learned_high: number | null;
  item_groups: string;
  difficulties: Buffer;
}

export function createCoreSetStore(database: Database): CoreSetStore {
  const summaryColumns = `core_sets.sequence, core_sets.id, core_sets.benchmark_id, benchmarks.name AS benchmark, status, error, extends,
    for_model, half_width, level, missing_share, design, size, seed, core_sets.revision, groups, length(population) / 4 AS population_size,
    length(source_models) / 4 AS source_count, core_sets.created_at`;
  const source = 'core_sets JOIN benchmarks ON benchmarks.id = core_sets.benchmark_id';
  const insert = database.prepare(
    `INSERT INTO core_sets (id, benchmark_id, status, extends, for_model, half_width, level, missing_share, design, size, seed,
       revision, groups, population, source_models, positions, inclusion, population_inclusion, learned, learned_from, learned_low, learned_high, item_groups, difficulties,
       created_at)
     SELECT @id, @benchmarkId, @status, @extends, @forModel, @halfWidth, @level, @missingShare, @design, @size, @seed, @revision,
       @groups, @population, @sourceModels, @positions, @inclusion, @populationInclusion, @learned, @learnedFrom, @learnedLow, @learnedHigh, @itemGroups,
       @difficulties, @createdAt
     WHERE EXISTS (SELECT 1 FROM benchmarks WHERE id = @benchmarkId)`,
  );
  const countAttempt = database
    .prepare<[number, string], number>(
      'UPDATE core_sets SET attempts = attempts + ? WHERE id = ? RETURNING attempts',
    )
    .pluck();
  const markFailed = database.prepare(
    "UPDATE core_sets SET status = 'failed', error = ? WHERE id = ? AND status = 'pending'",
  );
  const makeReady = database.prepare(
    `UPDATE core_sets SET status = 'ready', error = NULL, revision = @revision, missing_share = @missingShare,
       source_models = @sourceModels, size = @size, positions = @positions, inclusion = @inclusion,
       population_inclusion = @populationInclusion, learned = @learned, learned_from = @learnedFrom,
       learned_low = @learnedLow, learned_high = @learnedHigh, item_groups = @itemGroups,
       difficulties = @difficulties
     WHERE id = @id AND status = 'pending'`,
  );
  const pending = database.prepare<[], { id: string; benchmarkId: number }>(
    "SELECT id, benchmark_id AS benchmarkId FROM core_sets WHERE status = 'pending' ORDER BY sequence",
  );
  const byId = database.prepare<[string], CoreSetRow>(
    `SELECT ${summaryColumns}, population, positions, source_models, inclusion, population_inclusion, learned,
       learned_from, learned_low, learned_high, item_groups, difficulties
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
      inclusion: row.inclusion && float64FromBlob(row.inclusion),
      populationInclusion: row.population_inclusion && float64FromBlob(row.population_inclusion),
      learned: learnedOf(row),
      sourceModels: int32FromBlob(row.source_models),
      items: itemNames.all(JSON.stringify([...positions]), row.benchmark_id),
      itemGroups: JSON.parse(row.item_groups),
      difficulties: float64FromBlob(row.difficulties),
    };
  }

  const add = database.transaction((coreSet: CoreSet, seal: Seal | undefined): void => {
    const { changes } = insert.run({
      ...chosenColumns(coreSet),
      id: coreSet.id,
      status: coreSet.status,
      extends: coreSet.extends,
      forModel: coreSet.forModel,
      halfWidth: coreSet.halfWidth,
      level: coreSet.level,
      missingShare: coreSet.missingShare,
      benchmarkId: coreSet.benchmarkId,
      design: coreSet.design,
      size: coreSet.size,
      seed: coreSet.seed,
      revision: coreSet.revision,
      groups: coreSet.groups === null ? null : JSON.stringify(coreSet.groups),
      population: toBlob(coreSet.population),
      sourceModels: toBlob(coreSet.sourceModels),
      createdAt: coreSet.createdAt,
    });
    if (changes === 0) throw new DomainError('benchmark-not-found', 'the benchmark was deleted');
    seal?.();
  });

  return {
    add: async (coreSet, seal) => add.immediate(coreSet, seal),
    countAttempt: async (id, change) => countAttempt.get(change, id) ?? 0,
    fail: async (id, error) => {
      markFailed.run(error, id);
    },
    complete: async (id, chosen, { revision, missingShare, sourceModels }) => {
      makeReady.run({
        ...chosenColumns(chosen),
        id,
        size: chosen.positions.length,
        revision,
        missingShare,
        sourceModels: toBlob(sourceModels),
      });
    },
    pending: async () => pending.all(),
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

function learnedOf(row: CoreSetRow): LearnedModel | null {
  if (row.learned === null) return null;
  return {
    arrays: namedArraysFromBlob(row.learned),
    from: JSON.parse(row.learned_from!),
    scoreRange: { low: row.learned_low!, high: row.learned_high! },
  };
}

function chosenColumns(chosen: ChosenItems) {
  return {
    positions: toBlob(chosen.positions),
    inclusion: chosen.inclusion && toBlob(chosen.inclusion),
    populationInclusion: chosen.populationInclusion && toBlob(chosen.populationInclusion),
    learned: chosen.learned && namedArraysToBlob(chosen.learned.arrays),
    learnedFrom: chosen.learned && JSON.stringify(chosen.learned.from),
    learnedLow: chosen.learned?.scoreRange.low ?? null,
    learnedHigh: chosen.learned?.scoreRange.high ?? null,
    itemGroups: JSON.stringify(chosen.itemGroups),
    difficulties: toBlob(chosen.difficulties),
  };
}

function toSummary(row: SummaryRow): CoreSetSummary {
  return {
    id: row.id,
    status: row.status,
    error: row.error,
    extends: row.extends,
    forModel: row.for_model,
    halfWidth: row.half_width,
    level: row.level,
    missingShare: row.missing_share,
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
