/** Series of zeros and ones, 32 to a word. */
export interface PackedBits {
  /** nSeries x words, row-major; number k of a series is bit k % 32 of its word k / 32, and what is left over is 0. */
  readonly bits: Int32Array;
  readonly nSeries: number;
  /** Numbers in a series. */
  readonly length: number;
  /** ceil(length / 32) */
  readonly words: number;
}

/** Room for series of zeros. */
export function emptyBits(nSeries: number, length: number): PackedBits {
  const words = Math.ceil(length / 32);
  return { bits: new Int32Array(nSeries * words), nSeries, length, words };
}

/**
 * The rows of an nRows x nColumns matrix; null unless all its numbers are 0 or 1. Without a branch a number: which it is
 * cannot be foretold.   O(nRows nColumns)
 */
export function packRows(matrix: Float64Array, nRows: number, nColumns: number): PackedBits | null {
  const packed = emptyBits(nRows, nColumns);
  let at = 0;
  for (let row = 0; row < nRows; row++) {
    const end = (row + 1) * nColumns;
    for (let start = row * nColumns; start < end; start += 32) {
      let word = 0;
      let strange = 0;
      const length = Math.min(32, end - start);
      for (let k = 0; k < length; k++) {
        const value = matrix[start + k];
        const bit = value & 1;
        strange |= Number(value !== bit);
        word |= bit << k;
      }
      if (strange === 1) return null;
      packed.bits[at++] = word;
    }
  }
  return packed;
}

/** The columns of such a matrix. */
export function packColumns(matrix: Float64Array, nRows: number, nColumns: number): PackedBits | null {
  const packed = emptyBits(nColumns, nRows);
  const { bits, words } = packed;
  for (let row = 0; row < nRows; row++) {
    const start = row * nColumns;
    const word = row >>> 5;
    const shift = row & 31;
    let strange = 0;
    for (let column = 0; column < nColumns; column++) {
      const value = matrix[start + column];
      const bit = value & 1;
      strange |= Number(value !== bit);
      bits[column * words + word] |= bit << shift;
    }
    if (strange === 1) return null;
  }
  return packed;
}

/** Words whose byte counts, 8 at most from each, can be added up without running over: a multiple of three. */
const wordsAByte = 30;

/**
 * Number of ones that two series have in common; their words start at `aStart` and `bStart`. Bits are counted side by side
 * within each word, then each byte.   O(words)
 */
export function commonOnes(
  a: Int32Array,
  aStart: number,
  b: Int32Array,
  bStart: number,
  words: number,
): number {
  let total = 0;
  for (let start = 0; start < words; start += wordsAByte) {
    const end = Math.min(words, start + wordsAByte);
    let bytes = 0;
    let k = start;
    // `| 0`: the topmost byte may reach the sign, and sums stay whole numbers of 32 bits all the same.
    for (; k + 2 < end; k += 3) {
      const first = a[aStart + k] & b[bStart + k];
      const second = a[aStart + k + 1] & b[bStart + k + 1];
      bytes = (bytes + onesInBytes(first, second, a[aStart + k + 2] & b[bStart + k + 2])) | 0;
    }
    for (; k < end; k++) bytes = (bytes + onesInBytes(a[aStart + k] & b[bStart + k], 0, 0)) | 0;
    total += sumOfBytes(bytes);
  }
  return total;
}

/**
 * The number of ones in each byte of three words, in that byte: a full adder makes two words of them, one of which counts
 * twice (Harley and Seal, in Warren, Hacker's Delight, section 5-1).
 */
function onesInBytes(first: number, second: number, third: number): number {
  const differing = first ^ second;
  const fours =
    (onesInFours(differing ^ third) + 2 * onesInFours((first & second) | (differing & third))) | 0;
  return ((fours & 0x0f0f0f0f) + ((fours >>> 4) & 0x0f0f0f0f)) | 0;
}

function onesInFours(word: number): number {
  const pairs = (word - ((word >>> 1) & 0x55555555)) | 0;
  return ((pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)) | 0;
}

function sumOfBytes(bytes: number): number {
  const halves = ((bytes & 0x00ff00ff) + ((bytes >>> 8) & 0x00ff00ff)) | 0;
  return (halves + (halves >>> 16)) & 0xffff;
}

/**
 * nSeries: the ones in common with one more series, its words on their own. Word by word within one loop: for few words that is
 * faster than a call for each series.   O(nSeries words)
 */
export function commonOnesWithAll(one: Int32Array, { bits, nSeries, words }: PackedBits): Int32Array {
  const counts = new Int32Array(nSeries);
  let at = 0;
  for (let s = 0; s < nSeries; s++) {
    let total = 0;
    for (let k = 0; k < words; k++) {
      const fours = onesInFours(one[k] & bits[at++]);
      total = (total + (Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24)) | 0;
    }
    counts[s] = total;
  }
  return counts;
}

/** nSeries: the number of ones in each. */
export function countOnes({ bits, nSeries, words }: PackedBits): Float64Array {
  const ones = new Float64Array(nSeries);
  for (let s = 0; s < nSeries; s++) ones[s] = commonOnes(bits, s * words, bits, s * words, words);
  return ones;
}

/** The inner products of all pairs: nSeries x nSeries, symmetric, whole numbers.   O(nSeries^2 words) */
export function gramOfBits({ bits, nSeries, words }: PackedBits): Float64Array {
  const gram = new Float64Array(nSeries * nSeries);
  for (let row = 0; row < nSeries; row++) {
    for (let other = 0; other <= row; other++) {
      const common = commonOnes(bits, row * words, bits, other * words, words);
      gram[row * nSeries + other] = common;
      gram[other * nSeries + row] = common;
    }
  }
  return gram;
}
