import { LRUCache } from 'lru-cache';
import { type PreparedCoreSet, prepareCoreSet } from '../estimation/prepared-core-set.ts';
import type { CoreSet } from '../storage/core-sets.ts';
import type { LoadedHistory } from './histories.ts';
import { type SourceHistory, selectSources } from './source-history.ts';

/** A core set made ready for targets. */
export interface Predictor {
  readonly sourceNames: readonly string[];
  /** For a target with results on every item: prepared at first use, then kept. */
  complete(): PreparedCoreSet;
  /**
   * For a target with results on some items only: these stand for the core set, with pi_i times the share observed.
   * @param observed indices of the observed items in the core set
   */
  partial(observed: Int32Array): PreparedCoreSet;
}

export interface Predictors {
  /** @param target name of the target: never its own source */
  of(coreSet: CoreSet, loaded: LoadedHistory, target: string): Predictor;
}

const maxCachedBytes = 256 * 1024 * 1024;

export function createPredictors(): Predictors {
  const cache = new LRUCache<string, { loaded: LoadedHistory; predictor: Predictor }>({
    maxSize: maxCachedBytes,
  });

  return {
    of(coreSet, loaded, target) {
      const excluded = loaded.modelNames.includes(target) ? target : '';
      // A predictor holds on to its history, so that of an earlier revision must go.
      const key = `${coreSet.id}:${excluded}`;
      const cached = cache.get(key);
      if (cached?.loaded === loaded) return cached.predictor;
      const predictor = createPredictor(coreSet, loaded, target);
      cache.set(key, { loaded, predictor }, { size: estimatedBytes(coreSet, loaded) });
      return predictor;
    },
  };
}

/**
 * The prepared core set holds about four n x n and four n x M matrices of numbers, and keeps its history alive: counted as
 * a tenth of it, since the core sets of a benchmark share one.
 */
function estimatedBytes({ size, sourceModels, population }: CoreSet, { matrix }: LoadedHistory): number {
  const prepared = 32 * size * (size + sourceModels.length) + 16 * population.length;
  return Math.ceil(prepared + matrix.cells.byteLength / 10 + 1024);
}

function createPredictor(coreSet: CoreSet, loaded: LoadedHistory, target: string): Predictor {
  const sourceIds = new Set(coreSet.sourceModels);
  const sources = selectSources(
    loaded,
    ({ id, name }) => sourceIds.has(id) && name !== target,
    coreSet.population,
  );
  const items = indicesIn(coreSet.population, coreSet.positions);
  let prepared: PreparedCoreSet | undefined;
  return {
    sourceNames: sources.modelNames,
    complete() {
      prepared ??= prepare(sources, items, coreSet.inclusion);
      return prepared;
    },
    partial(observed) {
      const share = observed.length / coreSet.size;
      const inclusion =
        coreSet.inclusion && Float64Array.from(observed, (index) => coreSet.inclusion![index] * share);
      return prepare(
        sources,
        Int32Array.from(observed, (index) => items[index]),
        inclusion,
      );
    },
  };
}

function prepare(
  { history, summary }: SourceHistory,
  items: Int32Array,
  inclusion: Float64Array | null,
): PreparedCoreSet {
  return prepareCoreSet({ history, summary, items, inclusion });
}

/** Where each position stands in the ascending population. */
function indicesIn(population: Int32Array, positions: Int32Array): Int32Array {
  const indices = new Map(Array.from(population, (position, index) => [position, index]));
  return positions.map((position) => indices.get(position)!);
}
