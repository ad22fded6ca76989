import { DomainError } from '../../errors.ts';
import { gatherScores } from '../history.ts';
import { indexRange, shuffleInPlace } from '../numeric/random.ts';
import type { PurposiveDesign } from './purposive-design.ts';

/** The distance of an item that is a centre itself. */
const chosen = -1;

/**
 * Greedy k-center: a first item by lot, then always the item farthest from those chosen, by the Euclidean distance
 * between the columns of source scores; between equals the lot decides.
 * Source: Gonzalez 1985; Sener and Savarese 2018 (arXiv 1708.00489); arXiv 2506.07673, "k-center".
 * Where fewer than n items differ, repeated ones fill the core set up.   O(n N M) time, 8 N M bytes.
 */
export const kCenter: PurposiveDesign = {
  maxItems: 100_000,
  select({ history, summary }, size, random, progress) {
    const nItems = history.population.length;
    const nModels = history.models.length;
    if (nModels === 0 && size < nItems) {
      throw new DomainError('insufficient-data', 'a k-center core set needs at least one source model');
    }
    const order = shuffleInPlace(indexRange(nItems), random);
    const scores = gatherScores(history, summary, order);
    const distances = new Float64Array(nItems).fill(Number.POSITIVE_INFINITY);
    const items = new Int32Array(size);
    let center = 0;
    for (let k = 0; k < size; k++) {
      progress(k / size);
      items[k] = order[center];
      distances[center] = chosen;
      center = addCenter(scores, nModels, distances, center);
    }
    return { items: items.sort(), learned: null };
  },
};

/** Brings the squared distances to the nearest centre up to date; returns the first of the farthest places. */
function addCenter(scores: Float64Array, nModels: number, distances: Float64Array, center: number): number {
  let farthest = 0;
  for (let place = 0; place < distances.length; place++) {
    if (distances[place] > 0) {
      const distance = squaredDistance(scores, place * nModels, center * nModels, nModels);
      if (distance < distances[place]) distances[place] = distance;
    }
    if (distances[place] > distances[farthest]) farthest = place;
  }
  return farthest;
}

function squaredDistance(scores: Float64Array, a: number, b: number, length: number): number {
  let even = 0;
  let odd = 0;
  const whole = length - (length % 2);
  for (let k = 0; k < whole; k += 2) {
    const first = scores[a + k] - scores[b + k];
    const next = scores[a + k + 1] - scores[b + k + 1];
    even += first * first;
    odd += next * next;
  }
  if (whole < length) odd += (scores[a + whole] - scores[b + whole]) ** 2;
  return even + odd;
}
