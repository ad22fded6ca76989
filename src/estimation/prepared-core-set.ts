import { type CoreSample, createCoreSample } from './core-sample.ts';
import { defaultPenalty, type FittedAipw, fitAipw } from './estimators/aipw.ts';
import type { FittedEstimator } from './estimators/estimator.ts';
import { estimators, type MethodName } from './estimators/registry.ts';
import { type GroupPlan, planGroups } from './group-estimates.ts';
import type { History, HistorySummary } from './history.ts';
import { createSimilarityTable, type SimilarityTable } from './similarity/error-consistency.ts';
import type { EvaluationFacts } from './warnings.ts';

/** Where the inclusion probabilities of a core set come from. */
export type Probabilities = EvaluationFacts['probabilities'];

/** All that does not depend on the target: made once per core set and history, reused for every target. */
export interface PreparedCoreSet {
  readonly sample: CoreSample;
  readonly probabilities: Probabilities;
  readonly aipw: FittedAipw;
  readonly groups: readonly GroupPlan[];
  readonly similarity: SimilarityTable;
  /** Ascending, unit scale. */
  readonly sortedFullScores: Float64Array;
  /** The method fitted on this core set, at first use. */
  fit(method: MethodName): FittedEstimator;
}

export interface CoreSetInput {
  readonly history: History;
  readonly summary: HistorySummary;
  /** n indices into the population, without repeats. */
  readonly items: Int32Array;
  /** n inclusion probabilities in (0, 1], or null: the design has none, or they are not known. */
  readonly inclusion: Float64Array | null;
  /** @default 'known' with probabilities, 'none' without */
  readonly probabilities?: Probabilities;
}

/**
 * What one core set needs of its history before the first target comes.
 * @throws DomainError too-large: the fit would take too long; insufficient-data: it is singular
 * Cost: O(n M min(n, M)); the target's cost then does not depend on N.
 */
export function prepareCoreSet(input: CoreSetInput): PreparedCoreSet {
  const { history, summary, items, inclusion } = input;
  const sample = createCoreSample(history, summary, items, inclusion);
  const aipw = fitAipw(sample, defaultPenalty);
  const fits = new Map<MethodName, FittedEstimator>([['aipw', aipw]]);
  return {
    sample,
    aipw,
    probabilities: input.probabilities ?? (inclusion === null ? 'none' : 'known'),
    groups: planGroups(history.groups, summary.groupScores, sample, aipw),
    similarity: createSimilarityTable(sample.sourceScores, sample.nItems, sample.nModels),
    sortedFullScores: sample.fullScores.slice().sort(),
    fit(method) {
      const fit = fits.get(method) ?? estimators[method].fit(sample);
      fits.set(method, fit);
      return fit;
    },
  };
}
