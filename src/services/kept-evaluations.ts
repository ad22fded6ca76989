import type { Stores } from '../storage/open-stores.ts';
import { type Access, isWithin } from './access.ts';
import type { BacktestEvidence } from './backtest-evidence.ts';
import { type CacheVitals, CountedCache } from './counted-cache.ts';
import type { EvaluationView } from './evaluations.ts';

/** What a view of an evaluation was made of, besides the core set, which does not change. */
export interface ViewBasis {
  readonly benchmarkId: number;
  readonly version: number;
  readonly scoreRange: { readonly low: number; readonly high: number };
  /** The state of what finished back-tests say of its benchmark. */
  readonly evidence: number;
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

/** No epoch. */
const notChecked = -1;
/** Some 40 kB each. */
const maxKept = 500;

interface Kept {
  readonly view: EvaluationView;
  readonly basis: ViewBasis;
  /** The write epoch when the database last said the same. */
  checkedAt: number;
}

export function createKeptEvaluations(
  { evaluations, benchmarks, writeEpoch }: Pick<Stores, 'evaluations' | 'benchmarks' | 'writeEpoch'>,
  evidence: Pick<BacktestEvidence, 'stateOf'>,
): KeptEvaluations {
  const cache = new CountedCache<string, Kept>({ max: maxKept });

  async function isStillStored({
    view,
    basis: { version, benchmarkId, scoreRange },
  }: Kept): Promise<boolean> {
    if ((await evaluations.version(view.id)) !== version) return false;
    const range = (await benchmarks.byId(benchmarkId))?.scoreRange;
    return range !== undefined && range.low === scoreRange.low && range.high === scoreRange.high;
  }

  return {
    async find(id, access) {
      const kept = cache.get(id);
      if (kept === undefined || !isWithin(access, kept.view.benchmark)) return undefined;
      const { view, basis } = kept;
      if (evidence.stateOf(basis.benchmarkId) !== basis.evidence) return undefined;
      const epoch = await writeEpoch();
      if (kept.checkedAt !== epoch) {
        if (!(await isStillStored(kept))) return undefined;
        kept.checkedAt = epoch;
      }
      return view;
    },
    keep: (view, basis) => void cache.set(view.id, { view, basis, checkedAt: notChecked }),
    cacheVitals: () => cache.vitals,
    letGo: () => cache.clear(),
  };
}
