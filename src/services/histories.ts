import { LRUCache } from 'lru-cache';
import { type ItemStatistics, itemStatistics } from '../estimation/item-statistics.ts';
import { scoredPositions } from '../scores/packed-row.ts';
import { matrixFromRows, type ScoreMatrix } from '../scores/score-matrix.ts';
import type { ScoreRange } from '../scores/score-range.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import type { ScoreStore } from '../storage/scores.ts';

/** The history of one benchmark at one revision, in memory. */
export interface LoadedHistory {
  readonly revision: number;
  readonly scoreRange: ScoreRange;
  readonly matrix: ScoreMatrix;
  /** By row of the matrix. */
  readonly modelIds: Int32Array;
  readonly modelNames: readonly string[];
  /** By column of the matrix. */
  readonly items: readonly { readonly item: string; readonly group: string | null }[];
  /** Computed at first use. */
  statistics(): ItemStatistics;
  /** Positions of the items that at least one model has a score for, ascending: what core sets are drawn from. */
  readonly scoredPositions: Int32Array;
}

export interface Histories {
  /** The history at the benchmark's revision, or a later one where it changed meanwhile. */
  load(benchmark: Pick<Benchmark, 'id' | 'revision'>): Promise<LoadedHistory>;
}

const maxCachedBytes = 512 * 1024 * 1024;

export function createHistories(scores: ScoreStore): Histories {
  // One entry a benchmark: nobody asks for an earlier revision again.
  const cache = new LRUCache<number, LoadedHistory>({
    maxSize: maxCachedBytes,
    sizeCalculation: ({ matrix, items }) => matrix.cells.byteLength + 100 * items.length + 1,
  });
  return {
    async load({ id, revision }) {
      const cached = cache.get(id);
      if (cached !== undefined && cached.revision >= revision) return cached;
      const loaded = toHistory(await scores.snapshot(id));
      cache.set(id, loaded);
      return loaded;
    },
  };
}

function toHistory(snapshot: Awaited<ReturnType<ScoreStore['snapshot']>>): LoadedHistory {
  const { revision, scoreRange, models, items } = snapshot;
  const rows = models.map(({ row }) => row);
  const matrix = matrixFromRows(rows, items.length, scoreRange);
  let statistics: ItemStatistics | undefined;
  return {
    revision,
    scoreRange,
    matrix,
    items,
    modelIds: Int32Array.from(models, ({ id }) => id),
    modelNames: models.map(({ model }) => model),
    statistics() {
      statistics ??= itemStatistics(matrix);
      return statistics;
    },
    scoredPositions: Int32Array.from(scoredPositions(rows, items.length)),
  };
}
