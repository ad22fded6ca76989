import { createAdam } from '../numeric/adam.ts';
import { createBitProducts } from '../numeric/bit-products.ts';
import { dot } from '../numeric/dot.ts';
import { indicesOfLargest } from '../numeric/largest.ts';
import { packRows } from '../numeric/packed-bits.ts';
import { indexRange, type Random, shuffleInPlace } from '../numeric/random.ts';
import { projectOntoCappedSimplex } from '../numeric/simplex-projection.ts';
import { holdOutModels, type Models } from './held-out-models.ts';
import type { PurposiveDesign, Selection } from './purposive-design.ts';

const trainingShare = 0.8;
const maxSteps = 1000;
/** Steps without gain on the held-out models after which it stops. */
const patience = 100;
const choiceOptions = { rate: 0.001, weightDecay: 1e-4 };
const weightOptions = { rate: 0.1, weightDecay: 1e-4 };

/**
 * Learns which items to take and how to weigh them at once, by gradient descent on the mean squared error of
 *   prediction_m = (1 / n) sum of w_i x_mi over the n items of largest p.
 * Taking the largest has no gradient, so p_i is given the one it would have as a factor of its item (straight-through,
 * Bengio et al. 2013), and is kept in { p in [0, 1]^N, sum p = n }. The state with the least error on the held-out 20 % of
 * the sources is kept.
 * Source: arXiv 2506.07673, Double-Optimize; as in its code p starts at n / N and learns at the rate 0.001, w starts from
 * N(0, 1) and learns at 0.1.
 * `learned`: `weights`, one per item.
 * @throws DomainError insufficient-data: fewer than two source models, or all with the same full score
 * Cost: O(M N) per step (an eighth of it where all scores are 0 or 1), at most 1,000 steps.
 */
export const doubleOptimizeSelection: PurposiveDesign = {
  maxItems: 100_000,
  select(sources, size, random, progress) {
    const { training, heldOut } = holdOutModels(sources, trainingShare, random);
    const learner = createLearner(training, size, random);
    let best = learner.selection();
    let least = Number.POSITIVE_INFINITY;
    let stepOfBest = 0;
    for (let step = 0; step < maxSteps && step - stepOfBest <= patience; step++) {
      const error = meanSquare(learner.errorsOn(heldOut));
      if (error < least) {
        best = learner.selection();
        least = error;
        stepOfBest = step;
      }
      learner.learn();
      if (step % 10 === 0) progress(step / maxSteps);
    }
    return best;
  },
};

interface Learner {
  /** prediction - full score of every model, with the present items and weights.   O(n M) */
  errorsOn(models: Models): Float64Array;
  /** One step of gradient descent.   O(M N) */
  learn(): void;
  selection(): Selection;
}

function createLearner(training: Models, size: number, random: Random): Learner {
  const nModels = training.models.length;
  const nItems = training.scores.length / nModels;
  const preference = shuffleInPlace(indexRange(nItems), random);
  const weights = Float64Array.from({ length: nItems }, () => random.normal());
  const choice = new Float64Array(nItems).fill(size / nItems);
  const choiceStep = createAdam(choice, choiceOptions);
  const weightStep = createAdam(weights, weightOptions);
  const choiceGradient = new Float64Array(nItems);
  const weightGradient = new Float64Array(nItems);
  const pulls = new Float64Array(nItems);
  const multiply = createProducts(training.scores, nItems, nModels);
  let items = indicesOfLargest(choice, size, preference);

  function errorsOn({ models, scores, fullScores }: Models): Float64Array {
    const errors = fullScores.map((fullScore) => -fullScore);
    for (const item of items) {
      const factor = weights[item] / size;
      const start = item * models.length;
      for (let m = 0; m < errors.length; m++) errors[m] += factor * scores[start + m];
    }
    return errors;
  }

  function learn(): void {
    const errors = errorsOn(training);
    const scale = 2 / (nModels * size);
    multiply(errors, pulls);
    for (let item = 0; item < nItems; item++) choiceGradient[item] = weights[item] * (scale * pulls[item]);
    weightGradient.fill(0);
    for (const item of items) weightGradient[item] = scale * pulls[item];
    choiceStep.step(choiceGradient);
    weightStep.step(weightGradient);
    projectOntoCappedSimplex(choice, size);
    items = indicesOfLargest(choice, size, preference);
  }

  return {
    errorsOn,
    learn,
    selection: () => ({ items, learned: { weights: Float64Array.from(items, (item) => weights[item]) } }),
  };
}

/** The products of all items with a vector over the models. */
function createProducts(scores: Float64Array, nItems: number, nModels: number) {
  const bits = packRows(scores, nItems, nModels);
  if (bits !== null) return createBitProducts(bits);
  return (vector: Float64Array, products: Float64Array) => {
    for (let item = 0; item < nItems; item++)
      products[item] = dot(scores, item * nModels, vector, 0, nModels);
  };
}

function meanSquare(values: Float64Array): number {
  return dot(values, 0, values, 0, values.length) / values.length;
}
