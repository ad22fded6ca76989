import type { Stores } from '../storage/open-stores.ts';
import { type Access, isWithin } from './access.ts';
import type { BacktestEvidence } from './backtest-evidence.ts';
import { type CacheVitals, CountedCache } from './counted-cache.ts';
import type { EvaluationView } from './evaluations.ts';

/** What a view of an evaluation was made of, besides the core set, which does not change. */
export interface ViewBasis {
  readonly version: number;
  readonly scoreRange: { readonly low: number; readonly high: number };
  /** What finished back-tests say of its benchmark. */
  readonly evidence: object;
}

/** Evaluations as they were last shown. Most are read far more often than they change. */
export interface KeptEvaluations {
  /** The view, while it would come out the same; undefined where it is not known, or not for this caller. */
  find(id: string, access: Access): Promise<EvaluationView | undefined>;
  keep(view: EvaluationView, basis: ViewBasis): void;
  cacheVitals(): CacheVitals;
  /** Keeps none. */
  letGo(): void;
}

/** Some 40 kB each. */
const maxKept = 500;

export function createKeptEvaluations(
  { evaluations, benchmarks }: Pick<Stores, 'evaluations' | 'benchmarks'>,
  evidence: Pick<BacktestEvidence, 'stateOf'>,
): KeptEvaluations {
  const cache = new CountedCache<string, { readonly view: EvaluationView; readonly basis: ViewBasis }>({
    max: maxKept,
  });

  return {
    async find(id, access) {
      const kept = cache.get(id);
      if (kept === undefined) return undefined;
      // Other processes write too.
      const head = await evaluations.head(id);
      const benchmark = head && (await benchmarks.byId(head.benchmarkId));
      if (benchmark === undefined || !isWithin(access, benchmark.name)) return undefined;
      const { version, scoreRange, evidence: state } = kept.basis;
      const isSame =
        version === head?.version &&
        scoreRange.low === benchmark.scoreRange.low &&
        scoreRange.high === benchmark.scoreRange.high &&
        state === evidence.stateOf(benchmark.id);
      return isSame ? kept.view : undefined;
    },
    keep: (view, basis) => void cache.set(view.id, { view, basis }),
    cacheVitals: () => cache.vitals,
    letGo: () => cache.clear(),
  };
}
