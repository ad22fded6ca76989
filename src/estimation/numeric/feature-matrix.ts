import { dot } from './dot.ts';
import { type PackedBits, packColumns, packRows } from './packed-bits.ts';

/** X: nRows x nFeatures. */
export interface FeatureMatrix {
  /** Row-major, a row per row of X; or, where `byFeature`, a row per feature. */
  readonly features: Float64Array;
  readonly nRows: number;
  readonly nFeatures: number;
  /** @default false */
  readonly byFeature?: boolean;
}

/** X v for nFeatures numbers. */
export function multiplyFeatures(matrix: FeatureMatrix, vector: Float64Array): Float64Array {
  const { features, nRows, nFeatures, byFeature = false } = matrix;
  return byFeature
    ? multiplyTransposed(features, nFeatures, nRows, vector)
    : multiply(features, nRows, nFeatures, vector);
}

/** X'v for nRows numbers. */
export function multiplyRows(matrix: FeatureMatrix, vector: Float64Array): Float64Array {
  const { features, nRows, nFeatures, byFeature = false } = matrix;
  return byFeature
    ? multiply(features, nFeatures, nRows, vector)
    : multiplyTransposed(features, nRows, nFeatures, vector);
}

/** The rows of X as bits; null unless they are all 0 or 1. */
export function bitsOfRows({
  features,
  nRows,
  nFeatures,
  byFeature = false,
}: FeatureMatrix): PackedBits | null {
  return byFeature ? packColumns(features, nFeatures, nRows) : packRows(features, nRows, nFeatures);
}

/** The columns of X. */
export function bitsOfFeatures(matrix: FeatureMatrix): PackedBits | null {
  const { features, nRows, nFeatures, byFeature = false } = matrix;
  return byFeature ? packRows(features, nFeatures, nRows) : packColumns(features, nRows, nFeatures);
}

/** nRows x nFeatures, row-major: scale_i (x_i - means). */
export function scaledDeviations(
  matrix: FeatureMatrix,
  means: Float64Array,
  scales: Float64Array,
): Float64Array {
  const { features, nRows, nFeatures, byFeature = false } = matrix;
  const rows = byFeature ? transpose(features, nFeatures, nRows) : features.slice();
  for (let row = 0; row < nRows; row++) {
    const start = row * nFeatures;
    const scale = scales[row];
    for (let k = 0; k < nFeatures; k++) rows[start + k] = scale * (rows[start + k] - means[k]);
  }
  return rows;
}

/** Four rows at a time share what is read of the vector. */
export function multiply(
  matrix: Float64Array,
  nRows: number,
  nColumns: number,
  vector: Float64Array,
): Float64Array {
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
    const start = row * nColumns;
    for (let column = 0; column < nColumns; column++) product[column] += factor * matrix[start + column];
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
