import { type CoreSample, createCoreSample } from './core-sample.ts';
import type { DesignName } from './designs/names.ts';
import type { Learned } from './designs/purposive-design.ts';
import { defaultPenalty, type FittedAipw, fitAipw } from './estimators/aipw.ts';
import type { FittedEstimator } from './estimators/estimator.ts';
import type { MethodName } from './estimators/names.ts';
import { estimators } from './estimators/registry.ts';
import { type GroupPlan, planGroups } from './group-estimates.ts';
import type { Sources } from './history.ts';
import { addPredictions } from './predictions.ts';
import { createSimilarityTable, type SimilarityTable } from './similarity/error-consistency.ts';
import { createStandings, type Standing } from './standing.ts';
import type { EvaluationFacts } from './warnings.ts';

/** Where the inclusion probabilities of a core set come from. */
export type Probabilities = EvaluationFacts['probabilities'];

/** All that does not depend on the target: made once per core set and history, reused for every target. */
export interface PreparedCoreSet {
  readonly sample: CoreSample;
  readonly design: DesignName | null;
  readonly probabilities: Probabilities;
  readonly aipw: FittedAipw;
  /** AIPW without the user's predictions, where there are any: what they are measured against. */
  readonly aipwWithoutPredictions: FittedAipw | null;
  /** N, the user's; null without any. */
  readonly predictions: Float64Array | null;
  readonly groups: readonly GroupPlan[];
  readonly similarity: SimilarityTable;
  /** Ascending, unit scale. */
  readonly sortedFullScores: Float64Array;
  /** Where a score stands among them, unit scale. */
  standingOf(score: number): Standing;
  /** Share of the history's cells that were imputed. */
  readonly missingShare: number;
  /** Why a method cannot answer here; null where it can. */
  whyUnavailable(method: MethodName): string | null;
  /** The method fitted on this core set, at first use. */
  fit(method: MethodName): FittedEstimator;
}

export interface CoreSetInput extends Sources {
  /** n indices into the population, without repeats. */
  readonly items: Int32Array;
  /** n inclusion probabilities in (0, 1], or null: the design has none, or they are not known. */
  readonly inclusion: Float64Array | null;
  /** @default 'known' with probabilities, 'none' without */
  readonly probabilities?: Probabilities;
  /** The design that chose the items; some methods answer on their own only. @default null, not known */
  readonly design?: DesignName | null;
  /** What a purposive design learned, or why it cannot be used for this target. @default null */
  readonly learned?: Learned | string | null;
  /** N predictions of the target's scores that the user brings, unit scale. @default null */
  readonly predictions?: Float64Array | null;
}

/**
 * A core set of which some results are missing: those observed stand for all of it, with pi_i times the share observed. What
 * was learned with the core set needs all its items.
 * @param observed indices of the observed items in the core set
 */
export function observedPart(input: CoreSetInput, observed: Int32Array): CoreSetInput {
  const { items, inclusion, learned = null } = input;
  if (observed.length === items.length) return input;
  const share = observed.length / items.length;
  return {
    ...input,
    items: observed.map((index) => items[index]),
    inclusion: inclusion && Float64Array.from(observed, (index) => inclusion[index] * share),
    learned:
      learned === null || typeof learned === 'string'
        ? learned
        : 'this method needs results on every item of its core set',
  };
}

/**
 * What one core set needs of its history before the first target comes.
 * @throws DomainError too-large: the fit would take too long; insufficient-data: it is singular
 * Cost: O(n M min(n, M)); the target's cost then does not depend on N.
 */
export function prepareCoreSet(input: CoreSetInput): PreparedCoreSet {
  const { history, summary, items, inclusion, design = null, learned = null, predictions = null } = input;
  const known = typeof learned === 'string' ? null : learned;
  const sample = createCoreSample(history, summary, items, inclusion, known);
  const plain = fitAipw(sample, defaultPenalty);
  const { aipw, groupScores } =
    predictions === null ? { aipw: plain, groupScores: summary.groupScores } : fitWith(predictions);
  const fits = new Map<MethodName, FittedEstimator>([['aipw', aipw]]);
  const sortedFullScores = sample.fullScores.slice().sort();

  function fitWith(column: Float64Array) {
    const { groups } = history;
    const augmented = addPredictions(sample, groups, summary.groupScores, column, defaultPenalty);
    return { aipw: fitAipw(augmented.sample, defaultPenalty), groupScores: augmented.groupScores };
  }

  return {
    sample,
    design,
    aipw,
    aipwWithoutPredictions: predictions === null ? null : plain,
    predictions,
    probabilities: input.probabilities ?? (inclusion === null ? 'none' : 'known'),
    groups: planGroups(history.groups, groupScores, sample, aipw),
    similarity: createSimilarityTable(sample.sourceScores, sample.nItems, sample.nModels),
    sortedFullScores,
    standingOf: createStandings(sortedFullScores),
    missingShare: summary.missingShare,
    whyUnavailable(method) {
      const { designs, usesLearned } = estimators[method];
      if (designs !== undefined && (design === null || !designs.includes(design))) {
        return `this method predicts from items of its own choice: ask for a core set with the design "${designs[0]}"`;
      }
      if (!usesLearned || known !== null) return null;
      return typeof learned === 'string' ? learned : 'nothing was learned with this core set';
    },
    fit(method) {
      const fit = fits.get(method) ?? estimators[method].fit(sample);
      fits.set(method, fit);
      return fit;
    },
  };
}
