import type { MethodName } from '../estimation/estimators/registry.ts';
import { type EvaluateOptions, type Evaluation, evaluateTarget } from '../estimation/evaluate.ts';
import type { PreparedCoreSet } from '../estimation/prepared-core-set.ts';
import type { Similarity } from '../estimation/similarity/similarity.ts';

/** What a caller may choose about an answer. */
export interface AnswerOptions {
  readonly methods?: readonly MethodName[] | undefined;
  readonly level?: number | undefined;
}

/** An evaluation with its sources named. */
export interface Answer extends Omit<Evaluation, 'similarity'> {
  readonly similarity: Omit<Similarity, 'nearest'> & {
    readonly nearest: readonly { readonly model: string; readonly similarity: number }[];
  };
}

export function answerOf(
  prepared: PreparedCoreSet,
  sourceNames: readonly string[],
  unitScores: Float64Array,
  options: EvaluateOptions,
): Answer {
  const evaluation = evaluateTarget(prepared, unitScores, options);
  refuseNaN(evaluation);
  const nearest = evaluation.similarity.nearest.map(({ source, similarity }) => ({
    model: sourceNames[source],
    similarity,
  }));
  return { ...evaluation, similarity: { ...evaluation.similarity, nearest } };
}

/** JSON would turn a NaN into null and so into "not known"; it is a defect and must be seen as one. */
function refuseNaN({ estimates, groups }: Evaluation): void {
  for (const { estimate, interval } of [...estimates, ...groups]) {
    const figures = [estimate, interval?.lower ?? 0, interval?.upper ?? 0];
    if (!figures.every(Number.isFinite)) throw new Error('an estimator answered a number that is not finite');
  }
}
