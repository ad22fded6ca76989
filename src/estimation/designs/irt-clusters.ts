import { DomainError } from '../../errors.ts';
import type { CoreSample } from '../core-sample.ts';
import { type Sources, scoresByModel } from '../history.ts';
import { abilityDimensions, type ItemParameters } from '../irt/item-response.ts';
import { mixingWeight, mixingWeightSweeps } from '../irt/mixing-weight.ts';
import { startingAbilities } from '../irt/starting-abilities.ts';
import { fitItemResponse, type ResponseData } from '../irt/variational-fit.ts';
import { type Clusters, kMeans, squaredDistance } from '../numeric/k-means.ts';
import type { Learned, Progress, PurposiveDesign, Selection } from './purposive-design.ts';

/** More change the figures on the public matrices in the third decimal only. */
const sweeps = 15;

/**
 * Abilities of new models are N(0, 1 / 0.1): wider than the sources', since a target may be better than all of them.
 * Chosen on five public matrices.
 */
const abilityPrecision = 0.1;

/** What p-irt and gp-irt predict with. */
export interface IrtLearned {
  readonly items: ItemParameters;
  readonly abilityPrecision: number;
  /** n: the share of all items that lie in the cluster of each core item. */
  readonly clusterWeights: Float64Array;
  /** lambda of gp-irt. */
  readonly mixingWeight: number;
}

/**
 * The items nearest to the centres of n clusters of the items' response parameters (a_i, b_i).
 * Source: arXiv 2402.14992, "IRT clustering"; the fit is described in irt/variational-fit.ts.
 * Cost: O(M N D^2) a sweep, 15 sweeps and 8 on four fifths of the sources; then k-means, O(N n D) a round.
 */
export const irtClusters: PurposiveDesign = {
  maxItems: 30_000,
  select(sources, size, random, progress) {
    const data = responseData(sources);
    const { nItems } = data;
    const onSweep = sweepCounter(progress);
    const start = startingAbilities(data.scores, data.nModels, nItems);
    const fit = fitItemResponse(data, start, sweeps, onSweep);
    const lambda = mixingWeight(data, fit.abilities, size, abilityPrecision, onSweep);
    const points = { coordinates: fit.items.values, nPoints: nItems, nDimensions: abilityDimensions + 1 };
    const clusters = kMeans(points, size, random);
    return selectionOf(clusters, {
      items: fit.items,
      abilityPrecision,
      clusterWeights: Float64Array.from(clusters.sizes, (count) => count / nItems),
      mixingWeight: lambda,
    });
  },
};

function responseData(sources: Sources): ResponseData {
  const { models, population } = sources.history;
  if (models.length < 2) {
    throw new DomainError('insufficient-data', 'a response model needs at least two source models');
  }
  return { scores: scoresByModel(sources), nModels: models.length, nItems: population.length };
}

/** The fit is nearly all of the work; k-means is counted as two sweeps. */
function sweepCounter(progress: Progress): () => void {
  let done = 0;
  return () => {
    done++;
    progress(done / (sweeps + mixingWeightSweeps + 2));
  };
}

/** The core items ascending, the numbers of their clusters along with them. */
function selectionOf(clusters: Clusters, learned: IrtLearned): Selection {
  const nearest = nearestMembers(clusters, learned.items);
  const order = nearest.map((_, cluster) => cluster).sort((a, b) => nearest[a] - nearest[b]);
  return {
    items: Int32Array.from(order, (cluster) => nearest[cluster]),
    learned: packIrtLearned({
      ...learned,
      clusterWeights: Float64Array.from(order, (cluster) => learned.clusterWeights[cluster]),
    }),
  };
}

/** Of each cluster the member nearest to its centre, the first of several: distinct, as clusters share no items. */
function nearestMembers(
  { clusterOf, centres, sizes }: Clusters,
  { values, dimensions }: ItemParameters,
): Int32Array {
  const width = dimensions + 1;
  const nearest = new Int32Array(sizes.length);
  const least = new Float64Array(sizes.length).fill(Number.POSITIVE_INFINITY);
  clusterOf.forEach((cluster, item) => {
    const distance = squaredDistance(values, item * width, centres, cluster * width, width);
    if (distance >= least[cluster]) return;
    least[cluster] = distance;
    nearest[cluster] = item;
  });
  return nearest;
}

/** As a design hands it on: named arrays of numbers. */
export function packIrtLearned(learned: IrtLearned): Learned {
  return {
    itemParameters: learned.items.values,
    clusterWeights: learned.clusterWeights,
    mixingWeight: Float64Array.of(learned.mixingWeight),
    abilityPrecision: Float64Array.of(learned.abilityPrecision),
  };
}

/** What `packIrtLearned` packed, from a core sample of this design. */
export function irtLearnedOf({ learned, populationSize }: CoreSample): IrtLearned {
  if (learned === null) throw new Error('a core set of irt-clusters without what it learned');
  const { itemParameters: values, clusterWeights, mixingWeight, abilityPrecision } = learned;
  return {
    items: { dimensions: values.length / populationSize - 1, values },
    clusterWeights,
    mixingWeight: mixingWeight[0],
    abilityPrecision: abilityPrecision[0],
  };
}
