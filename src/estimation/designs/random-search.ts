import { createCoreSample } from '../core-sample.ts';
import {
  candidatePenalties,
  type FullScoreRegression,
  fitFullScoreRegression,
} from '../estimators/random-sampling-learn.ts';
import type { Sources } from '../history.ts';
import { indexRange, shuffleInPlace } from '../numeric/random.ts';
import { createRidgeTrials } from '../numeric/ridge-trials.ts';
import { holdOutModels, type Models } from './held-out-models.ts';
import type { PurposiveDesign } from './purposive-design.ts';

const paperSearches = 10_000;
const trainingShare = 0.75;
/** The quick and the full fit may differ by rounding. */
const roundingMargin = 1e-9;

/**
 * The best of many random core sets: the regression of random-sampling-learn is fitted on 75 % of the source models, and
 * the set with the least mean absolute error on the other 25 % is taken, the first of equals.
 * Source: arXiv 2506.07673, Random-Search-Learn (10,000 searches).
 * Which penalty a set's regression takes need be known only if it can win with one of them: leave-one-out errors, the
 * larger part of a fit, are thus computed for few sets.
 * @throws DomainError insufficient-data: fewer than two source models, or all with the same full score
 * Cost: O(n M min(n, M)) per search.
 */
export function createRandomSearch(searches: number): PurposiveDesign {
  return {
    maxItems: 100_000,
    select(sources, size, random, progress) {
      const { training, heldOut } = holdOutModels(sources, trainingShare, random);
      const nItems = sources.history.population.length;
      const judge = createJudge(sources, training, heldOut, size);
      const order = indexRange(nItems);
      let best = new Int32Array(0);
      let least = Number.POSITIVE_INFINITY;
      // Of all items there is but one set.
      const rounds = size === nItems ? 1 : searches;
      for (let round = 0; round < rounds; round++) {
        const items = shuffleInPlace(order, random, size).slice(0, size).sort();
        const error = judge(items, least);
        if (error < least) {
          best = items;
          least = error;
        }
        if (round % 100 === 0) progress(round / rounds);
      }
      return { items: best, learned: {} };
    },
  };
}

export const randomSearch = createRandomSearch(paperSearches);

/** The error of a set on the held-out models, where it is below `least`; some number not below `least` otherwise. */
type Judge = (items: Int32Array, least: number) => number;

function createJudge(sources: Sources, training: Models, heldOut: Models, size: number): Judge {
  const trials = createRidgeTrials({
    features: training.scores,
    nRows: training.models.length,
    outcome: training.fullScores,
    testFeatures: heldOut.scores,
    nTestRows: heldOut.models.length,
    penalties: candidatePenalties,
    size,
  });
  const { history, summary } = restrictTo(training, sources);
  return (items, least) => {
    const predictions = trials.predict(items);
    const bound = Math.min(
      ...predictions.map((values) => meanAbsoluteDifference(values, heldOut.fullScores)),
    );
    if (!(bound < least * (1 + roundingMargin))) return bound;
    const line = fitFullScoreRegression(createCoreSample(history, summary, items, null));
    return meanAbsoluteDifference(predictWith(line, items, heldOut), heldOut.fullScores);
  };
}

/** The history as if only these models were known; what stands in for missing scores stays the same. */
function restrictTo({ models, fullScores }: Models, { history, summary }: Sources): Sources {
  const pick = (values: Float64Array) => Float64Array.from(models, (m) => values[m]);
  return {
    history: { ...history, models: models.map((m) => history.models[m]) },
    summary: {
      ...summary,
      fullScores,
      modelMeans: pick(summary.modelMeans),
      groupScores: summary.groupScores.map(pick),
    },
  };
}

function predictWith(
  { intercept, slopes }: FullScoreRegression,
  items: Int32Array,
  { models, scores }: Models,
): Float64Array {
  const predictions = new Float64Array(models.length).fill(intercept);
  items.forEach((item, i) => {
    const start = item * models.length;
    for (let m = 0; m < models.length; m++) predictions[m] += slopes[i] * scores[start + m];
  });
  return predictions;
}

function meanAbsoluteDifference(values: Float64Array, others: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += Math.abs(values[k] - others[k]);
  return sum / values.length;
}
