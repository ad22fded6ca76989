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
    residuals: (outcome) => {
      const residuals = solve(centre(outcome, rows));
      for (let row = 0; row < nRows; row++) residuals[row] *= alpha / scales[row];
      return residuals;
    },
    slopes: (outcome) => multiplyTransposed(scaled, nRows, nFeatures, solve(centre(outcome, rows))),
    functional: (direction) =>
      solve(multiply(scaled, nRows, nFeatures, direction)).map((value, row) => value * scales[row]),
  };
}

function fitPrimal(rows: CentredRows, gram: Float64Array, alpha: number): RidgeFit {
  const { nRows, nFeatures, scaled, scales, weights } = rows;
  const inverse = inversePositiveDefinite(addToDiagonal(gram, nFeatures, alpha), nFeatures);
  const leverage = addQuadraticForms(weights, inverse, scaled, nFeatures);

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

/**
 * w_i + z_i' G z_i for every row z_i, from one triangle of the symmetric G: four rows at a time share what is read of it.
 * @param rows w.length x size, row-major
 */
function addQuadraticForms(
  weights: Float64Array,
  matrix: Float64Array,
  rows: Float64Array,
  size: number,
): Float64Array {
  const forms = weights.slice();
  const whole = weights.length - (weights.length % 4);
  for (let row = 0; row < whole; row += 4) addFourForms(forms, matrix, rows, row, size);
  for (let row = whole; row < weights.length; row++) {
    for (let k = 0; k < size; k++) {
      const value = rows[row * size + k];
      forms[row] += value * (matrix[k * size + k] * value + 2 * dot(matrix, k * size, rows, row * size, k));
    }
  }
  return forms;
}

function addFourForms(
  forms: Float64Array,
  matrix: Float64Array,
  rows: Float64Array,
  row: number,
  size: number,
): void {
  const at0 = row * size;
  const at1 = at0 + size;
  const at2 = at1 + size;
  const at3 = at2 + size;
  for (let k = 0; k < size; k++) {
    const start = k * size;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let l = 0; l < k; l++) {
      const value = matrix[start + l];
      sum0 += value * rows[at0 + l];
      sum1 += value * rows[at1 + l];
      sum2 += value * rows[at2 + l];
      sum3 += value * rows[at3 + l];
    }
    const own = matrix[start + k];
    forms[row] += rows[at0 + k] * (own * rows[at0 + k] + 2 * sum0);
    forms[row + 1] += rows[at1 + k] * (own * rows[at1 + k] + 2 * sum1);
    forms[row + 2] += rows[at2 + k] * (own * rows[at2 + k] + 2 * sum2);
    forms[row + 3] += rows[at3 + k] * (own * rows[at3 + k] + 2 * sum3);
  }
}

function centre(outcome: Float64Array, { weights, scales }: CentredRows): Float64Array {
  const mean = weightedMean(outcome, weights);
  const centred = new Float64Array(outcome.length);
  for (let row = 0; row < outcome.length; row++) centred[row] = scales[row] * (outcome[row] - mean);
  return centred;
}

function addToDiagonal(gram: Float64Array, size: number, alpha: number): Float64Array {
  const sum = gram.slice();
  for (let k = 0; k < size; k++) sum[k * size + k] += alpha;
  return sum;
}

/** Four rows at a time share what is read of the vector. */
function multiply(matrix: Float64Array, nRows: number, nColumns: number, vector: Float64Array): Float64Array {
  const product = new Float64Array(nRows);
  const whole = nRows - (nRows % 4);
  for (let row = 0; row < whole; row += 4) {
    const at0 = row * nColumns;
    const at1 = at0 + nColumns;
    const at2 = at1 + nColumns;
    const at3 = at2 + nColumns;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let column = 0; column < nColumns; column++) {
      const value = vector[column];
      sum0 += matrix[at0 + column] * value;
      sum1 += matrix[at1 + column] * value;
      sum2 += matrix[at2 + column] * value;
      sum3 += matrix[at3 + column] * value;
    }
    product[row] = sum0;
    product[row + 1] = sum1;
    product[row + 2] = sum2;
    product[row + 3] = sum3;
  }
  for (let row = whole; row < nRows; row++) product[row] = dot(matrix, row * nColumns, vector, 0, nColumns);
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
