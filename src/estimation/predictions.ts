import type { CoreSample } from './core-sample.ts';
import { groupSizes, type ItemGroups } from './history.ts';

/**
 * The penalty of the user's own predictions, where a source's is 30: they are meant for this very target, while a source is
 * one voice of many. A useless column then costs one degree of freedom, and a good one is hardly shrunk.
 */
const ownPenalty = 2;

/** A core sample whose regression has one more column, and the means of all columns over each group. */
export interface Augmented {
  readonly sample: CoreSample;
  readonly groupScores: readonly Float64Array[];
}

/**
 * The user's predictions of the target's scores on all items as one more column of the regression, scaled so that the
 * penalty alpha on its coefficient acts as `ownPenalty` would.
 * Source: prediction-powered inference, arXiv 2301.09633, with the coefficient tuned as in PPI++, arXiv 2311.01453.
 * @param predictions N, unit scale   @param groupScores one per group: M means   @param alpha penalty of the sources
 */
export function addPredictions(
  sample: CoreSample,
  groups: ItemGroups,
  groupScores: readonly Float64Array[],
  predictions: Float64Array,
  alpha: number,
): Augmented {
  const { nItems, nModels, items, sourceScores } = sample;
  const column = predictions.map((prediction) => prediction * Math.sqrt(alpha / ownPenalty));
  const features = new Float64Array(nItems * (nModels + 1));
  for (let i = 0; i < nItems; i++) {
    features.set(sourceScores.subarray(i * nModels, (i + 1) * nModels), i * (nModels + 1));
    features[i * (nModels + 1) + nModels] = column[items[i]];
  }
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const groupMeans = meansOf(column, groups);
  return {
    sample: {
      ...sample,
      nModels: nModels + 1,
      sourceScores: features,
      fullScores: append(sample.fullScores, mean),
    },
    groupScores: groupScores.map((means, group) => append(means, groupMeans[group])),
  };
}

function meansOf(column: Float64Array, groups: ItemGroups): Float64Array {
  const sizes = groupSizes(groups);
  const sums = new Float64Array(sizes.length);
  groups.ofItem.forEach((group, item) => {
    sums[group] += column[item];
  });
  return sums.map((sum, group) => sum / sizes[group]);
}

function append(values: Float64Array, value: number): Float64Array {
  const longer = new Float64Array(values.length + 1);
  longer.set(values);
  longer[values.length] = value;
  return longer;
}
