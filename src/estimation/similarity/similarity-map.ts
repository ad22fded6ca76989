import { imputedScore, type Sources } from '../history.ts';
import { placePoint, type Scaling, scaleClassically } from '../numeric/classical-scaling.ts';
import { dot } from '../numeric/dot.ts';
import { createSimilarityTable, type SimilarityTable } from './error-consistency.ts';

/** The order in which landmarks and items are chosen: indices of the sources and of the population, each of them once. */
export interface MapOrder {
  /** M: best first. */
  readonly models: Int32Array;
  /** N: easiest first. */
  readonly items: Int32Array;
}

/** Two axes on which models that fail on the same items stand close together. */
export interface SimilarityMap {
  /** L: the sources that span it. */
  readonly landmarks: Int32Array;
  /** Of the landmarks, in their order. */
  readonly scaling: Scaling;
  /** How many items the sources were compared on. */
  readonly nItems: number;
  /** M x 2, row-major: the coordinates of every source. */
  readonly places: Float64Array;
}

const nAxes = 2;
const maxLandmarks = 500;
const maxItems = 4096;
/** Landmarks x sources x items where scores are other than 0 and 1: two or three seconds. Bits cost a fiftieth. */
const maxRealCost = 2.5e8;
/** Even where that takes longer: a kappa of so many is off by some 0.06, one of fewer says little. */
const minRealItems = 256;

/**
 * A map of the sources by error consistency (kappa): landmark multidimensional scaling of the squared distances
 * d^2 = 2 (1 - kappa), those of unit vectors with inner product kappa. Up to 500 sources, spread evenly over their order, are
 * scaled classically, the others placed by their distances to them. A kappa that is undefined counts as 1: it is so only
 * where both models have one and the same score throughout. Missing scores are imputed.
 * Source: de Silva and Tenenbaum 2004, Sparse multidimensional scaling using landmark points; kappa as in
 * error-consistency.ts. That kappa measures the distance is ours.
 * The first axis grows with the landmarks' scores (where it has nothing to do with them, and on the second axis, the point
 * farthest out stands on the positive side). With fewer than three different models axes are left without anything on them.
 * Cost: O(L M n + L^3), L <= 500 landmarks, n <= 4,096 items spread evenly over theirs: whatever N. For scores other than 0
 * and 1, L M n <= 2.5 x 10^8, but n >= 256.
 */
export function mapSimilarities(sources: Sources, order: MapOrder): SimilarityMap {
  const landmarks = spread(order.models, maxLandmarks);
  const items = spread(order.items, itemLimit(sources, landmarks.length));
  const table = landmarkTable(sources, landmarks, items);
  const similaritiesOf = (m: number) => table.similarities(scoresOn(sources, m, items));
  const scaling = scaleLandmarks(sources, landmarks, similaritiesOf);
  const nModels = order.models.length;
  const places = new Float64Array(nAxes * nModels);
  const known = new Set(landmarks);
  for (const m of order.models) {
    if (known.has(m)) continue;
    places.set(placeAmong(scaling, similaritiesOf(m)), nAxes * m);
  }
  landmarks.forEach((m, i) => {
    for (let k = 0; k < nAxes; k++) places[nAxes * m + k] = scaling.axes[k * landmarks.length + i];
  });
  return { landmarks, scaling, nItems: items.length, places };
}

/** Where a model stands that was compared with every landmark: its two coordinates. O(L) */
export function placeAmong(scaling: Scaling, similarities: Float64Array): Float64Array {
  return placePoint(scaling, squaredDistances(similarities));
}

/** The landmarks as a model is compared with them. @param items indices into the population   O(L n) */
export function landmarkTable(sources: Sources, landmarks: Int32Array, items: Int32Array): SimilarityTable {
  const scores = new Float64Array(items.length * landmarks.length);
  landmarks.forEach((m, i) => {
    scoresOn(sources, m, items).forEach((score, j) => {
      scores[j * landmarks.length + i] = score;
    });
  });
  return createSimilarityTable(scores, items.length, landmarks.length);
}

function scoresOn({ history, summary }: Sources, m: number, items: Int32Array): Float64Array {
  return Float64Array.from(items, (item) => imputedScore(history, summary, m, item));
}

function scaleLandmarks(
  { summary }: Sources,
  landmarks: Int32Array,
  similaritiesOf: (m: number) => Float64Array,
): Scaling {
  const count = landmarks.length;
  const squares = new Float64Array(count * count);
  landmarks.forEach((m, i) => {
    squares.set(squaredDistances(similaritiesOf(m)), i * count);
  });
  const scaling = scaleClassically(squares, count, nAxes);
  const scores = Float64Array.from(landmarks, (m) => summary.modelMeans[m]);
  turnFirstInPlace(scaling.axes.subarray(0, count), scores);
  turnOutwardInPlace(scaling.axes.subarray(count));
  return scaling;
}

function squaredDistances(similarities: Float64Array): Float64Array {
  return similarities.map((kappa) => (Number.isNaN(kappa) ? 0 : 2 * (1 - kappa)));
}

/** Evenly over an order: as many of its entries, or all of them. */
function spread(order: Int32Array, most: number): Int32Array {
  const count = Math.min(most, order.length);
  return Int32Array.from({ length: count }, (_, k) => order[Math.floor((k * order.length) / count)]);
}

function itemLimit({ history, summary }: Sources, nLandmarks: number): number {
  if (history.matrix.cells instanceof Uint8Array && summary.missingShare === 0) return maxItems;
  const affordable = Math.floor(maxRealCost / (nLandmarks * history.models.length));
  return Math.min(maxItems, Math.max(minRealItems, affordable));
}

/** What is left of a sum that should be 0, and what tells two equal coordinates apart, as a share of the whole. */
const rounding = 1e-9;

/** An axis has mean 0: its covariance with the scores is the mean of the products with their deviations. */
function turnFirstInPlace(axis: Float64Array, scores: Float64Array): void {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const deviations = scores.map((score) => score - mean);
  const along = dot(axis, 0, deviations, 0, axis.length);
  const scale = Math.sqrt(
    dot(axis, 0, axis, 0, axis.length) * dot(deviations, 0, deviations, 0, axis.length),
  );
  if (Math.abs(along) <= rounding * scale) turnOutwardInPlace(axis);
  else if (along < 0) negateInPlace(axis);
}

/** Of several that are equally far out, the first one. */
function turnOutwardInPlace(axis: Float64Array): void {
  const farthest = axis.reduce((most, coordinate) => Math.max(most, Math.abs(coordinate)), 0);
  const first = axis.find((coordinate) => Math.abs(coordinate) >= (1 - rounding) * farthest);
  if (first !== undefined && first < 0) negateInPlace(axis);
}

function negateInPlace(axis: Float64Array): void {
  for (let i = 0; i < axis.length; i++) axis[i] = 0 - axis[i];
}
