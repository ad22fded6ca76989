import { randomInt } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { DomainError } from '../errors.ts';
import { checkFitCost } from '../estimation/core-sample.ts';
import { drawCoreSet } from '../estimation/designs/draw.ts';
import { type DesignName, defaultDesign } from '../estimation/designs/names.ts';
import { probabilityDesigns } from '../estimation/designs/registry.ts';
import { orderableDifficulties } from '../estimation/history.ts';
import { createRandom } from '../estimation/numeric/random.ts';
import { fromUnit } from '../scores/score-range.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import { type CoreSet, type CoreSetSummary, coreSetNotFound } from '../storage/core-sets.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Page, PageRequest } from '../storage/paging.ts';
import type { Histories, LoadedHistory } from './histories.ts';
import { createId } from './ids.ts';
import { selectSources } from './source-history.ts';

export interface CoreSetRequest {
  readonly size: number;
  readonly design?: DesignName | undefined;
  readonly seed?: number | undefined;
  readonly excludeModels?: readonly string[] | undefined;
  /** Restricts the population to these groups. */
  readonly groups?: readonly string[] | undefined;
}

/** A core set, and its benchmark as it is now. */
export interface FoundCoreSet {
  readonly coreSet: CoreSet;
  readonly benchmark: Benchmark;
}

export interface CoreSets {
  /** @throws DomainError insufficient-data, invalid-request, unknown-group, too-large */
  create(benchmark: string, request: CoreSetRequest): Promise<CoreSet>;
  /** @throws DomainError core-set-not-found */
  find(id: string): Promise<FoundCoreSet>;
  /** @throws DomainError core-set-not-found */
  get(id: string): Promise<CoreSet>;
  list(benchmark: string, page: PageRequest): Promise<Page<CoreSetSummary>>;
}

const maxCachedBytes = 64 * 1024 * 1024;

export function createCoreSets({ benchmarks, coreSets }: Stores, histories: Histories): CoreSets {
  const cache = new LRUCache<string, CoreSet>({
    maxSize: maxCachedBytes,
    sizeCalculation: ({ population, sourceModels, size }) =>
      4 * (population.length + sourceModels.length) + 200 * size + 500,
  });

  async function find(id: string): Promise<FoundCoreSet> {
    const coreSet = cache.get(id) ?? (await coreSets.get(id));
    const benchmark = await benchmarks.byId(coreSet.benchmarkId);
    // It goes when its benchmark goes, whatever the cache still holds.
    if (benchmark === undefined) throw coreSetNotFound(id);
    cache.set(id, coreSet);
    return { coreSet, benchmark };
  }

  return {
    async create(name, request) {
      const benchmark = await benchmarks.get(name);
      const loaded = await histories.load(benchmark);
      const coreSet = drawFrom(benchmark, loaded, request);
      await coreSets.add(coreSet);
      cache.set(coreSet.id, coreSet);
      return coreSet;
    },
    find,
    async get(id) {
      return (await find(id)).coreSet;
    },
    async list(name, page) {
      const { id } = await benchmarks.get(name);
      return coreSets.list(id, page);
    },
  };
}

function drawFrom(
  benchmark: { readonly id: number; readonly name: string },
  loaded: LoadedHistory,
  request: CoreSetRequest,
): CoreSet {
  const { size, design = defaultDesign, seed = randomInt(2 ** 32) } = request;
  const population = populationOf(loaded, request.groups);
  const excluded = new Set(request.excludeModels);
  const { history, modelIds, summary } = selectSources(
    loaded,
    (model) => !excluded.has(model.name),
    population,
  );
  if (history.models.length === 0) {
    throw new DomainError('insufficient-data', 'a core set needs the scores of at least one source model');
  }
  if (size > population.length) {
    throw new DomainError('invalid-request', `the population has ${population.length} items`, [
      { path: 'size', message: `must be at most ${population.length}` },
    ]);
  }
  // Now, before a model is run on them: results that cannot be evaluated would be paid for in vain.
  checkFitCost(size, history.models.length);
  const frame = { difficulties: orderableDifficulties(summary), groups: history.groups };
  const draw = drawCoreSet(probabilityDesigns[design as never], frame, size, createRandom(seed));
  const positions = draw.items.map((item) => population[item]);
  return {
    id: createId('cs'),
    benchmarkId: benchmark.id,
    benchmark: benchmark.name,
    design,
    size,
    seed,
    revision: loaded.revision,
    groups: request.groups ?? null,
    populationSize: population.length,
    sourceCount: modelIds.length,
    population,
    positions,
    inclusion: draw.inclusion,
    sourceModels: modelIds,
    items: Array.from(positions, (position) => loaded.items[position].item),
    itemGroups: Array.from(positions, (position) => loaded.items[position].group),
    difficulties: Float64Array.from(draw.items, (item) =>
      fromUnit(summary.itemMeans[item], loaded.scoreRange),
    ),
    createdAt: new Date().toISOString(),
  };
}

function populationOf(loaded: LoadedHistory, groups: readonly string[] | undefined): Int32Array {
  const all = loaded.scoredPositions;
  if (groups === undefined) return all;
  const wanted = new Set(groups);
  const known = new Set(loaded.items.map(({ group }) => group));
  const issues = groups.flatMap((group, index) =>
    known.has(group) ? [] : [{ path: `groups.${index}`, message: `there is no group "${group}"` }],
  );
  if (issues.length > 0)
    throw new DomainError('unknown-group', 'some groups are not in this benchmark', issues);
  return all.filter((position) => {
    const { group } = loaded.items[position];
    return group !== null && wanted.has(group);
  });
}
