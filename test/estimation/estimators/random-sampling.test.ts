import { describe, expect, it } from 'vitest';
import { randomSampling } from '../../../src/estimation/estimators/random-sampling.ts';
import { largestDifference } from '../measures.ts';
import { prepareProblem } from '../problems.ts';

function estimate(scores: number[], inclusion: number[]) {
  const items = scores.map((_, item) => item);
  const target = [...scores, 0, 0];
  const { sample } = prepareProblem({ sources: [], groups: [], target, items, inclusion });
  return randomSampling.fit(sample).estimate(Float64Array.from(scores));
}

describe('randomSampling', () => {
  it('is the plain mean under equal probabilities', () => {
    const { value, looResiduals } = estimate([1, 0, 0.5, 1], [0.1, 0.1, 0.1, 0.1]);
    expect(value).toBeCloseTo(0.625, 15);
    expect(largestDifference(looResiduals!, [0.375, -0.625, -0.125, 0.375])).toBeLessThan(1e-15);
  });

  it('weighs each item by its inverse probability', () => {
    // (1 / 0.5 + 0 / 0.25 + 1 / 1) / (2 + 4 + 1)
    expect(estimate([1, 0, 1], [0.5, 0.25, 1]).value).toBeCloseTo(3 / 7, 15);
  });
});
