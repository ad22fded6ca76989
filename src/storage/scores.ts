import { DomainError, type Issue } from '../errors.ts';
import { finishInTurns } from '../in-turns.ts';
import { type ConflictPolicy, mergeRows, type RowConflict } from '../scores/merge-rows.ts';
import { isSmallJson, type Metadata } from '../scores/metadata.ts';
import { type PackedRow, summariseRow } from '../scores/packed-row.ts';
import { isInRange, isUnitRange } from '../scores/score-range.ts';
import type { ScoreTable } from '../scores/score-table.ts';
import { summariseTable, type TableSummary } from '../scores/table-summary.ts';
import type { Database } from './database.ts';
import { rowFromBlob, toBlob } from './packing.ts';
import type { RevisionCounter } from './revisions.ts';
import type { Seal } from './seal.ts';
import { createSnapshotReader, prepareFloatsCheck, type SnapshotReader } from './snapshots.ts';

export interface MergeOutcome {
  readonly modelsAdded: number;
  /** Known models that got at least one new or other score. */
  readonly modelsUpdated: number;
  /** Known models that stayed as they were. */
  readonly modelsSkipped: number;
  readonly itemsAdded: number;
  /** Scores written. */
  readonly cells: number;
  readonly revision: number;
}

export interface ScoreStore extends SnapshotReader {
  /**
   * Adds a table of scores to the history, all or nothing.
   * @param source where the scores come from, kept with new models
   * @param seal runs in the same transaction
   * @throws DomainError score-conflict, missing-scores, score-out-of-range, too-large, benchmark-not-found
   */
  merge(
    benchmarkId: number,
    table: ScoreTable,
    policy: ConflictPolicy,
    source: string,
    seal?: Seal<MergeOutcome>,
  ): Promise<MergeOutcome>;
  /**
   * Cells and groups over which `merge` would stumble under this policy, the first twenty; nothing is changed.
   * @throws DomainError what else `merge` throws
   */
  conflictsOf(
    benchmarkId: number,
    table: ScoreTable,
    policy: ConflictPolicy,
    source: string,
  ): Promise<readonly Issue[]>;
}

const maxConflicts = 20;

interface StoredRow {
  id: number;
  model: string;
  encoding: PackedRow['encoding'];
  scores: Buffer;
}

interface StoredItem {
  item: string;
  position: number;
  group_name: string | null;
}

/** @param maxHistoryBytes what a history may take in memory, packed: one that could not be loaded helps nobody */
export function createScoreStore(
  database: Database,
  revisions: RevisionCounter,
  maxHistoryBytes: number,
): ScoreStore {
  const storedItems = database.prepare<[number], StoredItem>(
    'SELECT item, position, group_name FROM items WHERE benchmark_id = ? ORDER BY position',
  );
  // All in one statement: a call for each takes three times as long, and everybody waits for it.
  const insertNames = database.prepare<[number, number, string]>(
    'INSERT INTO items (benchmark_id, position, item) SELECT ?, ? + key, value FROM json_each(?)',
  );
  const insertItems = database.prepare<[number, number, string]>(
    `INSERT INTO items (benchmark_id, position, item, group_name, metadata)
     SELECT ?, ? + key, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`,
  );
  const metadataOf = database
    .prepare<[number, number], string | null>(
      'SELECT metadata FROM items WHERE benchmark_id = ? AND position = ?',
    )
    .pluck();
  const setMetadata = database.prepare<[string, number, number]>(
    'UPDATE items SET metadata = ? WHERE benchmark_id = ? AND position = ?',
  );
  const setGroup = database.prepare<[string, number, number]>(
    'UPDATE items SET group_name = ? WHERE benchmark_id = ? AND position = ?',
  );
  const rowOf = database.prepare<[number, string], StoredRow>(
    'SELECT id, model, encoding, scores FROM models WHERE benchmark_id = ? AND model = ?',
  );
  const insertModel = database.prepare(
    `INSERT INTO models (benchmark_id, model, encoding, scores, scored_items, mean_score, min_score, max_score, source,
       created_at)
     VALUES (@benchmarkId, @model, @encoding, @scores, @scored, @mean, @min, @max, @source, @now)`,
  );
  const updateModel = database.prepare(
    `UPDATE models SET encoding = @encoding, scores = @scores, scored_items = @scored, mean_score = @mean,
       min_score = @min, max_score = @max
     WHERE id = @id`,
  );
  const benchmarkOf = database.prepare<[number], { low: number; high: number; revision: number }>(
    'SELECT score_low AS low, score_high AS high, revision FROM benchmarks WHERE id = ?',
  );

  const shapeOf = database.prepare<[number, number], { models: number; items: number }>(
    `SELECT (SELECT COUNT(*) FROM models WHERE benchmark_id = ?) AS models,
       (SELECT COUNT(*) FROM items WHERE benchmark_id = ?) AS items`,
  );
  const hasFloats = prepareFloatsCheck(database);

  /** @throws DomainError too-large: more models times items than can be held */
  function refuseUnholdable(benchmarkId: number, range: { low: number; high: number }): void {
    const { models, items } = shapeOf.get(benchmarkId, benchmarkId)!;
    if (8 * models * items <= maxHistoryBytes) return;
    const isPacked = isUnitRange(range) && !hasFloats(benchmarkId);
    if (isPacked && models * items <= maxHistoryBytes) return;
    throw new DomainError(
      'too-large',
      `the history would be ${models} models by ${items} items, which takes more than ${maxHistoryBytes} bytes in memory; nothing was stored`,
    );
  }

  /** Whether the group sent with a known item is to be stored. */
  function regroups(
    row: StoredItem,
    group: string | undefined,
    policy: ConflictPolicy,
    refuse: Refuse,
  ): boolean {
    if (group === undefined || group === row.group_name) return false;
    if (row.group_name === null || policy === 'replace') return true;
    if (policy === 'skip') return false;
    const message = `stored in group "${row.group_name}", sent in group "${group}"`;
    refuse('an item is stored in another group; nothing was changed', [
      { path: `item ${row.item}`, message },
    ]);
    return false;
  }

  /** Adds what is not said of a known item yet; what is said stays. */
  function describe(benchmarkId: number, position: number, metadata: Metadata | undefined): void {
    if (metadata === undefined) return;
    const stored = metadataOf.get(benchmarkId, position);
    const known: Metadata = stored == null ? {} : JSON.parse(stored);
    const merged = { ...metadata, ...known };
    const isNew = Object.keys(merged).length > Object.keys(known).length;
    if (isNew && isSmallJson(merged)) setMetadata.run(JSON.stringify(merged), benchmarkId, position);
  }

  /** The position of each of the table's items; unknown ones are added at the end. */
  function placeItems(
    benchmarkId: number,
    table: ScoreTable,
    { scoreCounts }: TableSummary,
    policy: ConflictPolicy,
    refuse: Refuse,
  ) {
    const known = new Map(storedItems.all(benchmarkId).map((row) => [row.item, row]));
    const unscored = table.items.filter((item, index) => scoreCounts[index] === 0 && !known.has(item));
    refuseMissing(
      'some items have no score from any model; nothing was stored',
      unscored.map((item) => ({ path: `item ${item}`, message: 'has no score' })),
    );
    const added: [string, string | null, string | null][] = [];
    let regrouped = false;
    const positions = table.items.map((item, index) => {
      const group = table.groups[index];
      const row = known.get(item);
      if (row === undefined) {
        added.push([item, group ?? null, toJson(table.metadata[index])]);
        return known.size + added.length - 1;
      }
      describe(benchmarkId, row.position, table.metadata[index]);
      if (regroups(row, group, policy, refuse)) {
        setGroup.run(group!, benchmarkId, row.position);
        regrouped = true;
      }
      return row.position;
    });
    if (added.every(([, group, metadata]) => group === null && metadata === null)) {
      insertNames.run(benchmarkId, known.size, JSON.stringify(added.map(([item]) => item)));
    } else {
      insertItems.run(benchmarkId, known.size, JSON.stringify(added));
    }
    const inPlace = positions.every((position, index) => position === index);
    return {
      positions: inPlace ? null : positions,
      added: added.length,
      itemsChanged: added.length > 0 || regrouped,
    };
  }

  const merge = database.transaction(
    (
      benchmarkId: number,
      table: ScoreTable,
      summary: TableSummary,
      policy: ConflictPolicy,
      source: string,
      refuse: Refuse = throwConflicts,
    ): MergeOutcome => {
      const benchmark = benchmarkOf.get(benchmarkId);
      if (benchmark === undefined) throw deletedMeanwhile();
      const { positions, added, itemsChanged } = placeItems(benchmarkId, table, summary, policy, refuse);
      const counts = { modelsAdded: 0, modelsUpdated: 0, modelsSkipped: 0, cells: 0 };
      const now = new Date().toISOString();
      for (const [model, sentRow] of table.models) {
        const stored = rowOf.get(benchmarkId, model);
        const storedRow = stored && rowFromBlob(stored.encoding, stored.scores);
        const { row, sent, written, conflicts } = mergeRows(
          storedRow,
          sentRow,
          positions,
          policy,
          () => summary.rows.get(model)!,
        );
        refuseConflicts(model, table, conflicts, refuse);
        if (sent === 0)
          refuseMissing('a model has no score; nothing was stored', [
            { path: `model ${model}`, message: 'has no score' },
          ]);
        const isAsSent = stored === undefined && positions === null;
        const { scored, mean, min, max } = isAsSent ? summary.rows.get(model)! : summariseRow(row);
        if (!isInRange(min, benchmark) || !isInRange(max, benchmark)) {
          throw new DomainError('score-out-of-range', `model "${model}" has a score outside the score range`);
        }
        const values = { encoding: row.encoding, scores: toBlob(row.cells), scored, mean, min, max };
        if (stored === undefined) insertModel.run({ ...values, benchmarkId, model, source, now });
        else if (written > 0) updateModel.run({ ...values, id: stored.id });
        counts.modelsAdded += Number(stored === undefined);
        counts.modelsUpdated += Number(stored !== undefined && written > 0);
        counts.modelsSkipped += Number(stored !== undefined && written === 0);
        counts.cells += written;
      }
      refuseUnholdable(benchmarkId, benchmark);
      const changed = itemsChanged || counts.cells > 0;
      const revision = changed ? revisions.advance(benchmarkId, { itemsChanged }) : benchmark.revision;
      return { ...counts, itemsAdded: added, revision };
    },
  );

  const mergeAndSeal = database.transaction(
    (seal: Seal<MergeOutcome> | undefined, ...merged: Parameters<typeof merge>) => {
      const outcome = merge(...merged);
      seal?.(outcome);
      return outcome;
    },
  );

  const mergeInVain = database.transaction((...merged: Parameters<typeof merge>): never => {
    merge(...merged);
    throw new Undone();
  });

  return {
    merge: async (benchmarkId, table, policy, source, seal) =>
      mergeAndSeal.immediate(seal, benchmarkId, table, await summaryOf(table), policy, source),
    async conflictsOf(benchmarkId, table, policy, source) {
      const found: Issue[] = [];
      const summary = await summaryOf(table);
      const gather: Refuse = (_detail, issues) => {
        found.push(...issues.slice(0, maxConflicts - found.length));
      };
      try {
        mergeInVain.immediate(benchmarkId, table, summary, policy, source, gather);
      } catch (error) {
        if (!(error instanceof Undone)) throw error;
      }
      return found;
    },
    ...createSnapshotReader(database),
  };
}

/** Thrown to take a transaction back. */
class Undone extends Error {}

/** Before the transaction, which holds up everybody: nothing of it depends on what is stored. */
function summaryOf(table: ScoreTable): Promise<TableSummary> {
  return finishInTurns(summariseTable(table));
}

/** What becomes of conflicts. */
type Refuse = (detail: string, issues: readonly Issue[]) => void;

function refuseConflicts(
  model: string,
  table: ScoreTable,
  conflicts: readonly RowConflict[],
  refuse: Refuse,
): void {
  refuse(
    'some cells are already stored with another value; nothing was changed (see on_conflict)',
    conflicts.map(({ index, stored, sent }) => ({
      path: `model ${model}, item ${table.items[index]}`,
      message: `stored as ${stored}, sent as ${sent}`,
    })),
  );
}

function throwConflicts(detail: string, issues: readonly Issue[]): void {
  if (issues.length > 0) throw new DomainError('score-conflict', detail, issues);
}

function refuseMissing(detail: string, issues: readonly Issue[]): void {
  if (issues.length > 0) throw new DomainError('missing-scores', detail, issues);
}

function toJson(metadata: Metadata | undefined): string | null {
  return metadata === undefined ? null : JSON.stringify(metadata);
}

function deletedMeanwhile(): DomainError {
  return new DomainError('benchmark-not-found', 'the benchmark was deleted meanwhile');
}
