import { itemsFromCurve } from '../estimation/backtest/learning-curve.ts';
import type { SplitName } from '../estimation/backtest/splits.ts';
import type { ProbabilityDesignName } from '../estimation/designs/names.ts';
import { type NeededItems, type Plan, planCoreSet, type SourceSpreads } from '../estimation/planning.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { BacktestEvidence, TestedCurves } from './backtest-evidence.ts';
import type { DrawWork } from './draw-work.ts';
import { openPool, type Pool } from './drawing.ts';
import type { Histories } from './histories.ts';
import { remember } from './remember.ts';

export interface PlanRequest {
  /** Score units. */
  readonly halfWidth: number;
  /** Nominal coverage, in (0, 1). */
  readonly level: number;
  readonly design: ProbabilityDesignName;
}

/** Items needed, and where that is from. */
export interface PoolPlan {
  readonly plan: Plan;
  /** What the splits of a back-test of the design say; for AIPW the plan is the larger of them. null without one. */
  readonly tested: TestedPlan | null;
}

export interface PlanView extends PoolPlan {
  readonly benchmark: string;
  readonly revision: number;
  readonly design: ProbabilityDesignName;
  readonly population: number;
  readonly sourceModels: number;
}

/** A plan drawn from the learning curves of a back-test. */
export interface TestedPlan {
  readonly backtest: string;
  readonly revision: number;
  /** Sizes of the core sets it tried, ascending. */
  readonly sizes: readonly number[];
  readonly splits: readonly { readonly split: SplitName; readonly aipw: NeededItems }[];
}

export interface Plans {
  /** How many items a model like those of the history needs. @throws DomainError insufficient-data: no history */
  forBenchmark(benchmark: string, request: PlanRequest): Promise<PlanView>;
  /** The same for a part of it. */
  forPool(pool: Pool, benchmark: Benchmark, request: PlanRequest): Promise<PoolPlan>;
}

/** The reference core sets are drawn with this seed, so that the same question gets the same answer. */
const referenceSeed = 0;

export function createPlans(
  { benchmarks }: Stores,
  histories: Histories,
  work: DrawWork,
  workers: WorkerPool,
  evidence: BacktestEvidence,
): Plans {
  // The history of a pool is kept as long as its revision is; what was measured on it goes with it.
  const measured = new WeakMap<object, Map<ProbabilityDesignName, Promise<SourceSpreads>>>();

  function spreadsOf({ sources }: Pool, design: ProbabilityDesignName): Promise<SourceSpreads> {
    const { history, summary } = sources;
    const byDesign = measured.get(sources) ?? new Map<ProbabilityDesignName, Promise<SourceSpreads>>();
    measured.set(sources, byDesign);
    return remember(byDesign, design, async () => {
      const frame = await work.frameFor(sources, design);
      return workers.measure({ sources: { history, summary }, design, frame, seed: referenceSeed });
    });
  }

  async function planFromBacktest(pool: Pool, benchmark: Benchmark, request: PlanRequest) {
    if (!isWhole(pool)) return null;
    for await (const tested of evidence.curves(benchmark.id, request.design)) {
      const plan = readCurves(tested, pool, request);
      if (plan !== null) return plan;
    }
    return null;
  }

  async function forPool(pool: Pool, benchmark: Benchmark, request: PlanRequest): Promise<PoolPlan> {
    const { low, high } = pool.loaded.scoreRange;
    const spreads = await spreadsOf(pool, request.design);
    const plan = planCoreSet(spreads, request.halfWidth / (high - low), request.level);
    const tested = await planFromBacktest(pool, benchmark, request);
    return { plan: tested === null ? plan : { ...plan, aipw: largest(tested.splits) }, tested };
  }

  return {
    forPool,
    async forBenchmark(name, request) {
      const benchmark = await benchmarks.get(name);
      const loaded = await histories.load(benchmark);
      const pool = openPool(loaded, {});
      return {
        benchmark: name,
        revision: loaded.revision,
        design: request.design,
        population: pool.population.length,
        sourceModels: pool.sources.modelIds.length,
        ...(await forPool(pool, benchmark, request)),
      };
    },
  };
}

/** Back-tests are of whole benchmarks. */
function isWhole({ loaded, population, sources }: Pool): boolean {
  return (
    population.length === loaded.scoredPositions.length && sources.modelIds.length === loaded.modelIds.length
  );
}

/** null where the curves of AIPW do not reach so far. */
function readCurves(
  { backtest, curves }: TestedCurves,
  { population }: Pool,
  { halfWidth, level }: PlanRequest,
): TestedPlan | null {
  const { splits, sizes, level: testedLevel } = backtest.settings;
  const { low, high } = backtest.scoreRange;
  const question = {
    populationSize: population.length,
    halfWidth: halfWidth / (high - low),
    level,
    testedPopulation: backtest.population,
    testedLevel,
  };
  const plans = splits.flatMap((split) => {
    const curve = curves.find((other) => other.split === split && other.method === 'aipw');
    const aipw = curve === undefined ? null : itemsFromCurve(curve, question);
    return aipw === null || !isNear(aipw, sizes) ? [] : [{ split, aipw }];
  });
  // A split that cannot say may be the one that needs more.
  if (plans.length < splits.length) return null;
  const { id, revision } = backtest;
  return { backtest: id, revision, sizes: sizes.toSorted((a, b) => a - b), splits: plans };
}

/** So far beyond the tested sizes a curve still holds, more or less. */
const reach = 2;

function isNear({ median, p90 }: NeededItems, sizes: readonly number[]): boolean {
  return median >= Math.min(...sizes) / reach && p90 <= Math.max(...sizes) * reach;
}

/** A new model may be of either kind: within the range of the history or above it. */
function largest(plans: TestedPlan['splits']): NeededItems {
  const most = (at: keyof NeededItems) => Math.max(...plans.map(({ aipw }) => aipw[at]));
  return { median: most('median'), p90: most('p90') };
}
