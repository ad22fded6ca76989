import { expect } from 'vitest';
import { frameOf } from '../../src/estimation/designs/frame.ts';
import { type History, summariseHistory } from '../../src/estimation/history.ts';
import { createRandom, indexRange, type Random } from '../../src/estimation/numeric/random.ts';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { meanOf, standardErrorOf } from '../estimation/measures.ts';

/** A history, and as many new models as one likes. */
export interface World {
  readonly history: History;
  /** N answers of the next new model. */
  newTarget(random: Random): Answers;
}

export type Answers = Uint8Array | Float64Array;

const nModels = 25;
const nItems = 300;

function worldOf(scores: Answers, groupOf: readonly string[], newTarget: World['newTarget']): World {
  const names = [...new Set(groupOf)].sort();
  return {
    history: {
      matrix: { nModels, nItems, cells: scores },
      models: indexRange(nModels),
      population: indexRange(nItems),
      groups: { names, ofItem: Int32Array.from(groupOf, (group) => names.indexOf(group)) },
    },
    newTarget,
  };
}

function logisticWorld(): World {
  const { scores, items, newModel } = simulateBenchmark({
    models: nModels,
    items: nItems,
    groups: 3,
    seed: 1,
  });
  return worldOf(
    scores,
    items.map(({ group }) => group),
    (random) => newModel(1.2 * random.normal() + 0.3, random.below(2 ** 31)),
  );
}

/** Most items are easy for everybody and a long tail is hard; new models are better than the history. */
function skewedWorld(): World {
  const random = createRandom(2);
  const ease = Array.from({ length: nItems }, () => 3 + 2.5 * Math.log(1 - random.uniform()));
  const answers = (ability: number, generator: Random) =>
    Uint8Array.from(ease, (value) => Number(generator.uniform() < 1 / (1 + Math.exp(-ability - value))));
  const scores = new Uint8Array(nModels * nItems);
  for (let m = 0; m < nModels; m++) scores.set(answers(random.normal(), random), m * nItems);
  const groupOf = ease.map((_, item) => ['a', 'b', 'c'][item % 3]);
  return worldOf(scores, groupOf, (generator) => answers(1 + generator.normal(), generator));
}

/** A judge's marks in tenths instead of right and wrong. */
function gradedWorld(): World {
  const random = createRandom(3);
  const ease = Array.from({ length: nItems }, () => random.normal());
  const answers = (ability: number, generator: Random) =>
    Float64Array.from(ease, (value) => {
      const mark = 1 / (1 + Math.exp(-ability - value - 1.5 * generator.normal()));
      return Math.round(10 * mark) / 10;
    });
  const scores = new Float64Array(nModels * nItems);
  for (let m = 0; m < nModels; m++) scores.set(answers(random.normal(), random), m * nItems);
  const groupOf = ease.map((_, item) => ['a', 'b', 'c'][item % 3]);
  return worldOf(scores, groupOf, (generator) => answers(1 + generator.normal(), generator));
}

export const worlds = { logistic: logisticWorld(), skewed: skewedWorld(), graded: gradedWorld() } as const;
export type WorldName = keyof typeof worlds;
export const worldNames = Object.keys(worlds) as WorldName[];

export function populationOf({ history }: World) {
  const summary = summariseHistory(history);
  return {
    history,
    summary,
    frame: frameOf({ history, summary }, 'informative'),
  };
}

export const pick = (answers: Answers, items: Int32Array) =>
  Float64Array.from(items, (item) => answers[item]);

export const leastCoverage = 0.93;

/** @param shares of covered truths, one per draw */
export function expectCoverage(shares: readonly number[]): void {
  expect(meanOf(shares)).toBeGreaterThanOrEqual(leastCoverage - 4 * standardErrorOf(shares));
}
