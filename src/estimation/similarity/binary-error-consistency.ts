import {
  commonOnes,
  commonOnesWithAll,
  countOnes,
  type PackedBits,
  packRows,
} from '../numeric/packed-bits.ts';
import { indexRange } from '../numeric/random.ts';
import { referenceSources } from './reference-sources.ts';

/** Kappas of models whose scores are all 0 or 1. */
export interface BinaryTable {
  /** M: as of `SimilarityTable`; null unless the scores are all 0 or 1.   O(M n / 32 + n) */
  similarities(scores: Float64Array): Float64Array | null;
  /** One per reference source: its mean kappa with the other sources, NaN where none is defined. */
  leaveOneOutMeans(): Float64Array;
}

/** @param packed M series of n   @param sourceScores n x M, row-major: the same, not packed */
export function createBinaryTable(packed: PackedBits, sourceScores: Float64Array): BinaryTable {
  const { nSeries: nModels, length: nItems } = packed;
  const ones = countOnes(packed);
  return {
    similarities(scores) {
      const target = packRows(scores, 1, nItems);
      if (target === null) return null;
      const [targetOnes] = countOnes(target);
      const expected = expectedDifferences(targetOnes, nItems);
      const common = commonOnesWithAll(target.bits, packed);
      const values = new Float64Array(nModels);
      for (let m = 0; m < nModels; m++) {
        values[m] = 1 - (targetOnes + ones[m] - 2 * common[m]) / expected[ones[m]];
      }
      return values;
    },
    leaveOneOutMeans() {
      const references = referenceSources(nModels);
      return isGroupingCheaper(packed, ones, references)
        ? meansByGroups(sourceScores, ones, nItems, references)
        : meansByPairs(packed, ones, references);
    },
  };
}

/**
 * n (1 - c_exp) for a model with so many ones and one with k, k = 0, ..., n; NaN where both are all right or all wrong.
 * kappa is then 1 - (number of differing answers) / that.
 */
function expectedDifferences(ones: number, nItems: number): Float64Array {
  const expected = new Float64Array(nItems + 1);
  for (let k = 0; k <= nItems; k++) {
    const pairs = ones * (nItems - k) + k * (nItems - ones);
    expected[k] = pairs === 0 ? Number.NaN : pairs / nItems;
  }
  return expected;
}

/** Multiplications, dearer each, of the one against words of the other, of which a pair costs some more for the division. */
function isGroupingCheaper(
  { nSeries, length, words }: PackedBits,
  ones: Float64Array,
  references: Int32Array,
): boolean {
  const distinct = new Set(ones).size;
  const multiplications = Math.min(distinct, references.length) * distinct * length;
  return 2 * multiplications < references.length * nSeries * (words + 2);
}

/** Where all sources are references each pair is looked at once, for both. */
function meansByPairs(
  { bits, nSeries, length, words }: PackedBits,
  ones: Float64Array,
  references: Int32Array,
): Float64Array {
  const isMutual = references.length === nSeries;
  const sums = new Float64Array(references.length);
  const defined = new Int32Array(references.length);
  for (let k = 0; k < references.length; k++) {
    const g = references[k];
    const expected = expectedDifferences(ones[g], length);
    for (let h = 0; h < (isMutual ? g : nSeries); h++) {
      const limit = expected[ones[h]];
      if (h === g || Number.isNaN(limit)) continue;
      const common = commonOnes(bits, g * words, bits, h * words, words);
      const share = (ones[g] + ones[h] - 2 * common) / limit;
      sums[k] += share;
      defined[k]++;
      if (!isMutual) continue;
      sums[h] += share;
      defined[h]++;
    }
  }
  return sums.map((sum, k) => 1 - sum / defined[k]);
}

/** The sources by their number of ones. */
interface Groups {
  /** The number of ones, one per group. */
  readonly ones: Int32Array;
  readonly sizes: Int32Array;
  /** groups x n: how many of a group have a one there. */
  readonly counts: Float64Array;
}

/**
 * With c(g, h) the ones in common, s the numbers of ones and E what is expected of a pair, the sum to take is
 *   sum_h (s_g + s_h - 2 c(g, h)) / E(s_g, s_h),
 * and all sources of one s share a divisor, so that their ones can be added up item by item beforehand.
 * O(M n + groups^2 n)
 */
function meansByGroups(
  sourceScores: Float64Array,
  ones: Float64Array,
  nItems: number,
  references: Int32Array,
): Float64Array {
  const nModels = ones.length;
  const groups = groupByOnes(sourceScores, ones, nItems);
  const sums = new Map<number, SumsOverGroups>();
  const sumsOf = Array.from(references, (g) => {
    const known = sums.get(ones[g]) ?? sumOverGroups(groups, ones[g], nItems);
    sums.set(ones[g], known);
    return known;
  });
  return Float64Array.from(references, (g, k) => {
    const { total, common, others } = sumsOf[k];
    let inCommon = 0;
    for (let i = 0; i < nItems; i++) inCommon += common[i] * sourceScores[i * nModels + g];
    // Rounding may leave something of a sum over none.
    return others === 0 ? Number.NaN : 1 - (total - 2 * inCommon) / others;
  });
}

function groupByOnes(sourceScores: Float64Array, ones: Float64Array, nItems: number): Groups {
  const nModels = ones.length;
  const sizesByOnes = new Int32Array(nItems + 1);
  for (let m = 0; m < nModels; m++) sizesByOnes[ones[m]]++;
  const distinct = indexRange(nItems + 1).filter((count) => sizesByOnes[count] > 0);
  const groupOf = new Int32Array(nItems + 1);
  distinct.forEach((count, group) => {
    groupOf[count] = group;
  });
  const starts = Int32Array.from(ones, (count) => groupOf[count] * nItems);
  const counts = new Float64Array(distinct.length * nItems);
  for (let i = 0; i < nItems; i++) {
    const from = i * nModels;
    for (let m = 0; m < nModels; m++) counts[starts[m] + i] += sourceScores[from + m];
  }
  return { ones: distinct, sizes: distinct.map((count) => sizesByOnes[count]), counts };
}

/** What the sum over the sources comes to for all those with one number of ones. */
interface SumsOverGroups {
  /** sum_h (s_g + s_h) / E */
  readonly total: number;
  /** n: sum_h x_hi / E */
  readonly common: Float64Array;
  /** Number of other sources with which there is a kappa. */
  readonly others: number;
}

function sumOverGroups({ ones, sizes, counts }: Groups, ownOnes: number, nItems: number): SumsOverGroups {
  const expected = expectedDifferences(ownOnes, nItems);
  const common = new Float64Array(nItems);
  let total = 0;
  let others = Number.isNaN(expected[ownOnes]) ? 0 : -1;
  for (let group = 0; group < ones.length; group++) {
    const inverse = 1 / expected[ones[group]];
    if (Number.isNaN(inverse)) continue;
    total += sizes[group] * (ownOnes + ones[group]) * inverse;
    others += sizes[group];
    const start = group * nItems;
    for (let i = 0; i < nItems; i++) common[i] += counts[start + i] * inverse;
  }
  return { total, common, others };
}
