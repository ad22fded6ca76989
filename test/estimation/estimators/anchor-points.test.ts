import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../../src/estimation/core-sample.ts';
import { anchorPointsPredictor } from '../../../src/estimation/estimators/anchor-points-predictor.ts';
import {
  anchorPointsWeighted,
  anchorWeights,
} from '../../../src/estimation/estimators/anchor-points-weighted.ts';
import type { Estimator } from '../../../src/estimation/estimators/estimator.ts';
import { summariseHistory } from '../../../src/estimation/history.ts';
import { largestDifference, meanOf, sumOf } from '../measures.ts';
import { bestPlaces, columnOf, normOf, pearson } from '../naive-anchors.ts';
import { historyOfProblem, observedOf, type Problem, problemArbitrary } from '../problems.ts';
import { imputeNaively } from '../second-implementation.ts';

function sampleOf(problem: Problem) {
  const history = historyOfProblem(problem);
  return createCoreSample(history, summariseHistory(history), Int32Array.from(problem.items), null);
}

function estimate(estimator: Estimator, problem: Problem): number {
  const { value, looResiduals } = estimator.fit(sampleOf(problem)).estimate(observedOf(problem));
  expect(looResiduals).toBeNull();
  return value;
}

function naiveWeighted({ sources, target, items }: Problem): number {
  const rows = imputeNaively(sources, target.length);
  return meanOf(
    target.map((_, item) =>
      meanOf(bestPlaces(rows, item, items, (r) => r).map((place) => target[items[place]])),
    ),
  );
}

function naivePredictor({ sources, target, items }: Problem): number {
  const rows = imputeNaively(sources, target.length);
  const rest = target.map((_, item) => item).filter((item) => !items.includes(item));
  if (rest.length === 0 || rows.length === 0) return meanOf(items.map((item) => target[item]));
  const predictions = rest.map((item) => {
    const y = columnOf(rows, item);
    const lines = bestPlaces(rows, item, items, Math.abs).map((place) => {
      const x = columnOf(rows, items[place]);
      const r = pearson(x, y);
      const slope = r === 0 ? 0 : (r * normOf(y)) / normOf(x);
      return meanOf(y) + slope * (target[items[place]] - meanOf(x));
    });
    return meanOf(lines);
  });
  return meanOf(predictions);
}

const runs = { seed: 11, numRuns: 400 };

describe.each([
  ['anchor-points-weighted', anchorPointsWeighted, naiveWeighted],
  ['anchor-points-predictor', anchorPointsPredictor, naivePredictor],
] as const)('%s', (name, estimator, naive) => {
  it('is the plain second implementation, whatever the history', () => {
    expect(estimator.name).toBe(name);
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        expect(Math.abs(estimate(estimator, problem) - naive(problem))).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('does not depend on the order of the items', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const last = problem.target.length - 1;
        const turned = {
          ...problem,
          sources: problem.sources.map((row) => row.toReversed()),
          target: problem.target.toReversed(),
          groups: problem.groups.toReversed(),
          items: problem.items.map((item) => last - item).toReversed(),
        };
        expect(Math.abs(estimate(estimator, turned) - estimate(estimator, problem))).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('is the mean of the scores where all items are measured, or where there is no source', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const whole = { ...problem, items: problem.target.map((_, item) => item) };
        expect(estimate(estimator, whole)).toBeCloseTo(meanOf(problem.target), 12);
        const sourceless = { ...problem, sources: [] };
        expect(estimate(estimator, sourceless)).toBeCloseTo(meanOf([...observedOf(problem)]), 12);
      }),
      runs,
    );
  });

  it('is right about a target that is one of two opposite sources, from one anchor that tells them apart', () => {
    const target = [1, 1, 1, 0, 0, 1];
    const problem = {
      sources: [target, target.map((score) => 1 - score)],
      target,
      groups: [],
      items: [0, 3],
      inclusion: [],
    };
    const expected = { 'anchor-points-weighted': 4 / 6, 'anchor-points-predictor': 3 / 4 };
    expect(estimate(estimator, problem)).toBeCloseTo(expected[name], 12);
  });
});

describe('anchorWeights', () => {
  it('are positive, sum to 1, and give an anchor at least its share of the items like it', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const weights = anchorWeights(sampleOf(problem));
        expect(sumOf(weights)).toBeCloseTo(1, 12);
        expect(Math.min(...weights)).toBeGreaterThan(0);
      }),
      runs,
    );
  });

  it('share the items on which all sources agree between all anchors', () => {
    const problem = {
      sources: [
        [1, 0, 1, 1, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 1, 0],
      ],
      target: [1, 1, 1, 1, 1],
      groups: [],
      items: [0, 1],
      inclusion: [],
    };
    expect(largestDifference(anchorWeights(sampleOf(problem)), [0.5, 0.5])).toBeLessThan(1e-15);
    const withConstant = { ...problem, items: [0, 1, 4] };
    expect(largestDifference(anchorWeights(sampleOf(withConstant)), [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(
      1e-15,
    );
  });
});
