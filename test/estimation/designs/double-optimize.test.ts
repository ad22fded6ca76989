import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../../src/estimation/core-sample.ts';
import { doubleOptimizeSelection } from '../../../src/estimation/designs/double-optimize.ts';
import { doubleOptimize } from '../../../src/estimation/estimators/double-optimize.ts';
import { type Sources, scoresByModel, summariseHistory } from '../../../src/estimation/history.ts';
import { createAdam } from '../../../src/estimation/numeric/adam.ts';
import { indicesOfLargest } from '../../../src/estimation/numeric/largest.ts';
import { createRandom, indexRange, shuffleInPlace } from '../../../src/estimation/numeric/random.ts';
import { projectOntoCappedSimplex } from '../../../src/estimation/numeric/simplex-projection.ts';
import { matrixFromArrays } from '../../../src/scores/score-matrix.ts';
import { simulateBenchmark } from '../../../src/simulation/simulate-benchmark.ts';
import { historyOf } from '../../support/histories.ts';
import { largestDifference, meanOf, sumOf } from '../measures.ts';
import { expectAnswersOrReasons, uniformHistories } from './selections.ts';

function sourcesOf(matrix: Parameters<typeof historyOf>[0]): Sources {
  const history = historyOf(matrix);
  return { history, summary: summariseHistory(history) };
}

function simulated(models: number, items: number, seed: number) {
  const benchmark = simulateBenchmark({ models, items, groups: 1, seed });
  return { benchmark, sources: sourcesOf({ nModels: models, nItems: items, cells: benchmark.scores }) };
}

const quietly = () => undefined;

/** The method as its description reads, with nested arrays and no cleverness. */
function plainDoubleOptimize(sources: Sources, size: number, seed: number) {
  const random = createRandom(seed);
  const nModels = sources.history.models.length;
  const nItems = sources.history.population.length;
  const flat = scoresByModel(sources);
  const score = (m: number, j: number) => flat[m * nItems + j];
  const truth = sources.summary.fullScores;
  const order = shuffleInPlace(indexRange(nModels), random);
  const training = [...order.slice(0, Math.floor(0.8 * nModels))];
  const heldOut = [...order.slice(Math.floor(0.8 * nModels))];
  const rank = [...shuffleInPlace(indexRange(nItems), random)];
  const w = Array.from({ length: nItems }, () => random.normal());
  let p = w.map(() => size / nItems);
  const moments = [w, p].map((values) => ({ mean: values.map(() => 0), square: values.map(() => 0) }));

  const adam = (k: number, values: number[], gradient: number[], rate: number, step: number) => {
    const { mean, square } = moments[k];
    return values.map((value, i) => {
      const slope = gradient[i] + 1e-4 * value;
      mean[i] = 0.9 * mean[i] + 0.1 * slope;
      square[i] = 0.999 * square[i] + 0.001 * slope ** 2;
      const root = Math.sqrt(square[i] / (1 - 0.999 ** step));
      return value - (rate * (mean[i] / (1 - 0.9 ** step))) / (root + 1e-8);
    });
  };
  const top = () =>
    [...rank.keys()].sort((a, b) => p[b] - p[a] || rank.indexOf(a) - rank.indexOf(b)).slice(0, size);
  const error = (items: number[], m: number) => sumOf(items.map((j) => w[j] * score(m, j))) / size - truth[m];

  let best = { loss: Number.POSITIVE_INFINITY, items: [] as number[], weights: [] as number[] };
  let since = 0;
  let steps = 0;
  for (let step = 1; step <= 1000; step++) {
    const items = top();
    const loss = meanOf(heldOut.map((m) => error(items, m) ** 2));
    if (loss < best.loss) {
      const sorted = [...items].sort((a, b) => a - b);
      best = { loss, items: sorted, weights: sorted.map((j) => w[j]) };
      since = 0;
    } else if (++since === 100) break;
    const errors = training.map((m) => error(items, m));
    const pull = w.map((_, j) => (2 / size) * meanOf(training.map((m, k) => errors[k] * score(m, j))));
    const weightGradient = pull.map((value, j) => (items.includes(j) ? value : 0));
    const choiceGradient = pull.map((value, j) => value * w[j]);
    p = plainProjection(adam(1, p, choiceGradient, 0.001, step), size);
    w.splice(0, nItems, ...adam(0, w, weightGradient, 0.1, step));
    steps++;
  }
  return { ...best, steps };
}

/** By bisection. */
function plainProjection(values: ArrayLike<number>, total: number): number[] {
  const shifted = (by: number) => Array.from(values, (value) => Math.min(1, Math.max(0, value - by)));
  let low = Math.min(...Array.from(values)) - 1;
  let high = Math.max(...Array.from(values));
  for (let round = 0; round < 200; round++) {
    const middle = (low + high) / 2;
    if (sumOf(shifted(middle)) > total) low = middle;
    else high = middle;
  }
  return shifted((low + high) / 2);
}

describe('the parts of double-optimize', () => {
  it('projects onto { p in [0, 1]^N, sum n }', () => {
    const value = fc.oneof(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.constantFrom(0, 1, 0.5),
      fc.double({ min: -1e-9, max: 1e-9, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.nat(), (values, wanted) => {
        const total = wanted % (values.length + 1);
        const projected = Float64Array.from(values);
        projectOntoCappedSimplex(projected, total);
        expect(projected.every((p) => p >= 0 && p <= 1)).toBe(true);
        expect(Math.abs(sumOf(projected) - total)).toBeLessThan(1e-12 * (1 + values.length));
        expect(largestDifference(projected, plainProjection(values, total))).toBeLessThan(1e-10);
      }),
    );
  });

  it('finds the largest values, equal ones by preference', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 60 }), fc.nat(), (values, wanted) => {
        const count = wanted % (values.length + 1);
        const preference = shuffleInPlace(indexRange(values.length), createRandom(wanted));
        const expected = [...preference]
          .sort((a, b) => values[b] - values[a])
          .slice(0, count)
          .sort((a, b) => a - b);
        const found = indicesOfLargest(Float64Array.from(values), count, preference);
        expect([...found]).toEqual(expected);
      }),
    );
  });

  it('Adam: the first step has the length of the rate, and a bowl is descended', () => {
    const start = Float64Array.of(3, -2, 0);
    const first = start.slice();
    createAdam(first, { rate: 0.1, weightDecay: 0 }).step(Float64Array.of(5, -1e-3, 0));
    expect(largestDifference(first, [2.9, -1.9, 0])).toBeLessThan(1e-5);
    const parameters = start.slice();
    const adam = createAdam(parameters, { rate: 0.05, weightDecay: 1 });
    for (let step = 0; step < 2000; step++) adam.step(parameters.map((value) => value - 4));
    // The gradient value - 4 and a decay of 1 cancel at 2.
    expect(largestDifference(parameters, [2, 2, 2])).toBeLessThan(1e-6);
  });
});

describe('the double-optimize core set', () => {
  it.each([
    [1, 5],
    [2, 1],
    [3, 12],
  ])('is the one of a second, plain implementation: seed %i, n = %i', (seed, size) => {
    const { sources } = simulated(14, 40, seed);
    const expected = plainDoubleOptimize(sources, size, seed);
    const shares: number[] = [];
    const { items, learned } = doubleOptimizeSelection.select(sources, size, createRandom(seed), (share) => {
      shares.push(share);
    });
    expect(expected.steps).toBeGreaterThan(100);
    expect(shares.at(-1)).toBe(Math.floor(expected.steps / 10) / 100);
    expect([...items]).toEqual(expected.items);
    expect(largestDifference(learned?.weights ?? [], expected.weights)).toBeLessThan(1e-9);
  });

  it('finds items and weights that stand for blocks of like items', () => {
    const blocks = [48, 24, 12, 8, 8].flatMap((size, block) => new Array<number>(size).fill(block));
    const random = createRandom(8);
    const answers = () => {
      const pattern = [0, 1, 2, 3, 4].map(() => random.uniform());
      return blocks.map((block) => pattern[block]);
    };
    const sources = sourcesOf(matrixFromArrays(Array.from({ length: 60 }, answers)));
    const { items, learned } = doubleOptimizeSelection.select(sources, 12, createRandom(3), quietly);
    const sample = createCoreSample(sources.history, sources.summary, items, null, learned);
    const fit = doubleOptimize.fit(sample);
    const errors = Array.from({ length: 200 }, () => {
      const target = answers();
      const scoresOn = (core: Int32Array) => Float64Array.from(core, (item) => target[item]);
      const drawn = shuffleInPlace(indexRange(target.length), random).slice(0, 12);
      return {
        learned: Math.abs(fit.estimate(scoresOn(items)).value - meanOf(target)),
        plain: Math.abs(meanOf(scoresOn(drawn)) - meanOf(target)),
      };
    });
    const learnedError = meanOf(errors.map((error) => error.learned));
    const plainError = meanOf(errors.map((error) => error.plain));
    expect(items.length).toBe(12);
    expect(learnedError).toBeLessThan(0.3 * plainError);
  });

  it('predicts on a scale of scores, by hand', () => {
    const { sources } = simulated(5, 6, 0);
    const items = Int32Array.of(1, 4);
    const learned = { weights: Float64Array.of(0.5, 2) };
    const fit = doubleOptimize.fit(createCoreSample(sources.history, sources.summary, items, null, learned));
    const { value, looResiduals } = fit.estimate(Float64Array.of(0.4, 0.7));
    expect(value).toBeCloseTo(0.8, 12);
    expect(looResiduals).toBeNull();
  });

  it('answers or says why not, whatever the history: missing scores, few models, constant items', () => {
    expectAnswersOrReasons(doubleOptimizeSelection, doubleOptimize, 60, (chosen, asked) =>
      expect(chosen).toBe(asked),
    );
  });

  it.each(uniformHistories)('has nothing to learn from: %s', (_, matrix) => {
    expect(() => doubleOptimizeSelection.select(sourcesOf(matrix), 2, createRandom(0), quietly)).toThrow(
      expect.objectContaining({ code: 'insufficient-data' }),
    );
  });

  it('depends on the seed and on nothing else, and reports progress', () => {
    const { sources } = simulated(20, 60, 3);
    const shares: number[] = [];
    const first = doubleOptimizeSelection.select(sources, 10, createRandom(1), (share) => {
      shares.push(share);
    });
    expect(doubleOptimizeSelection.select(sources, 10, createRandom(1), quietly)).toEqual(first);
    expect(doubleOptimizeSelection.select(sources, 10, createRandom(2), quietly)).not.toEqual(first);
    expect(shares.length).toBeGreaterThan(10);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });
});
