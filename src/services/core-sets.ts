import { randomInt } from 'node:crypto';
import { DomainError } from '../errors.ts';
import {
  type DesignName,
  defaultDesign,
  isProbabilityDesign,
  type ProbabilityDesignName,
} from '../estimation/designs/names.ts';
import { defaultLevel } from '../estimation/evaluate.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import {
  type ChosenItems,
  type CoreSet,
  type CoreSetSummary,
  coreSetNotFound,
} from '../storage/core-sets.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Page, PageRequest } from '../storage/paging.ts';
import type { Seal } from '../storage/seal.ts';
import { type Access, everything, isWithin } from './access.ts';
import { belongsToModel, refusePurposive, refuseTooLarge, refuseUnready } from './core-set-checks.ts';
import { type CacheVitals, CountedCache } from './counted-cache.ts';
import type { DrawWork } from './draw-work.ts';
import {
  checkSize,
  drawItems,
  drawMoreItems,
  drawNextItems,
  openPool,
  type Pool,
  type PoolRequest,
  reopenPool,
} from './drawing.ts';
import type { Histories } from './histories.ts';
import { createId } from './ids.ts';
import type { Plans } from './plans.ts';
import type { Selections } from './selections.ts';
import { untilWritten } from './until-written.ts';

export interface CoreSetRequest extends PoolRequest {
  /** Either this or a half-width. */
  readonly size?: number | undefined;
  /** Half the width of the interval that nine of ten models like the sources would get, score units. */
  readonly halfWidth?: number | undefined;
  /** Nominal coverage of that interval, in (0, 1). @default 0.95 */
  readonly level?: number | undefined;
  readonly design?: DesignName | undefined;
  readonly seed?: number | undefined;
}

export interface ExtensionRequest {
  /** Items to add. */
  readonly add: number;
  readonly seed?: number | undefined;
}

/** What a model answered on a core set. */
export interface EvaluatedResults {
  readonly coreSetId: string;
  readonly model: string;
  /** n, score units, NaN = no result. */
  readonly results: Float64Array;
}

/** A core set, and its benchmark as it is now. */
export interface FoundCoreSet {
  readonly coreSet: CoreSet;
  readonly benchmark: Benchmark;
}

export interface CoreSets {
  /**
   * Ready at once under a probability design; under a purposive one its items are chosen in the background.
   * @param seal runs in the transaction that stores it
   * @throws DomainError insufficient-data, invalid-request, unknown-group, too-large
   */
  create(benchmark: string, request: CoreSetRequest, seal?: Seal<CoreSet>): Promise<CoreSet>;
  /**
   * A new core set that contains the old one, with the inclusion probabilities of the whole.
   * @throws DomainError core-set-not-found, core-set-pending, invalid-request: purposive, or not so many items left
   */
  extend(id: string, request: ExtensionRequest, access: Access, seal?: Seal<CoreSet>): Promise<CoreSet>;
  /**
   * The next items for one model, from its answers so far: a core set that contains the one it was run on, for it alone.
   * @throws DomainError as `extend`; insufficient-data: fewer than two results
   */
  extendFor(evaluation: EvaluatedResults, request: ExtensionRequest, seal?: Seal<CoreSet>): Promise<CoreSet>;
  /** @throws DomainError core-set-not-found; core-set-pending, core-set-failed: it has no items (yet) */
  findReady(id: string, access: Access): Promise<FoundCoreSet>;
  /** @throws DomainError core-set-not-found */
  get(id: string, access: Access): Promise<CoreSet>;
  list(benchmark: string, page: PageRequest): Promise<Page<CoreSetSummary>>;
  /** Whether its items are being chosen right now, and how much of that is done, 0 to 1. */
  progressOf(coreSet: CoreSetSummary): { readonly isRunning: boolean; readonly share: number };
  cacheVitals(): CacheVitals;
  /** The benchmark is no more. */
  forget(benchmarkId: number): void;
}

const maxCachedBytes = 64 * 1024 * 1024;

export function createCoreSets(
  { benchmarks, coreSets, writeEpoch }: Stores,
  histories: Histories,
  work: DrawWork,
  plans: Plans,
  selections: Selections,
): CoreSets {
  const cache = new CountedCache<string, CoreSet>({
    maxSize: maxCachedBytes,
    sizeCalculation: estimatedBytes,
  });

  const benchmarkWith = untilWritten(writeEpoch, (id: number) => benchmarks.byId(id));

  async function find(id: string, access: Access): Promise<FoundCoreSet> {
    const cached = cache.get(id);
    const coreSet = cached ?? (await coreSets.get(id));
    const benchmark = await benchmarkWith(coreSet.benchmarkId);
    // It goes when its benchmark goes, whatever the cache still holds.
    if (benchmark === undefined || !isWithin(access, benchmark.name)) throw coreSetNotFound(id);
    // Only then does it not change any more.
    if (cached === undefined && coreSet.status === 'ready') cache.set(id, coreSet);
    return { coreSet, benchmark };
  }

  async function findReady(id: string, access: Access): Promise<FoundCoreSet> {
    const found = await find(id, access);
    refuseUnready(found.coreSet);
    return found;
  }

  async function store(coreSet: CoreSet, seal: Seal<CoreSet> | undefined): Promise<CoreSet> {
    if (coreSet.status !== 'ready') selections.refuseFull();
    await coreSets.add(coreSet, seal && (() => seal(coreSet)));
    if (coreSet.status === 'ready') cache.set(coreSet.id, coreSet);
    else selections.start(coreSet.id, coreSet.benchmarkId);
    return coreSet;
  }

  /** @throws DomainError invalid-request: a purposive design has no precision to speak of */
  async function sizeFor(
    pool: Pool,
    benchmark: Benchmark,
    design: DesignName,
    request: CoreSetRequest,
  ): Promise<number> {
    const { size, halfWidth, level = defaultLevel } = request;
    if (halfWidth === undefined) return size!;
    if (!isProbabilityDesign(design)) {
      throw new DomainError('invalid-request', `no interval is known for the design ${design}`, [
        { path: 'half_width', message: 'needs a design with inclusion probabilities; give a size instead' },
      ]);
    }
    const { plan } = await plans.forPool(pool, benchmark, { design, halfWidth, level });
    return Math.max(plan.aipw.p90, design === 'stratified' ? pool.sources.history.groups.names.length : 1);
  }

  /** @param draw chooses the items of the whole */
  async function extendWith(
    { coreSet: parent, benchmark }: FoundCoreSet,
    { add, seed = randomInt(2 ** 32) }: ExtensionRequest,
    forModel: string | null,
    draw: (pool: Pool, design: ProbabilityDesignName, seed: number) => Promise<ChosenItems>,
    seal: Seal<CoreSet> | undefined,
  ): Promise<CoreSet> {
    const design = refusePurposive(parent.design);
    const size = parent.size + add;
    if (size > parent.population.length) {
      const left = parent.population.length - parent.size;
      throw new DomainError('invalid-request', `${left} items of the population are left`, [
        { path: 'add', message: `must be at most ${left}` },
      ]);
    }
    const pool = reopenPool(await histories.load(benchmark), parent, forModel);
    checkSize(pool, size);
    const extended: CoreSet = {
      ...describePool(pool, benchmark),
      ...(await draw(pool, design, seed)),
      status: 'ready',
      design,
      size,
      seed,
      halfWidth: null,
      level: null,
      groups: parent.groups,
      extends: parent.id,
      forModel,
    };
    return store(extended, seal);
  }

  return {
    async create(name, request, seal) {
      const benchmark = await benchmarks.get(name);
      const pool = openPool(await histories.load(benchmark), request);
      const { design = defaultDesign, halfWidth = null } = request;
      const size = await sizeFor(pool, benchmark, design, request);
      checkSize(pool, size);
      if (!isProbabilityDesign(design)) refuseTooLarge(pool, design);
      const seed = request.seed ?? randomInt(2 ** 32);
      const drawn = isProbabilityDesign(design)
        ? {
            status: 'ready' as const,
            ...drawItems(pool, await work.frameFor(pool.sources, design), design, size, seed),
          }
        : { status: 'pending' as const, ...nothingChosen };
      const created: CoreSet = {
        ...describePool(pool, benchmark),
        ...drawn,
        design,
        size,
        seed,
        halfWidth,
        level: halfWidth === null ? null : (request.level ?? defaultLevel),
        groups: request.groups ?? null,
        extends: null,
        forModel: null,
      };
      return store(created, seal);
    },

    async extend(id, request, access, seal) {
      const found = await findReady(id, access);
      if (found.coreSet.forModel !== null) throw belongsToModel(found.coreSet);
      const draw = async (pool: Pool, design: ProbabilityDesignName, seed: number) => {
        const frame = await work.frameFor(pool.sources, design);
        return drawMoreItems(pool, frame, design, found.coreSet, request.add, seed);
      };
      return extendWith(found, request, null, draw, seal);
    },

    async extendFor({ model, results, coreSetId }, request, seal) {
      const found = await findReady(coreSetId, everything);
      const draw = (pool: Pool, _design: ProbabilityDesignName, seed: number) =>
        drawNextItems(pool, work, found.coreSet, results, request.add, seed);
      return extendWith(found, request, model, draw, seal);
    },

    findReady,
    async get(id, access) {
      return (await find(id, access)).coreSet;
    },
    async list(name, page) {
      const { id } = await benchmarks.get(name);
      return coreSets.list(id, page);
    },
    progressOf({ id, status }) {
      const share = status === 'ready' ? 1 : selections.progressOf(id);
      return { isRunning: status === 'pending' && share > 0, share };
    },
    cacheVitals: () => cache.vitals,
    forget(benchmarkId) {
      for (const [id, coreSet] of cache.entries()) if (coreSet.benchmarkId === benchmarkId) cache.delete(id);
    },
  };
}

function estimatedBytes({ population, sourceModels, size, learned, populationInclusion }: CoreSet): number {
  const numbers = Object.values(learned?.arrays ?? {}).reduce((sum, values) => sum + values.length, 0);
  return (
    4 * (population.length + sourceModels.length) +
    8 * (numbers + (populationInclusion?.length ?? 0)) +
    200 * size +
    500
  );
}

function describePool({ loaded, population, sources }: Pool, benchmark: Benchmark) {
  return {
    id: createId('cs'),
    benchmarkId: benchmark.id,
    benchmark: benchmark.name,
    revision: loaded.revision,
    populationSize: population.length,
    sourceCount: sources.modelIds.length,
    population,
    sourceModels: sources.modelIds,
    missingShare: sources.summary.missingShare,
    error: null,
    createdAt: new Date().toISOString(),
  };
}

const nothingChosen: ChosenItems = {
  positions: new Int32Array(0),
  inclusion: null,
  populationInclusion: null,
  learned: null,
  items: [],
  itemGroups: [],
  difficulties: new Float64Array(0),
};
