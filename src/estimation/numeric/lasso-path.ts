import { centreRows } from './centre-rows.ts';
import { dot } from './dot.ts';
import { createGrowingCholesky } from './growing-cholesky.ts';

/** What a Lasso is fitted on. */
export interface LassoInput {
  /** nFeatures x nRows, row-major: a row per feature. Centred in place: the path keeps it as its own. */
  readonly features: Float64Array;
  readonly nFeatures: number;
  readonly nRows: number;
  /** nRows */
  readonly outcome: Float64Array;
}

/** prediction = intercept + sum over the support of slope x feature */
export interface LassoFit {
  readonly penalty: number;
  /** Ascending. */
  readonly support: Int32Array;
  /** Nonzero, in the order of the support. */
  readonly slopes: Float64Array;
  readonly intercept: number;
}

export interface LassoPath {
  /** From this penalty upwards every slope is 0. */
  readonly largestPenalty: number;
  /** Number of nonzero slopes at the penalty last moved to. */
  readonly nonzero: number;
  /** Solves at another penalty, from the solution at the last one: quick while penalties go down in small steps. */
  moveTo(penalty: number): void;
  fit(): LassoFit;
}

/** A feature outside the support may exceed the penalty by this share of it: some 1e5 roundings. */
const penaltyTolerance = 1e-9;
/** A feature whose distance from the span of the support is below the root of this share of its length lies in it. */
const dependenceTolerance = 1e-12;
/** An exchange has to lower the sum of the |slopes| by this share of the entering one, lest two near copies take turns. */
const exchangeGain = penaltyTolerance / 2;

/**
 * argmin_{b0, b}  1 / (2 nRows) |y - b0 - X b|^2 + penalty |b|_1, at one penalty after another.
 * Source: Tibshirani 1996. Solved exactly by an active set, in the manner of Osborne, Presnell and Turlach 2000 and of
 * Lee et al. 2006 (feature-sign search). While the support and its signs are right, the slopes solve linear equations.
 * A slope that would cross 0 on the way there leaves; then the feature most correlated with the residual beyond the
 * penalty enters. One that lies in the span of the support (a copy of an item, say) takes the place of a member instead,
 * so that the equations always have one solution: where the minimum has several, that is one of fewest features.
 * Each change lowers the objective, so that no support comes back; the number of changes is bounded all the same.
 * Cost of a move: O(nRows nFeatures) at most, less where features are known to be out of reach, and
 * O(k (k + nRows)) for every feature that enters or leaves a support of k.
 */
export function createLassoPath({ features, nFeatures, nRows, outcome }: LassoInput): LassoPath {
  const featureMeans = centreRows(features, nFeatures, nRows);
  const centredOutcome = outcome.slice();
  const [outcomeMean] = centreRows(centredOutcome, 1, nRows);
  const lengths = Float64Array.from({ length: nFeatures }, (_, j) =>
    Math.sqrt(correlate(j, features, j * nRows)),
  );
  const capacity = Math.min(nRows, nFeatures);
  const gram = createGrowingCholesky(capacity);
  const active = new Int32Array(capacity);
  const isActive = new Uint8Array(nFeatures);
  const signs = new Float64Array(capacity);
  const slopes = new Float64Array(capacity);
  const moments = new Float64Array(capacity);
  const goal = new Float64Array(capacity);
  const gramRow = new Float64Array(capacity);
  const residual = centredOutcome.slice();
  const residualBefore = residual.slice();
  /** Feature j is correlated with the residual by at most reachBase[j] + lengths[j] x drift. */
  const reachBase = new Float64Array(nFeatures);
  /** Length of the way that the residual has gone so far. */
  let drift = 0;
  const correlations = new Float64Array(nFeatures);
  let candidates: number[] = [];
  /** Features that can neither enter nor be exchanged at this penalty. */
  const barred = new Set<number>();
  let bound = 0;

  function correlate(feature: number, vector: Float64Array, start: number): number {
    return dot(features, feature * nRows, vector, start, nRows);
  }

  function enter(feature: number, sign: number, slope: number): boolean {
    const k = gram.size;
    const start = feature * nRows;
    if (k === capacity) return false;
    for (let i = 0; i < k; i++) gramRow[i] = correlate(active[i], features, start);
    const square = lengths[feature] ** 2;
    if (!gram.append(gramRow, square, dependenceTolerance * square)) return false;
    active[k] = feature;
    signs[k] = sign;
    slopes[k] = slope;
    moments[k] = correlate(feature, centredOutcome, 0);
    isActive[feature] = 1;
    return true;
  }

  function leave(position: number): void {
    isActive[active[position]] = 0;
    gram.remove(position);
    for (const values of [active, signs, slopes, moments]) values.copyWithin(position, position + 1);
  }

  /** The slopes that the present support and signs ask for; where one of them would change sign, as far as that. */
  function stepToGoal(): boolean {
    const k = gram.size;
    for (let i = 0; i < k; i++) goal[i] = moments[i] - bound * signs[i];
    gram.solve(goal);
    let share = 1;
    let blocking = -1;
    for (let i = 0; i < k; i++) {
      if (signs[i] * goal[i] > 0) continue;
      const until = slopes[i] === 0 ? 0 : slopes[i] / (slopes[i] - goal[i]);
      if (blocking >= 0 && until >= share) continue;
      share = until;
      blocking = i;
    }
    for (let i = 0; i < k; i++) slopes[i] += share * (goal[i] - slopes[i]);
    if (blocking < 0) slopes.set(goal.subarray(0, k));
    else leave(blocking);
    return blocking < 0;
  }

  function updateResidual(): void {
    residualBefore.set(residual);
    residual.set(centredOutcome);
    for (let i = 0; i < gram.size; i++) {
      const start = active[i] * nRows;
      const slope = slopes[i];
      for (let row = 0; row < nRows; row++) residual[row] -= slope * features[start + row];
    }
    let way = 0;
    for (let row = 0; row < nRows; row++) way += (residual[row] - residualBefore[row]) ** 2;
    drift += Math.sqrt(way);
  }

  function settle(): void {
    while (!stepToGoal());
    updateResidual();
  }

  /** All the features that are correlated with the residual beyond the penalty. */
  function findCandidates(): number[] {
    const found: number[] = [];
    for (let j = 0; j < nFeatures; j++) {
      if (isActive[j] === 1 || reachBase[j] + lengths[j] * drift <= bound) continue;
      correlations[j] = correlate(j, residual, 0);
      reachBase[j] = Math.abs(correlations[j]) - lengths[j] * drift;
      if (exceeds(j)) found.push(j);
    }
    return found;
  }

  function exceeds(feature: number): boolean {
    return Math.abs(correlations[feature]) > bound * (1 + penaltyTolerance) && !barred.has(feature);
  }

  /** The feature furthest beyond the penalty: among the known candidates first, then among all. */
  function furthest(): number {
    candidates = candidates.filter((j) => {
      if (isActive[j] === 1) return false;
      correlations[j] = correlate(j, residual, 0);
      return exceeds(j);
    });
    if (candidates.length === 0) candidates = findCandidates();
    let best = -1;
    for (const j of candidates) {
      if (best < 0 || Math.abs(correlations[j]) > Math.abs(correlations[best])) best = j;
    }
    return best;
  }

  /**
   * A feature that is a combination of the support enters with the fit unchanged: the others give way until the first of
   * them is 0 and leaves. As the feature is beyond the penalty and they are at it, the sum of the |slopes| falls.
   */
  function exchange(feature: number, sign: number): boolean {
    const k = gram.size;
    for (let i = 0; i < k; i++) goal[i] = sign * correlate(active[i], features, feature * nRows);
    gram.solve(goal);
    let share = Number.POSITIVE_INFINITY;
    let first = -1;
    for (let i = 0; i < k; i++) {
      const until = slopes[i] / goal[i];
      if (!(signs[i] * goal[i] > 0) || until >= share) continue;
      share = until;
      first = i;
    }
    if (first < 0 || dot(signs, 0, goal, 0, k) - 1 < exchangeGain) return false;
    for (let i = 0; i < k; i++) slopes[i] -= share * goal[i];
    leave(first);
    enter(feature, sign, sign * share);
    return true;
  }

  function moveTo(penalty: number): void {
    bound = penalty * nRows;
    candidates = [];
    barred.clear();
    settle();
    const maxChanges = 20 * capacity + 100;
    for (let change = 0; change < maxChanges; change++) {
      const feature = furthest();
      if (feature < 0) return;
      const sign = Math.sign(correlations[feature]);
      if (enter(feature, sign, 0) || exchange(feature, sign)) settle();
      else barred.add(feature);
    }
  }

  function fit(): LassoFit {
    const order = Array.from(active.subarray(0, gram.size).keys()).sort((a, b) => active[a] - active[b]);
    const support = Int32Array.from(order, (i) => active[i]);
    const ordered = Float64Array.from(order, (i) => slopes[i]);
    const offset = ordered.reduce((sum, slope, i) => sum + slope * featureMeans[support[i]], 0);
    return { penalty: bound / nRows, support, slopes: ordered, intercept: outcomeMean - offset };
  }

  for (let j = 0; j < nFeatures; j++) reachBase[j] = Math.abs(correlate(j, residual, 0));
  const largestPenalty = reachBase.reduce((largest, reach) => Math.max(largest, reach), 0) / nRows;
  return {
    largestPenalty,
    get nonzero() {
      return gram.size;
    },
    moveTo,
    fit,
  };
}
