/**
 * Distances in 128 steps, four to a word: a quarter of the memory to read, and four of them are compared in as many operations
 * as one. They tell for sure which distances are larger than some limits; the few others have to be looked at exactly.
 * Source: comparison of bytes within a word, Lamport 1975, Multiple byte processing with full-word instructions.
 */
export interface CoarseDistances {
  /** Words in a row: an even number, four points each. */
  readonly words: number;
  /** nPoints x words: the steps of four distances, the topmost bit of each byte set. */
  readonly rows: Int32Array;
  /** Words for the limits: byte by byte one more than the step of a limit. */
  setLimits(limits: Float32Array, words: Int32Array): void;
}

/** In a difference of a row's word and a limit's: set where the distance is larger than the limit for sure. */
export const surelyLarger = 0x8080_8080 | 0;

const pointsAWord = 4;
const steps = 127;

/** Up to a distance of 1; what is larger shares the last step. */
function stepOf(distance: number): number {
  return Math.min(steps, (steps * distance) | 0);
}

/** @param distances nPoints x nPoints, row-major, not negative, of the order of 1   O(nPoints^2) */
export function createCoarseDistances(distances: Float32Array, nPoints: number): CoarseDistances {
  const words = 2 * Math.ceil(nPoints / (2 * pointsAWord));
  // Beyond the last point there are limits of 0, which all is larger than.
  const rows = new Int32Array(nPoints * words).fill(surelyLarger);
  for (let point = 0; point < nPoints; point++)
    packRow(distances, point * nPoints, nPoints, rows, point * words);
  return {
    words,
    rows,
    setLimits(limits, limitWords) {
      limitWords.fill(0);
      for (let point = 0; point < nPoints; point++) {
        limitWords[point >>> 2] |= (stepOf(limits[point]) + 1) << (8 * (point & 3));
      }
    },
  };
}

function packRow(distances: Float32Array, start: number, length: number, rows: Int32Array, at: number): void {
  for (let point = 0; point < length; point += pointsAWord) {
    const from = start + point;
    const isWhole = point + pointsAWord <= length;
    const step0 = stepOf(distances[from]);
    const step1 = isWhole || point + 1 < length ? stepOf(distances[from + 1]) : 0;
    const step2 = isWhole || point + 2 < length ? stepOf(distances[from + 2]) : 0;
    const step3 = isWhole ? stepOf(distances[from + 3]) : 0;
    rows[at + (point >>> 2)] = step0 | (step1 << 8) | (step2 << 16) | (step3 << 24) | surelyLarger;
  }
}
