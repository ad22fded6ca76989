import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../../src/estimation/core-sample.ts';
import { irtClusters } from '../../../src/estimation/designs/irt-clusters.ts';
import { gpIrt } from '../../../src/estimation/estimators/gp-irt.ts';
import { pIrt } from '../../../src/estimation/estimators/p-irt.ts';
import { summariseHistory } from '../../../src/estimation/history.ts';
import { createRandom, indexRange, shuffleInPlace } from '../../../src/estimation/numeric/random.ts';
import { simulateBenchmark } from '../../../src/simulation/simulate-benchmark.ts';
import { historyOf } from '../../support/histories.ts';
import { meanOf } from '../measures.ts';
import { historyOfProblem, type Problem, problemArbitrary } from '../problems.ts';

function sourcesOf(problem: Problem) {
  const history = historyOfProblem(problem);
  return { history, summary: summariseHistory(history) };
}

function sampleOf(problem: Problem, size: number, seed = 1) {
  const sources = sourcesOf(problem);
  const { items, learned } = irtClusters.select(sources, size, createRandom(seed), () => {});
  return { sample: createCoreSample(sources.history, sources.summary, items, null, learned), items, learned };
}

const arbitrary = problemArbitrary()
  .filter(({ sources }) => sources.length >= 2)
  .chain((problem) => fc.tuple(fc.constant(problem), fc.integer({ min: 1, max: problem.target.length })));

describe('irt-clusters, p-irt and gp-irt', () => {
  it('choose n distinct ascending items and answer a finite number within what is possible', () => {
    fc.assert(
      fc.property(arbitrary, ([problem, size]) => {
        const { sample, items, learned } = sampleOf(problem, size);
        const nItems = problem.target.length;
        const scores = Float64Array.from(items, (item) => problem.target[item]);
        const observed = scores.reduce((sum, score) => sum + score, 0);
        const modelled = pIrt.fit(sample).estimate(scores).value;
        const mixed = gpIrt.fit(sample).estimate(scores).value;
        expect([...new Set(items)].sort((a, b) => a - b)).toEqual([...items]);
        expect(items).toHaveLength(size);
        expect(learned?.clusterWeights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(modelled).toBeGreaterThanOrEqual(observed / nItems - 1e-12);
        expect(modelled).toBeLessThanOrEqual((observed + nItems - size) / nItems + 1e-12);
        expect(mixed).toBeGreaterThanOrEqual(-1e-12);
        expect(mixed).toBeLessThanOrEqual(1 + 1e-12);
        if (size === nItems) {
          expect(modelled).toBeCloseTo(meanOf(problem.target), 12);
          expect(mixed).toBeCloseTo(meanOf(problem.target), 12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [
      'all scores equal',
      [
        [1, 1, 1, 1],
        [1, 1, 1, 1],
      ],
    ],
    [
      'all half',
      [
        [0.5, 0.5, 0.5],
        [0.5, 0.5, 0.5],
      ],
    ],
    [
      'identical models',
      [
        [0, 1, 0, 1],
        [0, 1, 0, 1],
        [0, 1, 0, 1],
      ],
    ],
    [
      'two items',
      [
        [0, 1],
        [1, 1],
      ],
    ],
  ])('answer on %s', (_, sources) => {
    const problem = { sources, target: sources[0], groups: [], items: [], inclusion: [] };
    for (let size = 1; size <= sources[0].length; size++) {
      const { sample, items } = sampleOf(problem, size);
      for (const method of [pIrt, gpIrt]) {
        const scores = Float64Array.from(items, (item) => problem.target[item]);
        expect(Number.isFinite(method.fit(sample).estimate(scores).value)).toBe(true);
      }
    }
  });

  it('refuse a history without or with a single source', () => {
    for (const sources of [[], [[1, 0, 1]]]) {
      const problem = { sources, target: [1, 0, 1], groups: [], items: [], inclusion: [] };
      expect(() => sampleOf(problem, 2)).toThrow(
        expect.objectContaining({
          code: 'insufficient-data',
          message: expect.stringContaining('two source'),
        }),
      );
    }
  });

  it('choose and learn the same for the same seed, and tell how far they are', () => {
    const { models, scores } = simulateBenchmark({ models: 20, items: 100, groups: 1, seed: 5 });
    const history = historyOf({ nModels: models.length, nItems: 100, cells: scores });
    const sources = { history, summary: summariseHistory(history) };
    const shares: number[] = [];
    const first = irtClusters.select(sources, 12, createRandom(7), (share) => shares.push(share));
    expect(irtClusters.select(sources, 12, createRandom(7), () => {})).toEqual(first);
    expect(shares.length).toBeGreaterThan(10);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
  });

  it('are closer than the plain mean of a random core set where the model holds', () => {
    const benchmark = simulateBenchmark({ models: 60, items: 300, groups: 1, seed: 9 });
    const history = historyOf({ nModels: 60, nItems: 300, cells: benchmark.scores });
    const sources = { history, summary: summariseHistory(history) };
    const errors = { mean: 0, pIrt: 0, gpIrt: 0 };
    for (let seed = 0; seed < 4; seed++) {
      const { items, learned } = irtClusters.select(sources, 30, createRandom(seed), () => {});
      const sample = createCoreSample(history, sources.summary, items, null, learned);
      const drawn = shuffleInPlace(indexRange(300), createRandom(500 + seed)).subarray(0, 30);
      const fits = { pIrt: pIrt.fit(sample), gpIrt: gpIrt.fit(sample) };
      for (let t = 0; t < 25; t++) {
        const answers = benchmark.newModel(-2 + t / 6, 1000 + t);
        const truth = meanOf(answers);
        const scores = Float64Array.from(items, (item) => answers[item]);
        errors.mean += Math.abs(meanOf(Float64Array.from(drawn, (item) => answers[item])) - truth);
        errors.pIrt += Math.abs(fits.pIrt.estimate(scores).value - truth);
        errors.gpIrt += Math.abs(fits.gpIrt.estimate(scores).value - truth);
      }
    }
    expect(errors.pIrt).toBeLessThan(0.95 * errors.mean);
    expect(errors.gpIrt).toBeLessThan(0.97 * errors.mean);
  });
});
