import { createRandom, type Random } from '../estimation/numeric/random.ts';

export interface SimulationOptions {
  readonly models: number;
  readonly items: number;
  readonly groups: number;
  readonly seed: number;
}

/** A made-up benchmark whose truth is known: models answer items by a two-parameter logistic model. */
export interface SimulatedBenchmark {
  readonly items: readonly { readonly item: string; readonly group: string }[];
  readonly models: readonly string[];
  /** models x items, row-major, 0 or 1. */
  readonly scores: Uint8Array;
  /** The answers (0 or 1, one per item) of a further model of a given ability; the history's abilities are N(0, 1). */
  newModel(ability: number, seed: number): Uint8Array;
}

const groupNames = ['algebra', 'biology', 'code', 'history', 'law', 'physics', 'poetry', 'reading'];

/**
 * P(right) = 1 / (1 + exp(-a_j (theta_mg - b_j))) with theta_mg = theta_m + 0.4 N(0, 1) per model and group, theta_m and
 * b_j from N(0, 1) (b_j shifted by group), ln a_j from N(0, 0.3).
 * Source: Birnbaum 1968, the two-parameter logistic model.
 */
export function simulateBenchmark(options: SimulationOptions): SimulatedBenchmark {
  const { models, items, groups, seed } = options;
  const random = createRandom(seed);
  const groupOf = Array.from({ length: items }, (_, j) => j % groups);
  const groupShift = Array.from({ length: groups }, () => 0.5 * random.normal());
  const difficulty = groupOf.map((group) => groupShift[group] + random.normal());
  const discrimination = groupOf.map(() => Math.exp(0.3 * random.normal()));

  function answers(ability: number, generator: Random): Uint8Array {
    const skills = groupShift.map(() => ability + 0.4 * generator.normal());
    return Uint8Array.from(groupOf, (group, j) => {
      const right = 1 / (1 + Math.exp(-discrimination[j] * (skills[group] - difficulty[j])));
      return generator.uniform() < right ? 1 : 0;
    });
  }

  const scores = new Uint8Array(models * items);
  for (let m = 0; m < models; m++) scores.set(answers(random.normal(), random), m * items);
  return {
    items: groupOf.map((group, j) => ({
      item: `item-${numbered(j)}`,
      group: groupNames[group] ?? `group-${group}`,
    })),
    models: Array.from({ length: models }, (_, m) => `model-${numbered(m)}`),
    scores,
    newModel: (ability, modelSeed) => answers(ability, createRandom(modelSeed)),
  };
}

function numbered(index: number): string {
  return String(index).padStart(4, '0');
}
