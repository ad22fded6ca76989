import { isSlow, methodsFor } from '../estimation/estimators/registry.ts';
import { type EvaluateOptions, type Evaluation, evaluateTarget } from '../estimation/evaluate.ts';
import type { CoreSetInput, PreparedCoreSet } from '../estimation/prepared-core-set.ts';
import type { WorkerPool } from '../workers/pool.ts';

/** A core set that is to be prepared, here or in another thread. */
export interface Preparation {
  /** The same key stands for the same input; null where it will hardly come again. */
  readonly key: string | null;
  readonly input: CoreSetInput;
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

function fitCost({ items, history }: CoreSetInput): number {
  const [less, more] = [items.length, history.models.length].sort((a, b) => a - b);
  return less * less * more;
}

export function createEvaluator(workers: WorkerPool): Evaluator {
  return async ({ key, input, prepare }, scores, options) => {
    const methods = options.methods ?? methodsFor(input.design ?? null);
    const isLong = methods.some(isSlow) || fitCost(input) > longFit;
    if (!isLong) return evaluateTarget(prepare(), scores, options);
    return workers.evaluate({ key, input, scores, options });
  };
}
