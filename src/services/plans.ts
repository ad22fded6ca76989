import { defaultDesign, type ProbabilityDesignName } from '../estimation/designs/names.ts';
import { type Plan, planCoreSet, type SourceSpreads } from '../estimation/planning.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { DrawWork } from './draw-work.ts';
import { openPool, type Pool } from './drawing.ts';
import type { Histories } from './histories.ts';

export interface PlanRequest {
  /** Score units. */
  readonly halfWidth: number;
  /** Nominal coverage, in (0, 1). */
  readonly level: number;
  readonly design?: ProbabilityDesignName | undefined;
}

export interface PlanView {
  readonly benchmark: string;
  readonly revision: number;
  readonly design: ProbabilityDesignName;
  readonly population: number;
  readonly sourceModels: number;
  readonly plan: Plan;
}

export interface Plans {
  /** How many items a model like those of the history needs. @throws DomainError insufficient-data: no history */
  forBenchmark(benchmark: string, request: PlanRequest): Promise<PlanView>;
  /** @param halfWidth score units */
  forPool(pool: Pool, design: ProbabilityDesignName, halfWidth: number, level: number): Promise<Plan>;
}

/** The reference core sets are drawn with this seed, so that the same question gets the same answer. */
const referenceSeed = 0;

export function createPlans(
  { benchmarks }: Stores,
  histories: Histories,
  work: DrawWork,
  workers: WorkerPool,
): Plans {
  // The history of a pool is kept as long as its revision is; what was measured on it goes with it.
  const measured = new WeakMap<object, Map<ProbabilityDesignName, Promise<SourceSpreads>>>();

  function spreadsOf({ sources }: Pool, design: ProbabilityDesignName): Promise<SourceSpreads> {
    const { history, summary } = sources;
    const byDesign = measured.get(sources) ?? new Map<ProbabilityDesignName, Promise<SourceSpreads>>();
    measured.set(sources, byDesign);
    const known = byDesign.get(design);
    if (known !== undefined) return known;
    const asked = work
      .frameFor(sources, design)
      .then((frame) =>
        workers.measure({ sources: { history, summary }, design, frame, seed: referenceSeed }),
      );
    byDesign.set(design, asked);
    asked.catch(() => byDesign.delete(design));
    return asked;
  }

  async function forPool(pool: Pool, design: ProbabilityDesignName, halfWidth: number, level: number) {
    const { low, high } = pool.loaded.scoreRange;
    return planCoreSet(await spreadsOf(pool, design), halfWidth / (high - low), level);
  }

  return {
    forPool,
    async forBenchmark(name, { halfWidth, level, design = defaultDesign }) {
      const benchmark = await benchmarks.get(name);
      const loaded = await histories.load(benchmark);
      const pool = openPool(loaded, {});
      return {
        benchmark: name,
        revision: loaded.revision,
        design,
        population: pool.population.length,
        sourceModels: pool.sources.modelIds.length,
        plan: await forPool(pool, design, halfWidth, level),
      };
    },
  };
}
