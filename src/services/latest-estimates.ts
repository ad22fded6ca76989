import type { MethodName } from '../estimation/estimators/names.ts';
import type { MethodEstimate } from '../estimation/method-estimate.ts';
import type { Severity } from '../estimation/warnings.ts';
import type { EvaluationStore, StoredEvaluation } from '../storage/evaluations.ts';
import type { Answer } from './answers.ts';

/** What is known of a new model: the recommended estimate of its latest evaluation. */
export interface LatestEstimate {
  readonly evaluation: StoredEvaluation;
  readonly method: MethodName;
  readonly score: number;
  readonly interval: MethodEstimate['interval'];
  /** The most severe warning, null without any. */
  readonly severity: Severity | null;
}

/**
 * One for each model that the history does not have.
 * @param known names of the models of the history
 */
export async function latestEstimates(
  evaluations: EvaluationStore,
  benchmarkId: number,
  known: ReadonlySet<string>,
): Promise<LatestEstimate[]> {
  const latest = await evaluations.latest(benchmarkId);
  return latest.filter(({ model }) => !known.has(model)).map(toEstimate);
}

function toEstimate(evaluation: StoredEvaluation): LatestEstimate {
  const { estimates, recommended, warnings }: Answer = JSON.parse(evaluation.answer);
  const { estimate, interval } = estimates.find(({ method }) => method === recommended)!;
  // What is recommended always has an estimate.
  const score = estimate!;
  return { evaluation, method: recommended, score, interval, severity: warnings[0]?.severity ?? null };
}
