import { dot } from './dot.ts';
import { indexRange } from './random.ts';

/** The eigenvalues and eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  /** size, descending */
  readonly values: Float64Array;
  /** size x size, row-major: row k is the unit eigenvector of value k. */
  readonly vectors: Float64Array;
}

/** A = Q' T Q with T tridiagonal. */
interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Entry k stands beside diagonal entries k and k + 1; the last one is 0. */
  readonly offDiagonal: Float64Array;
  /** size x size: the rows of Q. */
  readonly rows: Float64Array;
}

/** An eigenvalue takes about two steps; the bound is there to end on numbers that are none. */
const maxStepsPerValue = 60;

/**
 * Householder's reduction to tridiagonal form, then implicit QL steps with Wilkinson's shift.
 * Source: Golub and Van Loan, Matrix Computations, sections 8.3.1 and 8.3.5; Parlett, The Symmetric Eigenvalue Problem,
 * chapter 8.
 * @param matrix size x size, row-major, symmetric   Cost: O(size^3)
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const tridiagonal = tridiagonalise(matrix, size);
  const negligible = Number.EPSILON * largestEntry(tridiagonal);
  for (let first = 0; first < size; first++) settleValue(tridiagonal, first, negligible);
  return descending(tridiagonal);
}

function largestEntry({ diagonal, offDiagonal }: Tridiagonal): number {
  let largest = 0;
  for (const entry of diagonal) largest = Math.max(largest, Math.abs(entry));
  for (const entry of offDiagonal) largest = Math.max(largest, Math.abs(entry));
  return largest;
}

function tridiagonalise(matrix: Float64Array, size: number): Tridiagonal {
  const work = matrix.slice();
  const offDiagonal = new Float64Array(size);
  const product = new Float64Array(size);
  for (let k = 0; k < size - 2; k++) {
    offDiagonal[k] = makeReflector(work, k * size + k + 1, size - k - 1);
    reflectTrailing(work, k, size, product);
  }
  if (size > 1) offDiagonal[size - 2] = work[(size - 1) * size - 1];
  const diagonal = Float64Array.from({ length: size }, (_, k) => work[k * size + k]);
  return { diagonal, offDiagonal, rows: accumulateReflectors(work, size) };
}

/**
 * Replaces a vector x by v with |v|^2 = 2 and (I - v v') x = (result, 0, ..., 0); by zeros if x already has that form.
 */
function makeReflector(work: Float64Array, start: number, length: number): number {
  const first = work[start];
  const rest = dot(work, start + 1, work, start + 1, length - 1);
  if (rest === 0) {
    work.fill(0, start, start + length);
    return first;
  }
  const norm = Math.sqrt(first * first + rest);
  const result = first > 0 ? -norm : norm;
  const head = first - result;
  const scale = Math.sqrt(2 / (head * head + rest));
  work[start] = head * scale;
  for (let j = 1; j < length; j++) work[start + j] *= scale;
  return result;
}

/** B <- (I - v v') B (I - v v') = B - v w' - w v', w = B v - (v'B v / 2) v, for the block B behind row k, v in row k. */
function reflectTrailing(work: Float64Array, k: number, size: number, product: Float64Array): void {
  const length = size - k - 1;
  const v = k * size + k + 1;
  for (let i = 0; i < length; i++) product[i] = dot(work, (k + 1 + i) * size + k + 1, work, v, length);
  const half = dot(product, 0, work, v, length) / 2;
  for (let i = 0; i < length; i++) product[i] -= half * work[v + i];
  for (let i = 0; i < length; i++) {
    const row = (k + 1 + i) * size + k + 1;
    const vi = work[v + i];
    const wi = product[i];
    for (let j = 0; j < length; j++) work[row + j] -= vi * product[j] + wi * work[v + j];
  }
}

/** Q = the product of the reflectors, the last one applied first, so that the untouched part stays an identity. */
function accumulateReflectors(work: Float64Array, size: number): Float64Array {
  const rows = new Float64Array(size * size);
  for (let k = 0; k < size; k++) rows[k * size + k] = 1;
  for (let k = size - 3; k >= 0; k--) {
    const length = size - k - 1;
    const v = k * size + k + 1;
    for (let i = k + 1; i < size; i++) {
      const row = i * size + k + 1;
      const along = dot(rows, row, work, v, length);
      for (let j = 0; j < length; j++) rows[row + j] -= along * work[v + j];
    }
  }
  return rows;
}

/** QL steps until the off-diagonal entry beside `first` is negligible: diagonal[first] is then an eigenvalue. */
function settleValue(tridiagonal: Tridiagonal, first: number, negligible: number): void {
  for (let step = 0; step < maxStepsPerValue; step++) {
    const last = endOfBlock(tridiagonal.offDiagonal, first, negligible);
    if (last === first) return;
    qlStep(tridiagonal, first, last);
  }
}

function endOfBlock(offDiagonal: Float64Array, first: number, negligible: number): number {
  let last = first;
  while (last < offDiagonal.length - 1 && Math.abs(offDiagonal[last]) > negligible) last++;
  return last;
}

/**
 * One implicit QL step on the block first..last. A plane rotation at its lower end makes an entry outside the three
 * diagonals; each further rotation moves it one place up, until it leaves the block.
 */
function qlStep({ diagonal, offDiagonal, rows }: Tridiagonal, first: number, last: number): void {
  let kept = diagonal[last] - wilkinsonShift(diagonal[first], diagonal[first + 1], offDiagonal[first]);
  let removed = offDiagonal[last - 1];
  for (let k = last - 1; k >= first; k--) {
    const norm = Math.sqrt(kept * kept + removed * removed);
    const cosine = norm === 0 ? 1 : kept / norm;
    const sine = norm === 0 ? 0 : removed / norm;
    if (k < last - 1) offDiagonal[k + 1] = norm;
    const between = offDiagonal[k];
    const change = sine * (sine * (diagonal[k] - diagonal[k + 1]) + 2 * cosine * between);
    offDiagonal[k] =
      (cosine * cosine - sine * sine) * between + cosine * sine * (diagonal[k] - diagonal[k + 1]);
    diagonal[k] -= change;
    diagonal[k + 1] += change;
    kept = offDiagonal[k];
    if (k > first) {
      removed = sine * offDiagonal[k - 1];
      offDiagonal[k - 1] *= cosine;
    }
    rotateRows(rows, k, diagonal.length, cosine, sine);
  }
}

/** The eigenvalue of [[first, between], [between, second]] that is closer to `first`. */
function wilkinsonShift(first: number, second: number, between: number): number {
  const half = (second - first) / 2;
  const root = Math.sqrt(half * half + between * between);
  return first - (between * between) / (half + (half < 0 ? -root : root));
}

function rotateRows(rows: Float64Array, k: number, size: number, cosine: number, sine: number): void {
  const upper = k * size;
  const lower = upper + size;
  for (let j = 0; j < size; j++) {
    const above = rows[upper + j];
    const below = rows[lower + j];
    rows[upper + j] = cosine * above - sine * below;
    rows[lower + j] = cosine * below + sine * above;
  }
}

function descending({ diagonal, rows }: Tridiagonal): SymmetricEigen {
  const size = diagonal.length;
  const order = indexRange(size).sort((a, b) => diagonal[b] - diagonal[a]);
  const vectors = new Float64Array(size * size);
  order.forEach((from, k) => {
    vectors.set(rows.subarray(from * size, (from + 1) * size), k * size);
  });
  return { values: Float64Array.from(order, (from) => diagonal[from]), vectors };
}
