import type { DesignName } from '../estimation/designs/names.ts';
import { isSlow, methodsFor } from '../estimation/estimators/registry.ts';
import { type EvaluateOptions, type Evaluation, evaluateTarget } from '../estimation/evaluate.ts';
import type { CoreSetInput, PreparedCoreSet } from '../estimation/prepared-core-set.ts';
import type { WorkerPool } from '../workers/pool.ts';

/** A core set that is to be prepared, here or in another thread. */
export interface Preparation {
  /** The same key stands for the same input; null where it will hardly come again. */
  readonly key: string | null;
  /** n and M, on which the cost of a fit depends. */
  readonly nItems: number;
  readonly nModels: number;
  readonly design: DesignName | null;
  input(): CoreSetInput;
  /** Prepares it here, or finds it prepared. */
  prepare(): PreparedCoreSet;
}

/** Evaluates a target where it hurts nobody: here, unless a method asked for is slow. */
export type Evaluator = (
  preparation: Preparation,
  scores: Float64Array,
  options: EvaluateOptions,
) => Promise<Evaluation>;

/** Pairs of numbers a fit multiplies beyond which other requests would notice: about a fifth of a second. */
const longFit = 5e7;

function fitCost({ nItems, nModels }: Preparation): number {
  return Math.min(nItems, nModels) ** 2 * Math.max(nItems, nModels);
}

export function createEvaluator(workers: WorkerPool): Evaluator {
  return async (preparation, scores, options) => {
    const methods = options.methods ?? methodsFor(preparation.design);
    const isLong = methods.some(isSlow) || fitCost(preparation) > longFit;
    if (!isLong) return evaluateTarget(preparation.prepare(), scores, options);
    return workers.evaluate({ key: preparation.key, input: preparation.input(), scores, options });
  };
}
