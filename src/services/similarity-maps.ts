import type { SimilarityTable } from '../estimation/similarity/error-consistency.ts';
import {
  landmarkTable,
  mapSimilarities,
  placeAmong,
  type SimilarityMap,
} from '../estimation/similarity/similarity-map.ts';
import { fromUnit, toUnit } from '../scores/score-range.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { everything } from './access.ts';
import type { CoreSets } from './core-sets.ts';
import type { Histories, LoadedHistory } from './histories.ts';
import { type LatestEstimate, latestEstimates } from './latest-estimates.ts';
import { type OrderedHistory, orderHistory } from './ordered-histories.ts';
import { remember } from './remember.ts';

/** A model on the map. */
export interface MappedModel {
  readonly model: string;
  readonly kind: 'measured' | 'estimated';
  /** Mean of the scores that are there, or the recommended estimate; score units. */
  readonly score: number;
  readonly x: number;
  readonly y: number;
  /** Items that its place rests on. */
  readonly items: number;
  /** null for a model of the history. */
  readonly evaluation: string | null;
}

export interface SimilarityMapView {
  readonly benchmark: string;
  readonly revision: number;
  /** Best first. */
  readonly models: readonly MappedModel[];
  /** Shares of the two axes in the sum of the positive eigenvalues. */
  readonly explained: readonly number[];
  /** Items that the models of the history were compared on. */
  readonly items: number;
  readonly landmarks: number;
}

export interface SimilarityMaps {
  /**
   * The history, and the new models by the evaluations that the leaderboard shows. A new model is left out where the
   * history has no score on any item that it was run on.
   */
  of(benchmark: string): Promise<SimilarityMapView>;
}

/** Multiplications below which another thread would cost more than it spares: some milliseconds. */
const smallCost = 1e7;

export function createSimilarityMaps(
  { benchmarks, evaluations }: Stores,
  coreSets: CoreSets,
  histories: Histories,
  workers: WorkerPool,
): SimilarityMaps {
  // As long as a history is kept at its revision, so is its map.
  const known = new WeakMap<LoadedHistory, Promise<SimilarityMap>>();

  function draw({ sources: { history, summary }, models, items }: OrderedHistory): Promise<SimilarityMap> {
    const task = { sources: { history, summary }, order: { models, items } };
    const cost = models.length ** 2 * (models.length + items.length);
    return cost <= smallCost ? Promise.resolve(mapSimilarities(task.sources, task.order)) : workers.map(task);
  }

  async function placeNew(
    map: SimilarityMap,
    loaded: LoadedHistory,
    latest: readonly LatestEstimate[],
  ): Promise<MappedModel[]> {
    const tableOf = createTables(map, loaded);
    const placed: MappedModel[] = [];
    for (const { evaluation, score } of latest) {
      const { coreSet } = await coreSets.findReady(evaluation.coreSetId, everything);
      const { table, scores } = tableOf(coreSet.positions, evaluation.results);
      if (scores.length === 0) continue;
      const [x, y] = placeAmong(map.scaling, table.similarities(scores));
      placed.push({
        ...{ model: evaluation.model, kind: 'estimated', score, x, y },
        ...{ items: scores.length, evaluation: evaluation.id },
      });
    }
    return placed;
  }

  return {
    async of(name) {
      const benchmark = await benchmarks.get(name);
      const loaded = await histories.load(benchmark);
      const ordered = orderHistory(loaded);
      const map = await remember(known, loaded, () => draw(ordered));
      const latest = await latestEstimates(evaluations, benchmark.id, new Set(loaded.modelNames));
      const models = [...placesOf(map, loaded, ordered), ...(await placeNew(map, loaded, latest))];
      return {
        benchmark: name,
        revision: loaded.revision,
        models: models.sort((a, b) => b.score - a.score),
        explained: [...map.scaling.shares],
        items: map.nItems,
        landmarks: map.landmarks.length,
      };
    },
  };
}

function placesOf(map: SimilarityMap, loaded: LoadedHistory, { sources, models }: OrderedHistory) {
  return Array.from(
    models,
    (m): MappedModel => ({
      model: sources.modelNames[m],
      kind: 'measured',
      score: fromUnit(sources.summary.modelMeans[m], loaded.scoreRange),
      x: map.places[2 * m],
      y: map.places[2 * m + 1],
      items: map.nItems,
      evaluation: null,
    }),
  );
}

/** The landmarks on the items that a target has results on, and those results; models run on the same items share a table. */
function createTables(map: SimilarityMap, loaded: LoadedHistory) {
  const { sources } = orderHistory(loaded);
  const indices = new Map(Array.from(loaded.scoredPositions, (position, index) => [position, index]));
  const tables = new Map<string, SimilarityTable>();
  return (positions: Int32Array, results: Float64Array) => {
    const observed = Int32Array.from(positions.keys()).filter(
      (k) => !Number.isNaN(results[k]) && indices.has(positions[k]),
    );
    const items = observed.map((k) => indices.get(positions[k])!);
    const scores = Float64Array.from(observed, (k) => toUnit(results[k], loaded.scoreRange));
    const key = items.join();
    const table = tables.get(key) ?? landmarkTable(sources, map.landmarks, items);
    tables.set(key, table);
    return { table, scores };
  };
}
