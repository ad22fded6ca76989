import { abilityDimensions, type ItemParameters } from './item-response.ts';
import { belowDiagonal, createPackedSolver, packedLength, packOuterProduct } from './packed-symmetric.ts';

/**
 * Priors. Abilities are N(0, 1) in every dimension. Discriminations are N(1, 0.4^2) in the first, so that the general
 * ability helps on every item unless the sources say otherwise, N(0, 0.4^2) in the others; difficulties are N(0, 2^2).
 * Chosen on five public matrices: with free means and variances interpolation is the same, but where most sources answer
 * at random the general ability gets lost, and a target better than all of them is underestimated.
 */
const generalDiscrimination = 1;
const discriminationPrecision = 1 / 0.4 ** 2;
const difficultyPrecision = 1 / 2 ** 2;

const size = abilityDimensions + 1;
const packed = packedLength(size);
const lastRow = belowDiagonal(size, abilityDimensions, 0);
const probe = new Float64Array(packed);

export interface ResponseData {
  /** M x N, row-major, in [0, 1]. */
  readonly scores: Float64Array;
  readonly nModels: number;
  readonly nItems: number;
}

export interface ResponseFit {
  /** The posterior means of the N items' parameters. */
  readonly items: ItemParameters;
  /** M x D, row-major: the posterior means of the abilities. */
  readonly abilities: Float64Array;
}

/** One side of the model: a Gaussian for each of the models, or for each of the items. */
interface Posterior {
  readonly count: number;
  /** count x (D + 1): means of (theta_m, -1), or of (a_i, b_i); the product of two is a logit. */
  readonly means: Float64Array;
  /** count packed matrices: the second moments, mean mean' + covariance; then zeros up to a multiple of four. */
  readonly moments: Float64Array;
}

/**
 * Variational Bayes for the two-parameter logistic model with D ability dimensions: Gaussian posteriors of the items and
 * of the abilities in turn, each the exact optimum under a quadratic lower bound of the log likelihood, so that no step
 * can overshoot. A score between 0 and 1 counts as so much right and so much wrong.
 * Source: the model, arXiv 2402.14992; the bound, Jaakkola and Jordan 2000, "Bayesian parameter estimation via
 * variational methods", in place of the paper's stochastic gradients.
 * @param start M x D: abilities to start from   @param onSweep called after every sweep
 * Cost: O(M N D^2) a sweep.
 */
export function fitItemResponse(
  data: ResponseData,
  start: Float64Array,
  sweeps: number,
  onSweep: () => void = () => {},
): ResponseFit {
  const models = startingModels(start, data.nModels);
  const items = emptyPosterior(data.nItems);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    updateItems(items, models, data);
    updateModels(models, items, data);
    onSweep();
  }
  const abilities = new Float64Array(start.length);
  for (let m = 0; m < data.nModels; m++) {
    for (let d = 0; d < abilityDimensions; d++)
      abilities[m * abilityDimensions + d] = models.means[m * size + d];
  }
  return { items: { dimensions: abilityDimensions, values: items.means }, abilities };
}

function emptyPosterior(count: number): Posterior {
  const padded = 4 * Math.ceil(count / 4);
  return { count, means: new Float64Array(count * size), moments: new Float64Array(padded * packed) };
}

function startingModels(start: Float64Array, nModels: number): Posterior {
  const models = emptyPosterior(nModels);
  const { means, moments } = models;
  for (let m = 0; m < nModels; m++) {
    for (let d = 0; d < abilityDimensions; d++) means[m * size + d] = start[m * abilityDimensions + d];
    means[m * size + abilityDimensions] = -1;
    packOuterProduct(means, m * size, size, moments, m * packed);
  }
  return models;
}

function updateItems(items: Posterior, models: Posterior, data: ResponseData): void {
  const { means, moments } = items;
  const precision = new Float64Array(packed);
  const solver = createPackedSolver(size);
  sumOverModels(means, models, data);
  for (let i = 0; i < items.count; i++) {
    sumWeightedMoments(precision, moments, i * packed, models);
    for (let d = 0; d < abilityDimensions; d++) precision[d] += discriminationPrecision;
    precision[abilityDimensions] += difficultyPrecision;
    const mean = means.subarray(i * size, (i + 1) * size);
    mean[0] += discriminationPrecision * generalDiscrimination;
    solver.factorise(precision);
    solver.solve(mean);
    packOuterProduct(means, i * size, size, moments, i * packed);
    solver.addInverse(moments, i * packed);
  }
}

function updateModels(models: Posterior, items: Posterior, { scores, nItems }: ResponseData): void {
  const { means, moments } = models;
  const precision = new Float64Array(packed);
  const solver = createPackedSolver(size, abilityDimensions);
  for (let m = 0; m < models.count; m++) {
    sumWeightedMoments(precision, moments, m * packed, items);
    const mean = means.subarray(m * size, m * size + abilityDimensions);
    sumOverItems(mean, items.means, scores, m * nItems, nItems);
    for (let d = 0; d < abilityDimensions; d++) {
      precision[d] += 1;
      // The difficulties are an offset of the logits: what they explain is taken out of the right-hand side.
      mean[d] += precision[lastRow + d];
    }
    solver.factorise(precision);
    solver.solve(mean);
    packOuterProduct(means, m * size, size, moments, m * packed);
    solver.addInverse(moments, m * packed);
  }
}

/** sums (N x (D + 1)) = (X - 1/2)' times the models' means. */
function sumOverModels(sums: Float64Array, models: Posterior, { scores, nItems }: ResponseData): void {
  sums.fill(0);
  for (let m = 0; m < models.count; m++) {
    const start = m * size;
    for (let i = 0; i < nItems; i++) {
      const lean = scores[m * nItems + i] - 0.5;
      for (let k = 0; k < size; k++) sums[i * size + k] += lean * models.means[start + k];
    }
  }
}

/** sum (D) = sum_i (x_i - 1/2) a_i over one model's row of scores. */
function sumOverItems(
  sum: Float64Array,
  itemMeans: Float64Array,
  scores: Float64Array,
  rowStart: number,
  nItems: number,
): void {
  sum.fill(0);
  for (let i = 0; i < nItems; i++) {
    const lean = scores[rowStart + i] - 0.5;
    for (let d = 0; d < abilityDimensions; d++) sum[d] += lean * itemMeans[i * size + d];
  }
}

/**
 * target = sum over the other side of weight x second moments: what the bounded likelihood adds to the precision.
 * The innermost work of the fit; four of the other side go together, so that every number of the target is read and
 * written once for the four.
 */
function sumWeightedMoments(
  target: Float64Array,
  own: Float64Array,
  ownStart: number,
  { moments }: Posterior,
): void {
  copyTwiceBelowDiagonal(own, ownStart);
  target.fill(0);
  for (let start = 0; start < moments.length; start += 4 * packed) {
    const second = start + packed;
    const third = second + packed;
    const fourth = third + packed;
    let square1 = 0;
    let square2 = 0;
    let square3 = 0;
    let square4 = 0;
    for (let k = 0; k < packed; k++) {
      const factor = probe[k];
      square1 += factor * moments[start + k];
      square2 += factor * moments[second + k];
      square3 += factor * moments[third + k];
      square4 += factor * moments[fourth + k];
    }
    const weight1 = boundWeight(square1);
    const weight2 = boundWeight(square2);
    const weight3 = boundWeight(square3);
    const weight4 = boundWeight(square4);
    for (let k = 0; k < packed; k++) {
      target[k] +=
        weight1 * moments[start + k] +
        weight2 * moments[second + k] +
        (weight3 * moments[third + k] + weight4 * moments[fourth + k]);
    }
  }
}

/** Into `probe`: its plain inner product with a packed matrix is then the trace of the product. */
function copyTwiceBelowDiagonal(own: Float64Array, start: number): void {
  for (let k = 0; k < size; k++) probe[k] = own[start + k];
  for (let k = size; k < packed; k++) probe[k] = 2 * own[start + k];
}

/** tanh(xi / 2) / (2 xi), xi^2 the mean square of the logit: the curvature of the bound that is tightest there. */
function boundWeight(meanSquare: number): number {
  if (!(meanSquare > 1e-6)) return 0.25;
  const xi = Math.sqrt(meanSquare);
  const decay = Math.exp(-xi);
  return (1 - decay) / ((1 + decay) * 2 * xi);
}
