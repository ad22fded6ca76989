import { type ItemStatistics, itemStatistics } from '../estimation/item-statistics.ts';
import type { Limits } from '../limits.ts';
import { type ScoreMatrix, scoredColumns } from '../scores/score-matrix.ts';
import type { ScoreRange } from '../scores/score-range.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import type { ScoreStore } from '../storage/scores.ts';
import type { HistoryMatrix } from '../storage/snapshots.ts';
import { type CacheVitals, CountedCache } from './counted-cache.ts';

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
  cacheVitals(): CacheVitals;
  /** Told of histories that are kept no more: what holds on to one is to go as well. */
  onForgotten(listener: (loaded: LoadedHistory) => void): void;
  /** The benchmark is no more. */
  forget(benchmarkId: number): void;
  /** Keeps none. */
  letGo(): void;
}

export function createHistories(
  scores: ScoreStore,
  { historyCacheBytes }: Pick<Limits, 'historyCacheBytes'>,
): Histories {
  const listeners: ((loaded: LoadedHistory) => void)[] = [];
  // One entry a benchmark: nobody asks for an earlier revision again.
  const cache = new CountedCache<number, LoadedHistory>({
    maxSize: historyCacheBytes,
    sizeCalculation: estimatedBytes,
    dispose(loaded) {
      for (const listener of listeners) listener(loaded);
    },
  });
  const loading = new Map<number, Promise<LoadedHistory>>();

  async function readOnce(id: number): Promise<LoadedHistory> {
    try {
      const loaded = toHistory(await scores.matrix(id));
      cache.set(id, loaded);
      return loaded;
    } finally {
      loading.delete(id);
    }
  }

  function read(id: number): Promise<LoadedHistory> {
    const underWay = readOnce(id);
    loading.set(id, underWay);
    return underWay;
  }

  return {
    onForgotten(listener) {
      listeners.push(listener);
    },
    forget(benchmarkId) {
      cache.delete(benchmarkId);
    },
    letGo: () => cache.clear(),
    cacheVitals: () => cache.vitals,
    async load({ id, revision }) {
      const cached = cache.get(id);
      if (cached !== undefined && cached.revision >= revision) return cached;
      // Those who ask meanwhile wait for the same one; for an earlier one only until it is there.
      for (let underWay = loading.get(id); underWay !== undefined; underWay = loading.get(id)) {
        const loaded = await underWay;
        if (loaded.revision >= revision) return loaded;
      }
      return read(id);
    },
  };
}

/** Names, order, summaries, maps, what plans were measured on: whatever hangs on an item or a model of a kept history. */
const bytesBeside = 400;

/** What a history takes in memory, and what others keep for as long as it is kept. */
function estimatedBytes({ matrix, items, modelNames }: LoadedHistory): number {
  return matrix.cells.byteLength + bytesBeside * (items.length + modelNames.length) + 1;
}

function toHistory({ revision, scoreRange, models, items, matrix }: HistoryMatrix): LoadedHistory {
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
    scoredPositions: scoredColumns(matrix),
  };
}
