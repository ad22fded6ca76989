import { definedMean } from '../numeric/mean.ts';
import { transpose } from '../numeric/ridge.ts';

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
  const byModel = transpose(sourceScores, nItems, nModels);
  return similarityTableOf(
    Array.from({ length: nModels }, (_, m) => byModel.subarray(m * nItems, (m + 1) * nItems)),
  );
}

/** @param sourceScores M arrays of one score an item, unit scale */
export function similarityTableOf(sourceScores: readonly Float64Array[]): SimilarityTable {
  const profiles = sourceScores.map(profileOf);
  const packed = packBits(profiles);
  let sorted: Float64Array | undefined;
  return {
    similarities(scores) {
      const target = profileOf(scores);
      if (packed !== null && target.bits !== null)
        return binaryKappas(target.mean, target.bits, scores.length, packed);
      return Float64Array.from(profiles, (profile) => kappa(target, profile));
    },
    sortedSourceMeans() {
      sorted ??= leaveOneOutMeans(profiles)
        .filter((mean) => !Number.isNaN(mean))
        .sort();
      return sorted;
    },
  };
}

interface Profile {
  readonly scores: Float64Array;
  readonly mean: number;
  /** One bit an item, set where the score is 1; null unless every score is 0 or 1. */
  readonly bits: Int32Array | null;
  /** Ascending; filled at first use, only where `bits` is null here or on the other side. */
  sorted?: Float64Array;
}

function profileOf(scores: Float64Array): Profile {
  const bits = new Int32Array(Math.ceil(scores.length / 32));
  let sum = 0;
  let isBinary = true;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i];
    sum += score;
    if (score === 1) bits[i >> 5] |= 1 << (i & 31);
    else if (score !== 0) isBinary = false;
  }
  return { scores, mean: sum / scores.length, bits: isBinary ? bits : null };
}

function kappa(a: Profile, b: Profile): number {
  let disagreement: number;
  let expected: number;
  if (a.bits !== null && b.bits !== null) {
    disagreement = differingBits(a.bits, b.bits) / a.scores.length;
    expected = a.mean * (1 - b.mean) + b.mean * (1 - a.mean);
  } else {
    disagreement = meanDistance(a.scores, b.scores);
    expected = meanPairDistance(a, b);
  }
  return expected < 1e-12 ? Number.NaN : 1 - disagreement / expected;
}

/** The bits of all models one after the other, and their means. */
interface PackedBits {
  readonly bits: Int32Array;
  readonly means: Float64Array;
}

/** null unless all their scores are 0 or 1. */
function packBits(profiles: readonly Profile[]): PackedBits | null {
  const words = profiles[0]?.bits?.length ?? 0;
  const bits = new Int32Array(words * profiles.length);
  for (let m = 0; m < profiles.length; m++) {
    const own = profiles[m].bits;
    if (own === null) return null;
    bits.set(own, m * words);
  }
  return { bits, means: Float64Array.from(profiles, ({ mean }) => mean) };
}

/** What `kappa` says of every pair, without a call for each. */
function binaryKappas(
  mean: number,
  target: Int32Array,
  nItems: number,
  { bits, means }: PackedBits,
): Float64Array {
  const values = new Float64Array(means.length);
  const words = target.length;
  for (let m = 0; m < values.length; m++) {
    let differing = 0;
    for (let word = 0; word < words; word++) differing += countBits(target[word] ^ bits[m * words + word]);
    const expected = mean * (1 - means[m]) + means[m] * (1 - mean);
    values[m] = expected < 1e-12 ? Number.NaN : 1 - differing / nItems / expected;
  }
  return values;
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function differingBits(a: Int32Array, b: Int32Array): number {
  let count = 0;
  for (let word = 0; word < a.length; word++) count += countBits(a[word] ^ b[word]);
  return count;
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
  a.sorted ??= a.scores.slice().sort();
  b.sorted ??= b.scores.slice().sort();
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

/** More would make the percentile no sharper and the cost grow with M^2. */
const maxReferenceSources = 500;

/** The mean kappa with all other sources, of every source or of 500 spread evenly over them. */
function leaveOneOutMeans(profiles: readonly Profile[]): Float64Array {
  const means = new Float64Array(Math.min(profiles.length, maxReferenceSources));
  const similarities = new Float64Array(profiles.length);
  for (let k = 0; k < means.length; k++) {
    const g = Math.floor((k * profiles.length) / means.length);
    for (let h = 0; h < profiles.length; h++) similarities[h] = kappa(profiles[g], profiles[h]);
    similarities[g] = Number.NaN;
    means[k] = definedMean(similarities);
  }
  return means;
}
