import { type Random, shuffleInPlace } from '../numeric/random.ts';
import { stableOrder } from '../numeric/stable-order.ts';
import type { Candidates } from './design.ts';

/** Item indices by ascending difficulty; ties in random order. */
export function orderByDifficulty(difficulties: Float64Array, items: Int32Array, random: Random): Int32Array {
  return stableOrder(difficulties, shuffleInPlace(items.slice(), random));
}

/**
 * A systematic sample: one random start, then every place where the running sum of the inclusion probabilities passes
 * a whole number (Madow 1949). Each place k is drawn with probability `inclusion[k]`.
 * @param inclusion probabilities in (0, 1] whose sum is the whole number `size`
 * @returns `size` places, ascending.   O(N)
 */
export function systematicPlaces(inclusion: Float64Array, size: number, random: Random): Int32Array {
  const places = new Int32Array(size);
  const start = random.uniform();
  let passed = 0;
  let sum = 0;
  const last = inclusion.length - 1;
  for (let place = 0; place <= last && passed < size; place++) {
    sum += inclusion[place];
    // Rounding may leave the whole sum just short of the last mark.
    if (sum - passed > start || place === last) places[passed++] = place;
  }
  return places;
}

/** pi = n / N for every item. */
export function equalInclusion(population: number, size: number): Float64Array {
  return new Float64Array(population).fill(size / population);
}

/** A systematic sample of the candidates along the difficulty: spread over it evenly, each with its own probability. */
export function systematicSample(
  difficulties: Float64Array,
  { items, inclusion }: Candidates,
  size: number,
  random: Random,
): Int32Array {
  if (inclusion.every((probability) => probability === inclusion[0])) {
    return balancedSample(difficulties, items, size, random);
  }
  const probabilities = byItem({ items, inclusion }, difficulties.length);
  const ordered = orderByDifficulty(difficulties, items, random);
  const inOrder = Float64Array.from(ordered, (item) => probabilities[item]);
  return systematicPlaces(inOrder, size, random).map((place) => ordered[place]);
}

/** N probabilities; 0 for what is no candidate. */
export function byItem({ items, inclusion }: Candidates, nItems: number): Float64Array {
  const probabilities = new Float64Array(nItems);
  items.forEach((item, k) => {
    probabilities[item] = inclusion[k];
  });
  return probabilities;
}

/**
 * An equal-probability systematic sample along the difficulty. In whole numbers, so that every item has probability
 * n / N exactly: place k is floor((u + k N) / n) for one random u of 0, ..., N - 1.
 */
function balancedSample(
  difficulties: Float64Array,
  items: Int32Array,
  size: number,
  random: Random,
): Int32Array {
  const ordered = orderByDifficulty(difficulties, items, random);
  const start = random.below(items.length);
  return Int32Array.from({ length: size }, (_, k) => ordered[Math.floor((start + k * items.length) / size)]);
}
