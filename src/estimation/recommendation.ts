import type { MethodName } from './estimators/registry.ts';
import { type EvaluationFacts, hasNoGain, isFrontier } from './warnings.ts';

export interface Recommendation {
  readonly recommended: MethodName;
  readonly recommendedReason: string;
}

/** Which method's estimate to use, and why. */
export function recommend(facts: EvaluationFacts): Recommendation {
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
