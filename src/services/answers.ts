import type { MethodName } from '../estimation/estimators/names.ts';
import type { Evaluation } from '../estimation/evaluate.ts';
import type { Similarity } from '../estimation/similarity/similarity.ts';

/** What a caller may choose about an answer. */
export interface AnswerOptions {
  readonly methods?: readonly MethodName[] | undefined;
  readonly level?: number | undefined;
}

/** What was chosen, without what was not. */
export function definedOptions({ methods, level }: AnswerOptions) {
  return { ...(methods && { methods }), ...(level !== undefined && { level }) };
}

/** An evaluation with its sources named. */
export interface Answer extends Omit<Evaluation, 'similarity'> {
  readonly similarity: Omit<Similarity, 'nearest'> & {
    readonly nearest: readonly { readonly model: string; readonly similarity: number }[];
  };
}

/** Told of every answer that was computed, when it is as its user gets it. */
export type AnswerObserver = (answer: Pick<Answer, 'estimates' | 'warnings'>) => void;

/** @throws Error where a figure is not finite */
export function toAnswer(evaluation: Evaluation, sourceNames: readonly string[]): Answer {
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
    const figures = [estimate ?? 0, interval?.lower ?? 0, interval?.upper ?? 0];
    if (!figures.every(Number.isFinite)) throw new Error('an estimator answered a number that is not finite');
  }
}
