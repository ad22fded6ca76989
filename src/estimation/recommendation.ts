import { isProbabilityDesign, type PurposiveDesignName } from './designs/names.ts';
import type { MethodName } from './estimators/names.ts';
import type { PreparedCoreSet } from './prepared-core-set.ts';
import { type EvaluationFacts, hasNoGain, isFrontier } from './warnings.ts';

export interface Recommendation {
  readonly recommended: MethodName;
  readonly recommendedReason: string;
}

/** Whose items a purposive design chooses. */
const ownMethods: Readonly<Record<PurposiveDesignName, MethodName>> = {
  'k-center': 'k-center',
  'anchor-points': 'anchor-points-weighted',
  'anchor-points-absolute': 'anchor-points-predictor',
  'random-search': 'random-search-learn',
  lasso: 'lasso',
  'double-optimize': 'double-optimize',
  'irt-clusters': 'gp-irt',
};

/** The method that a purposive core set was chosen for, if it can answer; null on any other core set. */
export function ownMethodOf({ design, whyUnavailable }: PreparedCoreSet): MethodName | null {
  if (design === null || isProbabilityDesign(design)) return null;
  const method = ownMethods[design];
  return whyUnavailable(method) === null ? method : null;
}

/**
 * Which method's estimate to use, and why.
 * @param ownMethod the one that a purposive core set was chosen for; null where there is none, or it cannot answer
 */
export function recommend(facts: EvaluationFacts, ownMethod: MethodName | null = null): Recommendation {
  if (facts.observedItems === facts.populationSize) {
    return {
      recommended: 'random-sampling',
      recommendedReason: 'every item was run: the mean is the exact score',
    };
  }
  if (facts.probabilities === 'none' && isFrontier(facts)) {
    return {
      recommended: 'random-sampling',
      recommendedReason:
        'the items were chosen on purpose and the model is above the history: the plain mean leans on it least',
    };
  }
  if (ownMethod !== null) {
    return {
      recommended: ownMethod,
      recommendedReason: 'the items were chosen for this method; nothing vouches for its error',
    };
  }
  if (hasNoGain(facts)) {
    return {
      recommended: 'random-sampling',
      recommendedReason: "the history does not predict this model's answers",
    };
  }
  return {
    recommended: 'aipw',
    recommendedReason: `${facts.probabilities === 'known' ? 'nearly unbiased by design, and ' : ''}the history explains ${(100 * facts.looR2).toFixed(1)} % of the variance of this model's answers`,
  };
}
