import { describe, expect, it } from 'vitest';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { meanOf, standardErrorOf } from '../estimation/measures.ts';

const options = { models: 40, items: 300, groups: 3, seed: 5 };

describe('simulateBenchmark', () => {
  it('is the same for the same seed, and another for another', () => {
    const shape = ({ scores, items, models }: ReturnType<typeof simulateBenchmark>) => ({
      scores,
      items,
      models,
    });
    expect(shape(simulateBenchmark(options))).toEqual(shape(simulateBenchmark(options)));
    expect(simulateBenchmark({ ...options, seed: 6 }).scores).not.toEqual(simulateBenchmark(options).scores);
  });

  it('names items, models and groups apart', () => {
    const { items, models, scores } = simulateBenchmark({ ...options, groups: 10 });
    expect(new Set(items.map(({ item }) => item)).size).toBe(300);
    expect(new Set(models).size).toBe(40);
    expect(new Set(items.map(({ group }) => group)).size).toBe(10);
    expect(scores).toHaveLength(40 * 300);
    expect(scores.every((score) => score === 0 || score === 1)).toBe(true);
  });

  it('abler models answer more', () => {
    const benchmark = simulateBenchmark(options);
    const means = [-2, 0, 2].map((ability) => {
      const scores = Array.from({ length: 30 }, (_, k) => meanOf(benchmark.newModel(ability, k)));
      return { mean: meanOf(scores), error: standardErrorOf(scores) };
    });
    expect(means[0].mean + 4 * means[0].error).toBeLessThan(means[1].mean - 4 * means[1].error);
    expect(means[1].mean + 4 * means[1].error).toBeLessThan(means[2].mean - 4 * means[2].error);
  });

  it('new models answer the same items as the history finds easy', () => {
    const { scores, newModel } = simulateBenchmark(options);
    const easiness = Array.from({ length: 300 }, (_, j) =>
      meanOf(Array.from({ length: 40 }, (_model, m) => scores[m * 300 + j])),
    );
    const answers = Array.from({ length: 40 }, (_, k) => newModel(0, k));
    const own = Array.from({ length: 300 }, (_, j) => meanOf(answers.map((row) => row[j])));
    const products = easiness.map((value, j) => (value - meanOf(easiness)) * (own[j] - meanOf(own)));
    expect(meanOf(products)).toBeGreaterThan(4 * standardErrorOf(products));
  });
});
