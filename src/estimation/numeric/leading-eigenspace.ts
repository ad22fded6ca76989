import { dot } from './dot.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** diag(d) + Z'Z. */
export interface DiagonalPlusLowRank {
  /** size: d, not negative. */
  readonly diagonal: Float64Array;
  /** nRows x size, row-major: Z. */
  readonly rows: Float64Array;
  readonly nRows: number;
}

export interface LeadingEigenspace {
  /** count, descending: the eigenvalues. */
  readonly values: Float64Array;
  /** blockSize x size, row-major: unit vectors, the first `count` of them the eigenvectors; a start for the next call. */
  readonly vectors: Float64Array;
}

/** Settled when a step turns the eigenspace by less than this, in radians; what error is left is far smaller. */
const settledAngle = 1e-7;
const maxSteps = 100;
const filterDegree = 4;
/** A block whose least Ritz value is below this share of the largest holds all there is. */
const negligibleBound = 1e-6;

/** Some vectors more than asked for: the error shrinks by the ratio of the first eigenvalue left out to the last wanted. */
export function blockSizeFor(count: number, size: number): number {
  return Math.min(size, 2 * count + 8);
}

/**
 * The leading eigenvectors by orthogonal iteration with Rayleigh-Ritz steps and Chebyshev filters, for a matrix too
 * large to be decomposed again and again but close to one whose eigenvectors are known.
 * Source: Rutishauser 1970, Simultaneous iteration method for symmetric matrices; Golub and Van Loan, Matrix
 * Computations, section 8.2.4.
 * @param start blockSize x size: independent rows; the closer to the eigenvectors, the fewer steps
 * Cost: O(blockSize size (nRows + blockSize)) a step.
 */
export function leadingEigenspace(
  matrix: DiagonalPlusLowRank,
  count: number,
  start: Float64Array,
): LeadingEigenspace {
  const size = matrix.diagonal.length;
  const blockSize = start.length / size;
  let space = ritzStep(matrix, start.slice(), blockSize);
  for (let step = 0; step < maxSteps && blockSize < size; step++) {
    const before = space.vectors;
    space = ritzStep(matrix, filterRows(matrix, before, space.values), blockSize);
    if (angleBetween(space.vectors, before, count, size) < settledAngle) break;
  }
  return { values: space.values.subarray(0, count), vectors: space.vectors };
}

/** The best approximations to eigenvectors within the span of the rows (Ritz vectors); `rows` is overwritten. */
function ritzStep(matrix: DiagonalPlusLowRank, rows: Float64Array, nRows: number): LeadingEigenspace {
  const size = matrix.diagonal.length;
  orthonormaliseRows(rows, nRows, size);
  const images = multiplyRows(matrix, rows, nRows);
  const ritz = symmetricEigen(innerProducts(rows, images, nRows, size), nRows);
  return { values: ritz.values, vectors: combineRows(ritz.vectors, rows, nRows, size) };
}

/**
 * Multiplies each row by T_degree(2 A / b - I), b the least Ritz value: eigenvectors below b stay as they are, those above
 * it grow much faster than under powers of A.
 */
function filterRows(matrix: DiagonalPlusLowRank, rows: Float64Array, values: Float64Array): Float64Array {
  const nRows = values.length;
  const bound = values[nRows - 1];
  if (!(bound > negligibleBound * values[0])) return multiplyRows(matrix, rows, nRows);
  let previous = rows;
  let current = multiplyRows(matrix, rows, nRows);
  for (let at = 0; at < rows.length; at++) current[at] = (2 / bound) * current[at] - rows[at];
  for (let degree = 2; degree <= filterDegree; degree++) {
    const next = multiplyRows(matrix, current, nRows);
    for (let at = 0; at < rows.length; at++) {
      next[at] = 2 * ((2 / bound) * next[at] - current[at]) - previous[at];
    }
    previous = current;
    current = next;
  }
  return current;
}

/** Gram and Schmidt, each row twice, in place; a row that depends on those before it becomes 0. */
function orthonormaliseRows(rows: Float64Array, nRows: number, size: number): void {
  for (let k = 0; k < nRows; k++) {
    const before = Math.sqrt(dot(rows, k * size, rows, k * size, size));
    for (let pass = 0; pass < 2; pass++) {
      for (let l = 0; l < k; l++) subtractProjection(rows, k * size, l * size, size);
    }
    const norm = Math.sqrt(dot(rows, k * size, rows, k * size, size));
    const scale = norm > 1e-13 * before ? 1 / norm : 0;
    for (let j = 0; j < size; j++) rows[k * size + j] *= scale;
  }
}

function subtractProjection(rows: Float64Array, from: number, unit: number, size: number): void {
  const along = dot(rows, from, rows, unit, size);
  for (let j = 0; j < size; j++) rows[from + j] -= along * rows[unit + j];
}

function multiplyRows(matrix: DiagonalPlusLowRank, vectors: Float64Array, nVectors: number): Float64Array {
  const { diagonal, rows, nRows } = matrix;
  const size = diagonal.length;
  const images = new Float64Array(nVectors * size);
  for (let k = 0; k < nVectors; k++) {
    const at = k * size;
    for (let j = 0; j < size; j++) images[at + j] = diagonal[j] * vectors[at + j];
    for (let t = 0; t < nRows; t++) {
      const along = dot(rows, t * size, vectors, at, size);
      for (let j = 0; j < size; j++) images[at + j] += along * rows[t * size + j];
    }
  }
  return images;
}

function innerProducts(a: Float64Array, b: Float64Array, nRows: number, size: number): Float64Array {
  const products = new Float64Array(nRows * nRows);
  for (let k = 0; k < nRows; k++) {
    for (let l = 0; l <= k; l++) {
      const product = dot(a, k * size, b, l * size, size);
      products[k * nRows + l] = product;
      products[l * nRows + k] = product;
    }
  }
  return products;
}

/** coefficients (nRows x nRows) times rows (nRows x size). */
function combineRows(
  coefficients: Float64Array,
  rows: Float64Array,
  nRows: number,
  size: number,
): Float64Array {
  const combined = new Float64Array(nRows * size);
  for (let k = 0; k < nRows; k++) {
    for (let l = 0; l < nRows; l++) {
      const factor = coefficients[k * nRows + l];
      for (let j = 0; j < size; j++) combined[k * size + j] += factor * rows[l * size + j];
    }
  }
  return combined;
}

/** How far the first `count` rows of `vectors` stand out of the span of those of `reference`. */
function angleBetween(vectors: Float64Array, reference: Float64Array, count: number, size: number): number {
  let sum = 0;
  const rest = new Float64Array(size);
  for (let k = 0; k < count; k++) {
    rest.set(vectors.subarray(k * size, (k + 1) * size));
    for (let l = 0; l < count; l++) {
      const along = dot(vectors, k * size, reference, l * size, size);
      for (let j = 0; j < size; j++) rest[j] -= along * reference[l * size + j];
    }
    sum += dot(rest, 0, rest, 0, size);
  }
  return Math.sqrt(sum);
}
