import { type ItemParameters, logistic, responseLogit } from './item-response.ts';
import { createPackedSolver, packedLength, packOuterProduct } from './packed-symmetric.ts';

const maxSteps = 100;
const maxHalvings = 40;

/** Estimates abilities from scores on some items. */
export interface AbilityEstimator {
  /** @param scores one per item, in [0, 1]   @returns D */
  estimate(scores: Float64Array): Float64Array;
}

/**
 * The ability of a model by penalised maximum likelihood:
 *   argmax_theta  sum_i y_i log p_i + (1 - y_i) log(1 - p_i) - precision |theta|^2 / 2
 * Source: arXiv 2402.14992, where the likelihood is not penalised; without a penalty a model that is right or wrong on
 * all items, or on those of some kind, has no finite ability. Damped Newton steps from 0; the optimum is unique.
 * @param items indices of the items   @param precision > 0
 * Cost: O(items D^2) a step, usually five to ten steps.
 */
export function createAbilityEstimator(
  { values, dimensions }: ItemParameters,
  items: Int32Array,
  precision: number,
): AbilityEstimator {
  const size = dimensions + 1;
  const nItems = items.length;
  const own = new Float64Array(nItems * size);
  for (let i = 0; i < nItems; i++) own.set(values.subarray(items[i] * size, (items[i] + 1) * size), i * size);
  const curvature = new Float64Array(packedLength(dimensions));
  const product = new Float64Array(packedLength(dimensions));
  const gradient = new Float64Array(dimensions);
  const step = new Float64Array(dimensions);
  const solver = createPackedSolver(dimensions);

  function objective(scores: Float64Array, ability: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < nItems; i++) {
      const logit = responseLogit(own, i * size, ability);
      sum += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - scores[i] * logit;
    }
    for (let d = 0; d < dimensions; d++) sum += (precision / 2) * ability[d] ** 2;
    return sum;
  }

  /** Newton's step from an ability into `step`; returns how much of the objective it promises to gain, twice. */
  function newtonStep(scores: Float64Array, ability: Float64Array): number {
    curvature.fill(0);
    gradient.fill(0);
    for (let i = 0; i < nItems; i++) {
      const probability = logistic(responseLogit(own, i * size, ability));
      const weight = probability * (1 - probability);
      packOuterProduct(own, i * size, dimensions, product, 0);
      for (let k = 0; k < product.length; k++) curvature[k] += weight * product[k];
      for (let d = 0; d < dimensions; d++) gradient[d] += (scores[i] - probability) * own[i * size + d];
    }
    for (let d = 0; d < dimensions; d++) {
      curvature[d] += precision;
      gradient[d] -= precision * ability[d];
    }
    solver.factorise(curvature);
    step.set(gradient);
    solver.solve(step);
    let gain = 0;
    for (let d = 0; d < dimensions; d++) gain += step[d] * gradient[d];
    return gain;
  }

  function estimate(scores: Float64Array): Float64Array {
    let ability: Float64Array = new Float64Array(dimensions);
    let current = objective(scores, ability);
    for (let steps = 0; steps < maxSteps; steps++) {
      const promised = newtonStep(scores, ability);
      let length = 1;
      let next = moved(ability, step, length);
      let reached = objective(scores, next);
      for (let halvings = 0; !(reached <= current) && halvings < maxHalvings; halvings++) {
        length /= 2;
        next = moved(ability, step, length);
        reached = objective(scores, next);
      }
      if (!(reached <= current)) break;
      ability = next;
      current = reached;
      // Steps converge quadratically: one that promised this little has arrived.
      if (promised < 1e-9) break;
    }
    return ability;
  }
  return { estimate };
}

function moved(from: Float64Array, step: Float64Array, length: number): Float64Array {
  return from.map((value, d) => value + length * step[d]);
}
