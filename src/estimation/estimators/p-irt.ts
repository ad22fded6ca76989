import type { CoreSample } from '../core-sample.ts';
import { irtLearnedOf } from '../designs/irt-clusters.ts';
import { createAbilityEstimator } from '../irt/ability.ts';
import { expectedScoreSum } from '../irt/item-response.ts';
import { indicesWithout } from '../numeric/random.ts';
import type { Estimator, FittedEstimator } from './estimator.ts';

/**
 * p-IRT: the target's ability by penalised maximum likelihood on the core set, then its measured scores there and the
 * probabilities of being right elsewhere:  (n/N) ybar_C + (1 - n/N) mean_{not C} p_i(theta).
 * Source: arXiv 2402.14992, "performance-IRT"; the paper, arXiv 2506.07673, adds nothing to it.
 * Cost: O(N) here; O(n D^2) a Newton step and O(N D) per target.
 */
function fitPIrt(sample: CoreSample): FittedEstimator {
  const { items, populationSize } = sample;
  const learned = irtLearnedOf(sample);
  const abilities = createAbilityEstimator(learned.items, items, learned.abilityPrecision);
  const others = indicesWithout(items, populationSize);
  return {
    estimate(scores) {
      const observed = scores.reduce((sum, score) => sum + score, 0);
      const expected = expectedScoreSum(learned.items, others, abilities.estimate(scores));
      return { value: (observed + expected) / populationSize, looResiduals: null };
    },
  };
}

export const pIrt: Estimator = { name: 'p-irt', designs: ['irt-clusters'], usesLearned: true, fit: fitPIrt };
