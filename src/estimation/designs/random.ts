import { indexRange, shuffleInPlace } from '../numeric/random.ts';
import type { Design } from './design.ts';

/** A simple random sample without replacement. pi = n / N. */
export const random: Design = ({ difficulties }, size, generator) => {
  const population = difficulties.length;
  const items = shuffleInPlace(indexRange(population), generator, size).slice(0, size).sort();
  return { items, inclusion: new Float64Array(size).fill(size / population) };
};
