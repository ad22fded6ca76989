import { dot } from './dot.ts';
import {
  bitsOfFeatures,
  bitsOfRows,
  type FeatureMatrix,
  multiply,
  multiplyFeatures,
  multiplyRows,
  scaledDeviations,
  transpose,
} from './feature-matrix.ts';
import { gramOfRows } from './gram.ts';
import { gramOfBits, type PackedBits } from './packed-bits.ts';
import { inversePositiveDefinite } from './positive-definite.ts';
import { createBitForms, quadraticForms } from './quadratic-forms.ts';

/** What a ridge regression is fitted on. The outcomes come later: the work here serves every outcome vector. */
export interface RidgeInput extends FeatureMatrix {
  /** nRows, positive, sum 1. */
  readonly weights: Float64Array;
}

/**
 * A ridge regression with an unpenalised intercept, ready for any outcome y:
 *   argmin_{b0, b}  n sum_i w_i (y_i - b0 - x_i.b)^2 + alpha |b|^2
 */
export interface RidgeFit {
  /** nRows: the influence h_i of y_i on its own prediction, intercept included (0 < h_i <= 1). */
  readonly leverage: Float64Array;
  /** y_i - prediction_i, nRows. O(min(nRows, nFeatures) nRows) */
  residuals(outcome: Float64Array): Float64Array;
  /** The slopes b, nFeatures. */
  slopes(outcome: Float64Array): Float64Array;
  /**
   * The coefficients g (nRows) with direction.b = sum_i g_i (y_i - ybar) for every outcome y:
   * with them a prediction costs O(nRows), whatever the number of features.
   */
  functional(direction: Float64Array): Float64Array;
}

export interface RidgeSystem {
  /** nFeatures: the weighted mean of the features. */
  readonly featureMeans: Float64Array;
  fit(alpha: number): RidgeFit;
}

/** sum_i w_i y_i */
export function weightedMean(values: Float64Array, weights: Float64Array): number {
  return dot(weights, 0, values, 0, values.length);
}

/**
 * Forms the smaller of the two Gram matrices of the centred features z_i, once for any number of penalties.
 * Rows fewer than features: the dual form, K_ij = n sqrt(w_i w_j) z_i.z_j. Otherwise the primal form, Z' diag(n w) Z.
 * Features that are all 0 or 1 are multiplied as bits and centred afterwards (primal: where the weights are equal).
 * Cost: O(nRows nFeatures min(nRows, nFeatures)), a small share of that for bits.
 */
export function prepareRidge(input: RidgeInput): RidgeSystem {
  const { nRows, nFeatures, weights } = input;
  const featureMeans = multiplyRows(input, weights);
  const scales = Float64Array.from(weights, (weight) => Math.sqrt(nRows * weight));
  const rows: CentredRows = { ...input, featureMeans, scales };
  if (nRows <= nFeatures) {
    const gram = dualGram(rows);
    return { featureMeans, fit: (alpha) => fitDual(rows, gram, alpha) };
  }
  const { gram, formsOf } = preparePrimal(rows);
  return { featureMeans, fit: (alpha) => fitPrimal(rows, gram, formsOf, alpha) };
}

/** Rows z_i = sqrt(n w_i) (x_i - weighted mean), which need not be written out. */
interface CentredRows extends RidgeInput {
  /** nFeatures */
  readonly featureMeans: Float64Array;
  /** nRows: sqrt(n w_i). */
  readonly scales: Float64Array;
}

/** Z v. In loops, here and below: a callback for each of thousands of rows would cost more than the product. */
function multiplyCentred(rows: CentredRows, vector: Float64Array): Float64Array {
  const { featureMeans, scales, nFeatures } = rows;
  const ofMean = dot(featureMeans, 0, vector, 0, nFeatures);
  const product = multiplyFeatures(rows, vector);
  for (let row = 0; row < product.length; row++) product[row] = scales[row] * (product[row] - ofMean);
  return product;
}

/** Z'v */
function multiplyCentredTransposed(rows: CentredRows, vector: Float64Array): Float64Array {
  const { featureMeans, scales } = rows;
  const scaled = new Float64Array(vector.length);
  let sum = 0;
  for (let row = 0; row < scaled.length; row++) {
    scaled[row] = scales[row] * vector[row];
    sum += scaled[row];
  }
  const product = multiplyRows(rows, scaled);
  for (let k = 0; k < product.length; k++) product[k] -= sum * featureMeans[k];
  return product;
}

/** With G = X X' and r = G w:  z_i.z_j = sqrt(n w_i n w_j) (G_ij - r_i - r_j + w.r). */
function dualGram(rows: CentredRows): Float64Array {
  const { nRows, nFeatures, weights, featureMeans, scales } = rows;
  const bits = bitsOfRows(rows);
  if (bits === null) return gramOfRows(scaledDeviations(rows, featureMeans, scales), nRows, nFeatures);
  const gram = gramOfBits(bits);
  const withMean = multiply(gram, nRows, nRows, weights);
  const ofMean = weightedMean(withMean, weights);
  for (let row = 0; row < nRows; row++) {
    for (let other = 0; other < nRows; other++) {
      const centred = gram[row * nRows + other] - withMean[row] - withMean[other] + ofMean;
      gram[row * nRows + other] = scales[row] * scales[other] * centred;
    }
  }
  return gram;
}

/** nRows: z_i' G z_i of every row, for a symmetric matrix G. */
type QuadraticForms = (matrix: Float64Array) => Float64Array;

interface Primal {
  /** nFeatures x nFeatures: Z'Z. */
  readonly gram: Float64Array;
  readonly formsOf: QuadraticForms;
}

function preparePrimal(rows: CentredRows): Primal {
  const { nRows, nFeatures, weights } = rows;
  const bits = weights.every((weight) => weight === weights[0]) ? bitsOfFeatures(rows) : null;
  if (bits !== null) return { gram: primalGramOfBits(rows, bits), formsOf: formsOfBits(rows, bits) };
  const scaled = scaledDeviations(rows, rows.featureMeans, rows.scales);
  return {
    gram: gramOfRows(transpose(scaled, nRows, nFeatures), nFeatures, nRows),
    formsOf: (matrix) => quadraticForms(matrix, scaled, nRows, nFeatures),
  };
}

/** With equal weights Z'Z = X'X - n m m', m the feature means. */
function primalGramOfBits({ featureMeans, nRows, nFeatures }: CentredRows, bits: PackedBits): Float64Array {
  const gram = gramOfBits(bits);
  for (let k = 0; k < nFeatures; k++) {
    for (let l = 0; l < nFeatures; l++) gram[k * nFeatures + l] -= nRows * featureMeans[k] * featureMeans[l];
  }
  return gram;
}

/** Of bits x less their mean m:  (x - m)' G (x - m) = x'Gx - 2 (Gm).x + m'Gm. */
function formsOfBits({ featureMeans, nFeatures }: CentredRows, bits: PackedBits): QuadraticForms {
  const bitForms = createBitForms(bits);
  return (matrix) => {
    const slopes = multiply(matrix, nFeatures, nFeatures, featureMeans);
    const ofMean = dot(slopes, 0, featureMeans, 0, nFeatures);
    const shifted = matrix.slice();
    // A bit is its own square.
    for (let k = 0; k < nFeatures; k++) shifted[k * nFeatures + k] -= 2 * slopes[k];
    const forms = bitForms(shifted);
    for (let row = 0; row < forms.length; row++) forms[row] += ofMean;
    return forms;
  };
}

/** With G = (K + alpha I)^-1 the scaled residuals are alpha G y and the hat matrix is I - alpha G. */
function fitDual(rows: CentredRows, gram: Float64Array, alpha: number): RidgeFit {
  const { nRows, scales, weights } = rows;
  const inverse = inversePositiveDefinite(gram, nRows, alpha);
  const leverage = weights.map((weight, row) => weight + 1 - alpha * inverse[row * nRows + row]);

  function solve(right: Float64Array): Float64Array {
    return multiply(inverse, nRows, nRows, right);
  }
  return {
    leverage,
    residuals: (outcome) => {
      const residuals = solve(centre(outcome, rows));
      for (let row = 0; row < nRows; row++) residuals[row] *= alpha / scales[row];
      return residuals;
    },
    slopes: (outcome) => multiplyCentredTransposed(rows, solve(centre(outcome, rows))),
    functional: (direction) =>
      solve(multiplyCentred(rows, direction)).map((value, row) => value * scales[row]),
  };
}

function fitPrimal(rows: CentredRows, gram: Float64Array, formsOf: QuadraticForms, alpha: number): RidgeFit {
  const { nFeatures, scales, weights } = rows;
  const inverse = inversePositiveDefinite(gram, nFeatures, alpha);
  const leverage = formsOf(inverse);
  for (let row = 0; row < leverage.length; row++) leverage[row] += weights[row];

  function slopes(outcome: Float64Array): Float64Array {
    const moments = multiplyCentredTransposed(rows, centre(outcome, rows));
    return multiply(inverse, nFeatures, nFeatures, moments);
  }
  return {
    leverage,
    slopes,
    residuals: (outcome) => {
      const mean = weightedMean(outcome, weights);
      const residuals = multiplyCentred(rows, slopes(outcome));
      for (let row = 0; row < residuals.length; row++) {
        residuals[row] = outcome[row] - mean - residuals[row] / scales[row];
      }
      return residuals;
    },
    functional: (direction) => {
      const solved = multiply(inverse, nFeatures, nFeatures, direction);
      return multiplyCentred(rows, solved).map((value, row) => value * scales[row]);
    },
  };
}

function centre(outcome: Float64Array, { weights, scales }: CentredRows): Float64Array {
  const mean = weightedMean(outcome, weights);
  const centred = new Float64Array(outcome.length);
  for (let row = 0; row < outcome.length; row++) centred[row] = scales[row] * (outcome[row] - mean);
  return centred;
}
