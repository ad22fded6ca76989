/** The number of ability dimensions (arXiv 2402.14992; the paper's setting). */
export const abilityDimensions = 10;

/**
 * The items of a multidimensional two-parameter logistic model: the probability that a model of ability theta is right
 * on item i is 1 / (1 + exp(-(a_i.theta - b_i))).
 */
export interface ItemParameters {
  /** D */
  readonly dimensions: number;
  /** N x (D + 1), row-major: the discriminations a_i1 ... a_iD, then the difficulty b_i. */
  readonly values: Float64Array;
}

/** a_i.theta - b_i, for the item whose parameters start at `start`. */
export function responseLogit(values: Float64Array, start: number, ability: Float64Array): number {
  const dimensions = ability.length;
  let logit = -values[start + dimensions];
  for (let d = 0; d < dimensions; d++) logit += values[start + d] * ability[d];
  return logit;
}

export function logistic(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The sum of the probabilities of being right on some items.   O(items D) */
export function expectedScoreSum(
  { values, dimensions }: ItemParameters,
  items: Int32Array,
  ability: Float64Array,
): number {
  let sum = 0;
  for (const item of items) sum += logistic(responseLogit(values, item * (dimensions + 1), ability));
  return sum;
}
