import { irtLearnedOf } from '../designs/irt-clusters.ts';
import { dot } from '../numeric/dot.ts';
import type { Estimator } from './estimator.ts';
import { pIrt } from './p-irt.ts';

/**
 * gp-IRT: (1 - lambda) p-irt + lambda sum_C w_i y_i, w_i the share of all items in the cluster of core item i. lambda was
 * learned with the core set (irt/mixing-weight.ts).
 * Source: arXiv 2402.14992, "generalised p-IRT". Cost: that of p-irt.
 */
export const gpIrt: Estimator = {
  name: 'gp-irt',
  designs: ['irt-clusters'],
  usesLearned: true,
  fit(sample) {
    const { mixingWeight, clusterWeights } = irtLearnedOf(sample);
    const responseModel = pIrt.fit(sample);
    return {
      estimate(scores) {
        const clusterMean = dot(clusterWeights, 0, scores, 0, scores.length);
        const modelled = responseModel.estimate(scores).value;
        return { value: (1 - mixingWeight) * modelled + mixingWeight * clusterMean, looResiduals: null };
      },
    };
  },
};
