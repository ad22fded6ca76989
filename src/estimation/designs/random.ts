import { shuffleInPlace } from '../numeric/random.ts';
import type { ProbabilityDesign } from './design.ts';
import { equalInclusion } from './systematic.ts';

/** A simple random sample without replacement. pi = n / N. */
export const random: ProbabilityDesign = {
  inclusion: ({ difficulties }, size) => equalInclusion(difficulties.length, size),
  draw: (_frame, { items }, size, generator) =>
    shuffleInPlace(items.slice(), generator, size).subarray(0, size),
};
