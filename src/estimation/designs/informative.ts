import { indexRange } from '../numeric/random.ts';
import type { Design } from './design.ts';
import { orderByDifficulty, systematicPlaces } from './systematic.ts';

/** Keeps items that every source gets right, or wrong, from being left out for good. */
const floor = 0.05;

/**
 * Items ordered by difficulty, then a systematic sample with pi proportional to sqrt(p (1 - p) + 0.05), p the
 * difficulty: more of the items on which models differ.
 */
export const informative: Design = ({ difficulties }, size, random) => {
  const sizes = difficulties.map((difficulty) => Math.sqrt(difficulty * (1 - difficulty) + floor));
  const probabilities = proportionalInclusion(sizes, size);
  const ordered = orderByDifficulty(difficulties, indexRange(difficulties.length), random);
  const inOrder = Float64Array.from(ordered, (item) => probabilities[item]);
  const items = systematicPlaces(inOrder, size, random)
    .map((place) => ordered[place])
    .sort();
  return { items, inclusion: Float64Array.from(items, (item) => probabilities[item]) };
};

/**
 * Inclusion probabilities proportional to positive sizes, summing to n; those above 1 are capped and the rest rescaled
 * until the sum is n (Sarndal, Swensson and Wretman 1992, section 3.6.2).
 */
export function proportionalInclusion(sizes: Float64Array, n: number): Float64Array {
  if (n === sizes.length) return new Float64Array(n).fill(1);
  const probabilities = new Float64Array(sizes.length);
  const capped = new Uint8Array(sizes.length);
  for (;;) {
    let free = n;
    let total = 0;
    sizes.forEach((size, item) => {
      if (capped[item] === 1) free--;
      else total += size;
    });
    let changed = false;
    sizes.forEach((size, item) => {
      if (capped[item] === 1) return;
      probabilities[item] = (free * size) / total;
      if (probabilities[item] >= 1) {
        probabilities[item] = 1;
        capped[item] = 1;
        changed = true;
      }
    });
    if (!changed) return probabilities;
  }
}
