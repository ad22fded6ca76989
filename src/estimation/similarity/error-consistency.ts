import { transpose } from '../numeric/feature-matrix.ts';
import { definedMean } from '../numeric/mean.ts';
import { packColumns } from '../numeric/packed-bits.ts';
import { createBinaryTable } from './binary-error-consistency.ts';
import { referenceSources } from './reference-sources.ts';

/**
 * Error consistency of two models on the same items, beyond what their accuracies alone would bring:
 *   kappa = (c_obs - c_exp) / (1 - c_exp)
 * Binary scores: c_obs = share of items both right or both wrong, c_exp = p_f p_g + (1 - p_f)(1 - p_g). For scores in
 * [0, 1]: c_obs = 1 - mean |a - b| and c_exp = 1 - mean over all pairs |a_i - b_j|, the same thing for 0/1.
 * Source: Geirhos, Meding and Wichmann, arXiv 2006.16736, equations 1 and 2; the extension to [0, 1] is ours.
 */
export interface SimilarityTable {
  /** M: kappa of a target with each source; NaN where c_exp = 1 (both all right, or both all wrong). */
  similarities(scores: Float64Array): Float64Array;
  /**
   * Ascending: the mean kappa of each source (beyond 500: of 500 spread evenly over them) with the other sources, where
   * one is defined. O(min(M, 500) M n), on first use.
   */
  sortedSourceMeans(): Float64Array;
}

/** @param sourceScores nItems x nModels, row-major, unit scale */
export function createSimilarityTable(
  sourceScores: Float64Array,
  nItems: number,
  nModels: number,
): SimilarityTable {
  const packed = packColumns(sourceScores, nItems, nModels);
  const binary = packed && createBinaryTable(packed, sourceScores);
  const ofAny = once(() => createTableOfReals(sourceScores, nItems, nModels));
  const sorted = once(() =>
    (binary ?? ofAny())
      .leaveOneOutMeans()
      .filter((mean) => !Number.isNaN(mean))
      .sort(),
  );
  return {
    similarities: (scores) => binary?.similarities(scores) ?? ofAny().similarities(scores),
    sortedSourceMeans: sorted,
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Kappas of models whose scores may be any in [0, 1]. */
function createTableOfReals(sourceScores: Float64Array, nItems: number, nModels: number) {
  const byModel = transpose(sourceScores, nItems, nModels);
  const profiles = Array.from({ length: nModels }, (_, m) =>
    profileOf(byModel.subarray(m * nItems, (m + 1) * nItems)),
  );
  const kappasOf = (profile: Profile) => Float64Array.from(profiles, (other) => kappa(profile, other));
  return {
    similarities: (scores: Float64Array) => kappasOf(profileOf(scores)),
    leaveOneOutMeans: () =>
      Float64Array.from(referenceSources(nModels), (g) => {
        const similarities = kappasOf(profiles[g]);
        similarities[g] = Number.NaN;
        return definedMean(similarities);
      }),
  };
}

interface Profile {
  readonly scores: Float64Array;
  /** Ascending. */
  readonly sorted: Float64Array;
}

function profileOf(scores: Float64Array): Profile {
  return { scores, sorted: scores.slice().sort() };
}

function kappa(a: Profile, b: Profile): number {
  const expected = meanPairDistance(a, b);
  return expected < 1e-12 ? Number.NaN : 1 - meanDistance(a.scores, b.scores) / expected;
}

function meanDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}

/**
 * Mean |a_i - b_j| over all pairs = integral of F_a (1 - F_b) + F_b (1 - F_a), by one walk over both sorted lists
 * (their lengths are equal).
 */
function meanPairDistance(a: Profile, b: Profile): number {
  const n = a.scores.length;
  let i = 0;
  let j = 0;
  let from = Math.min(a.sorted[0], b.sorted[0]);
  let sum = 0;
  while (i < n || j < n) {
    const to = j >= n || (i < n && a.sorted[i] <= b.sorted[j]) ? a.sorted[i] : b.sorted[j];
    sum += (to - from) * (i * (n - j) + j * (n - i));
    from = to;
    while (i < n && a.sorted[i] === to) i++;
    while (j < n && b.sorted[j] === to) j++;
  }
  return sum / (n * n);
}
