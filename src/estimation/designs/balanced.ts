import type { ProbabilityDesign } from './design.ts';
import { equalInclusion, systematicSample } from './systematic.ts';

/** Items ordered by difficulty, then a systematic sample with one random start. pi = n / N. */
export const balanced: ProbabilityDesign = {
  inclusion: ({ difficulties }, size) => equalInclusion(difficulties.length, size),
  draw: ({ difficulties }, candidates, size, random) =>
    systematicSample(difficulties, candidates, size, random),
};
