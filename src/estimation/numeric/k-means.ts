import { indexRange, type Random } from './random.ts';

export interface Points {
  /** nPoints x nDimensions, row-major. */
  readonly coordinates: Float64Array;
  readonly nPoints: number;
  readonly nDimensions: number;
}

export interface Clusters {
  /** nPoints: the cluster of each point. */
  readonly clusterOf: Int32Array;
  /** count: the number of points of each cluster, at least 1. */
  readonly sizes: Int32Array;
  /** count x nDimensions, row-major: the mean of the points of each cluster. */
  readonly centres: Float64Array;
  /** The sum of the squared distances of the points from their centres. */
  readonly spread: number;
}

const maxRounds = 100;
const maxRuns = 4;
/** A further run starts only if at this many rounds it fits the number of coordinates that may be compared. */
const usualRounds = 25;
const budget = 2e10;
/** Centres have come to rest when together they move less than this share of the variance of the points. */
const tolerance = 1e-4;

/**
 * k-means: the best of several runs of Lloyd's algorithm (1982), each from centres spread out by k-means++ (Arthur and
 * Vassilvitskii 2007). No cluster is empty: where points coincide, the largest cluster is split instead.
 * @param count k, 1 <= k <= nPoints
 * Cost: O(nPoints count nDimensions) a round, fewer as centres come to rest; at most 100 rounds a run and 4 runs.
 */
export function kMeans(points: Points, count: number, random: Random): Clusters {
  const runs = affordableRuns(points, count);
  let best = oneRun(points, count, random);
  for (let run = 1; run < runs; run++) {
    const other = oneRun(points, count, random);
    if (other.spread < best.spread) best = other;
  }
  return best;
}

function affordableRuns({ nPoints, nDimensions }: Points, count: number): number {
  if (count === nPoints || count === 1) return 1;
  const affordable = Math.floor(budget / (usualRounds * nPoints * count * nDimensions));
  return Math.min(maxRuns, Math.max(1, affordable));
}

function oneRun(points: Points, count: number, random: Random): Clusters {
  const clusterOf = count === points.nPoints ? indexRange(count) : lloyd(points, count, random);
  splitIntoEmpty(points, clusterOf, count);
  return describe(points, clusterOf, count);
}

function lloyd(points: Points, count: number, random: Random): Int32Array<ArrayBuffer> {
  const { nDimensions } = points;
  const clusterOf = new Int32Array(points.nPoints).fill(-1);
  const moving = new Uint8Array(count).fill(1);
  const rest = tolerance * meanVariance(points);
  let centres = spreadOutCentres(points, count, random);
  for (let round = 0; round < maxRounds; round++) {
    if (!assignNearest(points, centres, moving, clusterOf)) break;
    const { centres: next, sizes } = centresOf(points, clusterOf, count);
    let movement = 0;
    for (let c = 0; c < count; c++) {
      const start = c * nDimensions;
      if (sizes[c] === 0) copyRow(centres, start, next, start, nDimensions);
      const distance = squaredDistance(centres, start, next, start, nDimensions);
      moving[c] = distance > 0 ? 1 : 0;
      movement += distance;
    }
    centres = next;
    if (movement <= rest) break;
  }
  return clusterOf;
}

/** The variance of the points' coordinates, mean over the dimensions. */
function meanVariance(points: Points): number {
  const everything = new Int32Array(points.nPoints);
  return describe(points, everything, 1).spread / (points.nPoints * points.nDimensions);
}

/**
 * Moves every point to its nearest centre, the first of several. A point whose centre is at rest can only be drawn to
 * centres that moved. Returns whether any point changed its cluster.
 */
function assignNearest(
  { coordinates, nPoints, nDimensions }: Points,
  centres: Float64Array,
  moving: Uint8Array,
  clusterOf: Int32Array,
): boolean {
  let changed = false;
  for (let p = 0; p < nPoints; p++) {
    const start = p * nDimensions;
    const own = clusterOf[p];
    const isAtRest = own >= 0 && moving[own] === 0;
    let nearest = own;
    let least =
      own < 0
        ? Number.POSITIVE_INFINITY
        : squaredDistance(coordinates, start, centres, own * nDimensions, nDimensions);
    for (let c = 0; c < moving.length; c++) {
      if (isAtRest && moving[c] === 0) continue;
      const distance = squaredDistance(coordinates, start, centres, c * nDimensions, nDimensions);
      if (distance < least) {
        least = distance;
        nearest = c;
      }
    }
    if (nearest === own) continue;
    clusterOf[p] = nearest;
    changed = true;
  }
  return changed;
}

/** k-means++: each further centre is a point drawn with probability proportional to its squared distance from the rest. */
function spreadOutCentres(points: Points, count: number, random: Random): Float64Array {
  const { coordinates, nPoints, nDimensions } = points;
  const centres = new Float64Array(count * nDimensions);
  const distances = new Float64Array(nPoints).fill(Number.POSITIVE_INFINITY);
  let chosen = random.below(nPoints);
  for (let c = 0; c < count; c++) {
    copyRow(coordinates, chosen * nDimensions, centres, c * nDimensions, nDimensions);
    for (let p = 0; p < nPoints; p++) {
      const distance = squaredDistance(coordinates, p * nDimensions, centres, c * nDimensions, nDimensions);
      if (distance < distances[p]) distances[p] = distance;
    }
    chosen = drawProportional(distances, random);
  }
  return centres;
}

function drawProportional(weights: Float64Array, random: Random): number {
  let total = 0;
  for (let p = 0; p < weights.length; p++) total += weights[p];
  let rest = random.uniform() * total;
  let last = 0;
  for (let p = 0; p < weights.length; p++) {
    if (weights[p] === 0) continue;
    last = p;
    rest -= weights[p];
    if (rest < 0) break;
  }
  return last;
}

/** Gives every empty cluster the outer half of the largest one. */
function splitIntoEmpty(points: Points, clusterOf: Int32Array, count: number): void {
  const { centres, sizes } = centresOf(points, clusterOf, count);
  const { coordinates, nDimensions } = points;
  for (let empty = 0; empty < count; empty++) {
    if (sizes[empty] > 0) continue;
    const largest = sizes.indexOf(Math.max(...sizes));
    const members = indexRange(points.nPoints).filter((p) => clusterOf[p] === largest);
    const distanceOf = (p: number) =>
      squaredDistance(coordinates, p * nDimensions, centres, largest * nDimensions, nDimensions);
    members.sort((p, q) => distanceOf(p) - distanceOf(q) || p - q);
    for (const p of members.subarray(Math.ceil(members.length / 2))) clusterOf[p] = empty;
    sizes[empty] = Math.floor(members.length / 2);
    sizes[largest] -= sizes[empty];
  }
}

function describe(points: Points, clusterOf: Int32Array, count: number): Clusters {
  const { coordinates, nPoints, nDimensions } = points;
  const { centres, sizes } = centresOf(points, clusterOf, count);
  let spread = 0;
  for (let p = 0; p < nPoints; p++) {
    spread += squaredDistance(coordinates, p * nDimensions, centres, clusterOf[p] * nDimensions, nDimensions);
  }
  return { clusterOf, sizes, centres, spread };
}

/** The means of the clusters; 0 for an empty one. */
function centresOf(
  { coordinates, nPoints, nDimensions }: Points,
  clusterOf: Int32Array,
  count: number,
): { centres: Float64Array; sizes: Int32Array } {
  const centres = new Float64Array(count * nDimensions);
  const sizes = new Int32Array(count);
  for (let p = 0; p < nPoints; p++) {
    const start = clusterOf[p] * nDimensions;
    for (let d = 0; d < nDimensions; d++) centres[start + d] += coordinates[p * nDimensions + d];
    sizes[clusterOf[p]]++;
  }
  for (let c = 0; c < count; c++) {
    if (sizes[c] === 0) continue;
    for (let d = 0; d < nDimensions; d++) centres[c * nDimensions + d] /= sizes[c];
  }
  return { centres, sizes };
}

export function squaredDistance(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum = 0;
  for (let d = 0; d < length; d++) {
    const difference = a[aStart + d] - b[bStart + d];
    sum += difference * difference;
  }
  return sum;
}

function copyRow(
  from: Float64Array,
  fromStart: number,
  to: Float64Array,
  toStart: number,
  length: number,
): void {
  for (let d = 0; d < length; d++) to[toStart + d] = from[fromStart + d];
}
