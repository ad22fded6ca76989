import { indexRange, type Random, shuffleInPlace } from '../numeric/random.ts';

export const splitNames = ['interpolation', 'extrapolation'] as const;

export type SplitName = (typeof splitNames)[number];

export interface ModelSplit {
  readonly sources: Int32Array;
  readonly targets: Int32Array;
}

/**
 * The paper's two ways of dividing models (arXiv 2506.07673, section on the set-up): interpolation takes 25 % random
 * models as targets; extrapolation takes the worst 50 % by mean score as sources and the best 30 % as targets.
 * @param meanScores one per model
 */
export function splitModels(split: SplitName, meanScores: Float64Array, random: Random): ModelSplit {
  const models = indexRange(meanScores.length);
  if (split === 'interpolation') {
    const shuffled = shuffleInPlace(models, random);
    const targetCount = Math.floor(0.25 * models.length);
    return { sources: shuffled.slice(targetCount).sort(), targets: shuffled.slice(0, targetCount).sort() };
  }
  const ranked = models.sort((a, b) => meanScores[a] - meanScores[b]);
  return {
    sources: ranked.slice(0, Math.floor(0.5 * models.length)).sort(),
    targets: ranked.slice(models.length - Math.floor(0.3 * models.length)).sort(),
  };
}
