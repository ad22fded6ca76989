import { dot } from './dot.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Points on a few axes whose distances come as close as can be to given ones, and what it takes to add points. */
export interface Scaling {
  /** nAxes x nPoints, row-major: sqrt(lambda_k) v_k, zeros where lambda_k is not above 0. */
  readonly axes: Float64Array;
  /** nAxes: each lambda_k as a share of all that are above 0; 0 for an axis of zeros. */
  readonly shares: Float64Array;
  /** nPoints: mean squared distance of each from all of them, itself included. */
  readonly meanSquares: Float64Array;
}

/** Of the trace; what is below is rounding. */
const negligible = 1e-10;

/**
 * Classical scaling: B = -1/2 J D J = sum of lambda_k v_k v_k' with D the squared distances and J = I - 1 1' / n; the points
 * are sqrt(lambda_k) v_k on the axes of the largest lambda_k. Distances that are those of points on so many axes are met.
 * Source: Torgerson 1952, Multidimensional scaling: I. Theory and method; Gower 1966, Some distance properties of latent
 * root and vector methods. The sign of an axis is not determined.
 * @param squares nPoints x nPoints, row-major, symmetric: squared distances, 0 on the diagonal   Cost: O(nPoints^3)
 */
export function scaleClassically(squares: Float64Array, nPoints: number, nAxes: number): Scaling {
  const meanSquares = rowMeans(squares, nPoints);
  const { values, vectors } = symmetricEigen(centredTwice(squares, meanSquares), nPoints);
  const least = (negligible * sumOf(meanSquares)) / 2;
  const positive = values.filter((value) => value > least);
  const axes = new Float64Array(nAxes * nPoints);
  const shares = new Float64Array(nAxes);
  positive.subarray(0, nAxes).forEach((value, k) => {
    shares[k] = value / sumOf(positive);
    for (let i = 0; i < nPoints; i++) axes[k * nPoints + i] = Math.sqrt(value) * vectors[k * nPoints + i];
  });
  return { axes, shares, meanSquares };
}

/**
 * Where a further point stands, from its squared distances to the points: x = -1/2 L# (delta - mean delta), row k of L#
 * being v_k' / sqrt(lambda_k). A point that equals one of them lands on it.
 * Source: Gower 1968, Adding a point to vector diagrams in multivariate analysis; de Silva and Tenenbaum 2004, Sparse
 * multidimensional scaling using landmark points, section 2.
 * @param squares nPoints   @returns nAxes coordinates   Cost: O(nAxes nPoints)
 */
export function placePoint({ axes, meanSquares, shares }: Scaling, squares: Float64Array): Float64Array {
  const nPoints = meanSquares.length;
  const excess = squares.map((square, i) => square - meanSquares[i]);
  return shares.map((_, k) => {
    const eigenvalue = dot(axes, k * nPoints, axes, k * nPoints, nPoints);
    return eigenvalue === 0 ? 0 : dot(axes, k * nPoints, excess, 0, nPoints) / (-2 * eigenvalue);
  });
}

function rowMeans(matrix: Float64Array, size: number): Float64Array {
  return Float64Array.from(
    { length: size },
    (_, i) => sumOf(matrix.subarray(i * size, (i + 1) * size)) / size,
  );
}

/** -1/2 J D J. */
function centredTwice(squares: Float64Array, means: Float64Array): Float64Array {
  const size = means.length;
  const grand = sumOf(means) / size;
  return squares.map((square, at) => (means[Math.floor(at / size)] + means[at % size] - grand - square) / 2);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
