import { indexRange } from '../numeric/random.ts';
import type { Design } from './design.ts';
import { balancedSample } from './systematic.ts';

/** Items ordered by difficulty, then a systematic sample with one random start. pi = n / N. */
export const balanced: Design = ({ difficulties }, size, random) => {
  const population = difficulties.length;
  const items = balancedSample(difficulties, indexRange(population), size, random).sort();
  return { items, inclusion: new Float64Array(size).fill(size / population) };
};
