import { indexRange, type Random, shuffleInPlace } from './random.ts';

export interface KMedoidsProblem {
  /** nPoints x nPoints, symmetric, in [0, 2], 0 on the diagonal. */
  readonly dissimilarities: Float32Array;
  readonly nPoints: number;
  /** k, 1 <= k <= nPoints */
  readonly nMedoids: number;
}

export interface Clustering {
  /** k different points, in no particular order. */
  readonly medoids: Int32Array;
  /** Sum over the points of the dissimilarity to the nearest medoid. */
  readonly loss: number;
}

/** Looks at each point as a new medoid, in one descent. */
const maxPasses = 100;

/** Descents from a disturbed best clustering: up to this many, and fewer where one takes long. */
const maxRounds = 60;
const maxPairs = 6e8;

/** The share of the medoids that such a disturbance replaces. */
const disturbedShare = 0.1;

/** Stands for the dissimilarity to the second nearest medoid where there is but one: no smaller than any. */
const farthest = 2;

/** What a swap has to gain: more than rounding can feign. */
const leastGain = 1e-9;

/**
 * k points such that the sum of the dissimilarities of all points to the nearest of them is small.
 * Source: FasterPAM, Schubert and Rousseeuw 2021 (arXiv 2008.05171): a swap of a medoid for another point is made as
 * soon as it is seen to gain. One descent from a random start depends much on that start, so the best clustering is then
 * disturbed and improved again a number of times (iterated local search, Lourenco, Martin and Stutzle 2003).
 * @param progress told now and then how much of the work is done, 0 to 1
 * Cost: O(nPoints^2) a pass, 2 to 4 passes a descent, 1 + min(60, 6e8 / nPoints^2) descents.
 */
export function kMedoids(
  problem: KMedoidsProblem,
  random: Random,
  progress: (share: number) => void,
): Clustering {
  const { nPoints, nMedoids } = problem;
  const start = shuffleInPlace(indexRange(nPoints), random, nMedoids).slice(0, nMedoids);
  const rounds = nMedoids === nPoints ? 0 : Math.min(maxRounds, Math.floor(maxPairs / nPoints ** 2));
  let best = descend(problem, start, random);
  for (let round = 1; round <= rounds; round++) {
    progress(round / (rounds + 1));
    const next = descend(problem, disturb(best.medoids, nPoints, random), random);
    if (next.loss < best.loss - leastGain) best = next;
  }
  return best;
}

/** A tenth of the medoids replaced by other points, at random. */
function disturb(medoids: Int32Array, nPoints: number, random: Random): Int32Array {
  const isMedoid = new Uint8Array(nPoints);
  for (const medoid of medoids) isMedoid[medoid] = 1;
  const others = indexRange(nPoints).filter((point) => isMedoid[point] === 0);
  const count = Math.min(others.length, Math.ceil(disturbedShare * medoids.length));
  const disturbed = shuffleInPlace(medoids.slice(), random, count);
  disturbed.set(shuffleInPlace(others, random, count).subarray(0, count));
  return disturbed;
}

interface State extends KMedoidsProblem {
  /** k */
  readonly medoids: Int32Array;
  /** nPoints: 1 for a medoid. */
  readonly isMedoid: Uint8Array;
  /** nPoints: places in `medoids` of the nearest and of the second nearest medoid, -1 = none. */
  readonly nearest: Int32Array;
  readonly second: Int32Array;
  /** nPoints: the dissimilarities to them. */
  readonly toNearest: Float32Array;
  readonly toSecond: Float32Array;
  /** The bits of `dissimilarities` and of `toSecond`, which compare as the numbers do: none is negative. */
  readonly distanceBits: Int32Array;
  readonly secondBits: Int32Array;
  /** k: what the loss would grow by without this medoid. */
  readonly removalLoss: Float64Array;
  /** k: what the loss would grow by, but for a part that all medoids share, if a candidate replaced this medoid. */
  readonly swapLoss: Float64Array;
}

/** Swaps medoids for other points until no swap gains. */
function descend(problem: KMedoidsProblem, start: Int32Array, random: Random): Clustering {
  const state = createState(problem, start);
  const { nPoints, medoids, isMedoid } = state;
  const order = shuffleInPlace(indexRange(nPoints), random);
  let looks = 0;
  for (let sinceSwap = 0; sinceSwap < nPoints && looks < maxPasses * nPoints; sinceSwap++) {
    const candidate = order[looks++ % nPoints];
    if (isMedoid[candidate] === 1) continue;
    const place = placeToSwap(state, candidate);
    if (place === null) continue;
    swap(state, place, candidate);
    sinceSwap = 0;
  }
  return { medoids, loss: state.toNearest.reduce((sum, distance) => sum + distance, 0) };
}

function createState(problem: KMedoidsProblem, start: Int32Array): State {
  const { nPoints, nMedoids, dissimilarities } = problem;
  const toSecond = new Float32Array(nPoints).fill(farthest);
  const state: State = {
    dissimilarities,
    nPoints,
    nMedoids,
    medoids: start.slice(),
    isMedoid: new Uint8Array(nPoints),
    nearest: new Int32Array(nPoints).fill(-1),
    second: new Int32Array(nPoints).fill(-1),
    toNearest: new Float32Array(nPoints).fill(farthest),
    toSecond,
    distanceBits: bitsOf(dissimilarities),
    secondBits: bitsOf(toSecond),
    removalLoss: new Float64Array(nMedoids),
    swapLoss: new Float64Array(nMedoids),
  };
  for (let place = 0; place < nMedoids; place++) {
    const row = start[place] * nPoints;
    state.isMedoid[start[place]] = 1;
    for (let point = 0; point < nPoints; point++) offer(state, point, place, dissimilarities[row + point]);
  }
  sumRemovalLosses(state);
  return state;
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** Tells a point of a medoid: it may be nearer than the two it knows. */
function offer(state: State, point: number, place: number, distance: number): void {
  const { nearest, second, toNearest, toSecond } = state;
  if (distance < toNearest[point] || nearest[point] < 0) {
    second[point] = nearest[point];
    toSecond[point] = toNearest[point];
    nearest[point] = place;
    toNearest[point] = distance;
  } else if (distance < toSecond[point] || second[point] < 0) {
    second[point] = place;
    toSecond[point] = distance;
  }
}

function sumRemovalLosses({ nPoints, nearest, toNearest, toSecond, removalLoss }: State): void {
  removalLoss.fill(0);
  for (let point = 0; point < nPoints; point++) {
    removalLoss[nearest[point]] += toSecond[point] - toNearest[point];
  }
}

/** The medoid that had best make room for a candidate, null where no such swap gains. O(nPoints + k) for all k swaps. */
function placeToSwap(state: State, candidate: number): number | null {
  const { nPoints, distanceBits, secondBits, swapLoss } = state;
  const row = candidate * nPoints;
  swapLoss.set(state.removalLoss);
  const whole = nPoints - (nPoints % 4);
  let shared = 0;
  for (let point = 0; point < whole; point += 4) {
    const at = row + point;
    // Negative where any of the four is nearer than its second medoid: most are not, and passed over four at a time.
    const nearer =
      (distanceBits[at] - secondBits[point]) |
      (distanceBits[at + 1] - secondBits[point + 1]) |
      (distanceBits[at + 2] - secondBits[point + 2]) |
      (distanceBits[at + 3] - secondBits[point + 3]);
    if (nearer >= 0) continue;
    for (let k = point; k < point + 4; k++) shared += changeBySwap(state, row, k);
  }
  for (let point = whole; point < nPoints; point++) shared += changeBySwap(state, row, point);
  let best = 0;
  for (let place = 1; place < swapLoss.length; place++) {
    if (swapLoss[place] < swapLoss[best]) best = place;
  }
  return swapLoss[best] + shared < -leastGain ? best : null;
}

/** What a candidate, whose row it is, does to the loss of a point: the part that all swaps share is returned, the rest added to one. */
function changeBySwap(
  { dissimilarities, nearest, toNearest, toSecond, swapLoss }: State,
  row: number,
  point: number,
): number {
  const distance = dissimilarities[row + point];
  const second = toSecond[point];
  if (distance >= second) return 0;
  const first = toNearest[point];
  if (distance < first) {
    swapLoss[nearest[point]] += first - second;
    return distance - first;
  }
  swapLoss[nearest[point]] += distance - second;
  return 0;
}

function swap(state: State, place: number, candidate: number): void {
  const { dissimilarities, nPoints, medoids, isMedoid, nearest, second } = state;
  isMedoid[medoids[place]] = 0;
  isMedoid[candidate] = 1;
  medoids[place] = candidate;
  const row = candidate * nPoints;
  for (let point = 0; point < nPoints; point++) {
    if (nearest[point] === place || second[point] === place) reassign(state, point);
    else offer(state, point, place, dissimilarities[row + point]);
  }
  sumRemovalLosses(state);
}

function reassign(state: State, point: number): void {
  const { dissimilarities, nPoints, medoids } = state;
  const row = point * nPoints;
  state.nearest[point] = -1;
  state.second[point] = -1;
  state.toNearest[point] = farthest;
  state.toSecond[point] = farthest;
  for (let place = 0; place < medoids.length; place++) {
    offer(state, point, place, dissimilarities[row + medoids[place]]);
  }
}
