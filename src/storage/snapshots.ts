import { DomainError } from '../errors.ts';
import { finishInTurns } from '../in-turns.ts';
import type { PackedRow } from '../scores/packed-row.ts';
import { emptyMatrix, fillRow, type ScoreMatrix } from '../scores/score-matrix.ts';
import type { ScoreRange } from '../scores/score-range.ts';
import { collectYoungGarbage } from './collect-garbage.ts';
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

/** The same with all scores in one matrix, on the unit scale. */
export interface HistoryMatrix extends Omit<HistorySnapshot, 'models'> {
  readonly matrix: ScoreMatrix;
  /** By row of the matrix, in the order in which models came. */
  readonly models: readonly Omit<ModelScores, 'row'>[];
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
/** Of rows that were read, before they are let go of. */
const maxDroppedBytes = 2 * 1024 * 1024;
/** Then it is read in one piece, whoever has to wait. */
const maxAttempts = 3;

/** Reads whole histories, each as it stands at one moment. */
export interface SnapshotReader {
  /** @throws DomainError benchmark-not-found */
  snapshot(benchmarkId: number): Promise<HistorySnapshot>;
  /** Row by row into its place: at no time is the history in memory twice. @throws DomainError benchmark-not-found */
  matrix(benchmarkId: number): Promise<HistoryMatrix>;
}

/** What becomes of the rows of a history, which has so many of them. */
type Collect<Models> = (range: ScoreRange, nModels: number, nItems: number) => Collector<Models>;

interface Collector<Models> {
  /** @returns false where the row does not fit: it changed meanwhile */
  take(row: StoredRow, index: number): boolean;
  /** Whether rows are of no more use once they were taken. */
  readonly isCopied: boolean;
  readonly models: Models;
}

type Collected<Models> = Omit<HistorySnapshot, 'models'> & { readonly models: Models };

/** Whether any model of a benchmark has other scores than 0 and 1. */
export function prepareFloatsCheck(database: Database): (benchmarkId: number) => boolean {
  const statement = database
    .prepare<[number], number>(
      "SELECT EXISTS (SELECT 1 FROM models WHERE benchmark_id = ? AND encoding = 'floats')",
    )
    .pluck();
  return (benchmarkId) => statement.get(benchmarkId) === 1;
}

/** A large history takes seconds, so others have their turn in between; where it changed meanwhile, it is read again. */
export function createSnapshotReader(database: Database): SnapshotReader {
  const headOf = database.prepare<[number], Head>(
    'SELECT score_low AS low, score_high AS high, revision FROM benchmarks WHERE id = ?',
  );
  const nextItems = database.prepare<[number, number, number], { item: string; group: string | null }>(
    `SELECT item, group_name AS "group" FROM items WHERE benchmark_id = ? AND position >= ? ORDER BY position LIMIT ?`,
  );
  const idsOf = database
    .prepare<[number], number>('SELECT id FROM models WHERE benchmark_id = ? ORDER BY id')
    .pluck();
  const hasFloats = prepareFloatsCheck(database);
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

  /** undefined where it changed on the way. */
  function* read<Models>(
    benchmarkId: number,
    collect: Collect<Models>,
  ): Generator<void, Collected<Models> | undefined> {
    const head = headOf.get(benchmarkId);
    if (head === undefined)
      throw new DomainError('benchmark-not-found', 'the benchmark was deleted meanwhile');
    const items = yield* readItems(benchmarkId);
    const ids = idsOf.all(benchmarkId);
    const { low, high, revision } = head;
    const { take, models, isCopied } = collect({ low, high }, ids.length, items.length);
    let dropped = 0;
    for (const [index, id] of ids.entries()) {
      const row = rowOf.get(id);
      if (row === undefined || !take(row, index)) return undefined;
      dropped += isCopied ? row.scores.length : 0;
      if (dropped > maxDroppedBytes) {
        collectYoungGarbage();
        dropped = 0;
      }
      yield;
    }
    const now = headOf.get(benchmarkId);
    const isSame = now?.revision === revision && now.low === low && now.high === high;
    return isSame ? { revision, scoreRange: { low, high }, items, models } : undefined;
  }

  const readAtOnce = database.transaction((benchmarkId: number, collect: Collect<unknown>) => {
    const steps = read(benchmarkId, collect);
    for (;;) {
      const step = steps.next();
      // Nothing can change within a transaction.
      if (step.done) return step.value!;
    }
  });

  async function readWhole<Models>(
    benchmarkId: number,
    collect: Collect<Models>,
  ): Promise<Collected<Models>> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const found = await finishInTurns(read(benchmarkId, collect));
      if (found !== undefined) return found;
    }
    return readAtOnce(benchmarkId, collect) as Collected<Models>;
  }

  return {
    snapshot: (benchmarkId) => readWhole(benchmarkId, collectRows),
    async matrix(benchmarkId) {
      const { models, ...rest } = await readWhole(benchmarkId, (range, nModels, nItems) =>
        collectMatrix(
          emptyMatrix(nModels, nItems, hasFloats(benchmarkId) ? 'floats' : 'bytes', range),
          range,
        ),
      );
      return { ...rest, ...models };
    },
  };
}

function collectRows(): Collector<ModelScores[]> {
  const models: ModelScores[] = [];
  return {
    models,
    isCopied: false,
    take({ id, model, encoding, scores }) {
      models.push({ id, model, row: rowFromBlob(encoding, scores) });
      return true;
    },
  };
}

function collectMatrix(
  matrix: ScoreMatrix,
  range: ScoreRange,
): Collector<Pick<HistoryMatrix, 'models' | 'matrix'>> {
  const models: HistoryMatrix['models'][number][] = [];
  return {
    models: { models, matrix },
    isCopied: true,
    take({ id, model, encoding, scores }, index) {
      models.push({ id, model });
      return fillRow(matrix, index, rowFromBlob(encoding, scores), range);
    },
  };
}
