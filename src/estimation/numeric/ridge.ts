import { dot } from './dot.ts';
import { gramOfRows } from './gram.ts';
import { inversePositiveDefinite } from './positive-definite.ts';

/** What a ridge regression is fitted on. The outcomes come later: the work here serves every outcome vector. */
export interface RidgeInput {
  /** nRows x nFeatures, row-major. */
  readonly features: Float64Array;
  readonly nRows: number;
  readonly nFeatures: number;
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
 * Centres the features and forms the smaller of the two Gram matrices, once for any number of penalties.
 * Rows fewer than features: the dual form, K_ij = n sqrt(w_i w_j) z_i.z_j. Otherwise the primal form, Z' diag(n w) Z.
 * Cost: O(nRows nFeatures min(nRows, nFeatures)).
 */
export function prepareRidge(input: RidgeInput): RidgeSystem {
  const { features, nRows, nFeatures, weights } = input;
  const featureMeans = new Float64Array(nFeatures);
  for (let row = 0; row < nRows; row++) {
    const start = row * nFeatures;
    const weight = weights[row];
    for (let k = 0; k < nFeatures; k++) featureMeans[k] += weight * features[start + k];
  }
  const scales = Float64Array.from(weights, (weight) => Math.sqrt(nRows * weight));
  const scaled = new Float64Array(nRows * nFeatures);
  for (let row = 0; row < nRows; row++) {
    const start = row * nFeatures;
    const scale = scales[row];
    for (let k = 0; k < nFeatures; k++) scaled[start + k] = scale * (features[start + k] - featureMeans[k]);
  }
  const centred: CentredRows = { scaled, scales, weights, nRows, nFeatures };
  if (nRows <= nFeatures) {
    const gram = gramOfRows(scaled, nRows, nFeatures);
    return { featureMeans, fit: (alpha) => fitDual(centred, gram, alpha) };
  }
  const transposed = transpose(scaled, nRows, nFeatures);
  const gram = gramOfRows(transposed, nFeatures, nRows);
  return { featureMeans, fit: (alpha) => fitPrimal(centred, gram, alpha) };
}

interface CentredRows {
  /** nRows x nFeatures: sqrt(n w_i) (x_i - weighted mean). */
  readonly scaled: Float64Array;
  /** nRows: sqrt(n w_i). */
  readonly scales: Float64Array;
  readonly weights: Float64Array;
  readonly nRows: number;
  readonly nFeatures: number;
}

/** With G = (K + alpha I)^-1 the scaled residuals are alpha G y and the hat matrix is I - alpha G. */
function fitDual(rows: CentredRows, gram: Float64Array, alpha: number): RidgeFit {
  const { nRows, nFeatures, scaled, scales, weights } = rows;
  const inverse = inversePositiveDefinite(addToDiagonal(gram, nRows, alpha), nRows);
  const leverage = weights.map((weight, row) => weight + 1 - alpha * inverse[row * nRows + row]);

  function solve(right: Float64Array): Float64Array {
    return multiply(inverse, nRows, nRows, right);
  }
  return {
    leverage,
    residuals: (outcome) => solve(centre(outcome, rows)).map((value, row) => (alpha * value) / scales[row]),
    slopes: (outcome) => multiplyTransposed(scaled, nRows, nFeatures, solve(centre(outcome, rows))),
    functional: (direction) =>
      solve(multiply(scaled, nRows, nFeatures, direction)).map((value, row) => value * scales[row]),
  };
}

function fitPrimal(rows: CentredRows, gram: Float64Array, alpha: number): RidgeFit {
  const { nRows, nFeatures, scaled, scales, weights } = rows;
  const inverse = inversePositiveDefinite(addToDiagonal(gram, nFeatures, alpha), nFeatures);
  const leverage = weights.map((weight, row) => weight + quadraticForm(inverse, scaled, row, nFeatures));

  function slopes(outcome: Float64Array): Float64Array {
    const moments = multiplyTransposed(scaled, nRows, nFeatures, centre(outcome, rows));
    return multiply(inverse, nFeatures, nFeatures, moments);
  }
  return {
    leverage,
    slopes,
    residuals: (outcome) => {
      const mean = weightedMean(outcome, weights);
      const fitted = multiply(scaled, nRows, nFeatures, slopes(outcome));
      return outcome.map((value, row) => value - mean - fitted[row] / scales[row]);
    },
    functional: (direction) => {
      const solved = multiply(inverse, nFeatures, nFeatures, direction);
      return multiply(scaled, nRows, nFeatures, solved).map((value, row) => value * scales[row]);
    },
  };
}

/** z' G z of a symmetric G and one row z of a matrix, from one triangle of G. */
function quadraticForm(matrix: Float64Array, rows: Float64Array, row: number, size: number): number {
  const start = row * size;
  let sum = 0;
  for (let k = 0; k < size; k++) {
    const value = rows[start + k];
    sum += value * (matrix[k * size + k] * value + 2 * dot(matrix, k * size, rows, start, k));
  }
  return sum;
}

function centre(outcome: Float64Array, { weights, scales }: CentredRows): Float64Array {
  const mean = weightedMean(outcome, weights);
  return outcome.map((value, row) => scales[row] * (value - mean));
}

function addToDiagonal(gram: Float64Array, size: number, alpha: number): Float64Array {
  const sum = gram.slice();
  for (let k = 0; k < size; k++) sum[k * size + k] += alpha;
  return sum;
}

function multiply(matrix: Float64Array, nRows: number, nColumns: number, vector: Float64Array): Float64Array {
  const product = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) product[row] = dot(matrix, row * nColumns, vector, 0, nColumns);
  return product;
}

function multiplyTransposed(
  matrix: Float64Array,
  nRows: number,
  nColumns: number,
  vector: Float64Array,
): Float64Array {
  const product = new Float64Array(nColumns);
  for (let row = 0; row < nRows; row++) {
    const factor = vector[row];
    for (let column = 0; column < nColumns; column++)
      product[column] += factor * matrix[row * nColumns + column];
  }
  return product;
}

/** The nColumns x nRows transpose of an nRows x nColumns matrix. */
export function transpose(matrix: Float64Array, nRows: number, nColumns: number): Float64Array {
  const transposed = new Float64Array(matrix.length);
  for (let row = 0; row < nRows; row++) {
    for (let column = 0; column < nColumns; column++) {
      transposed[column * nRows + row] = matrix[row * nColumns + column];
    }
  }
  return transposed;
}
