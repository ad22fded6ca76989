import type { ProbabilityDesign } from './design.ts';
import { proportionalInclusion } from './proportional-inclusion.ts';
import { systematicSample } from './systematic.ts';

/** Keeps items that every source gets right, or wrong, from being left out for good. */
const floor = 0.05;

/**
 * Items ordered by difficulty, then a systematic sample with pi proportional to sqrt(p (1 - p) + 0.05), p the
 * difficulty: more of the items on which models differ.
 */
export const informative: ProbabilityDesign = {
  inclusion({ difficulties }, size) {
    const sizes = difficulties.map((difficulty) => Math.sqrt(difficulty * (1 - difficulty) + floor));
    return proportionalInclusion(sizes, size);
  },
  draw: ({ difficulties }, candidates, size, random) =>
    systematicSample(difficulties, candidates, size, random),
};
