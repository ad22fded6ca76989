import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../../src/estimation/core-sample.ts';
import { createRandomSearch, randomSearch } from '../../../src/estimation/designs/random-search.ts';
import {
  fitFullScoreRegression,
  randomSamplingLearn,
} from '../../../src/estimation/estimators/random-sampling-learn.ts';
import { randomSearchLearn } from '../../../src/estimation/estimators/random-search-learn.ts';
import { type Sources, scoresByModel, summariseHistory } from '../../../src/estimation/history.ts';
import { dot } from '../../../src/estimation/numeric/dot.ts';
import { transpose } from '../../../src/estimation/numeric/feature-matrix.ts';
import { createRandom, indexRange, shuffleInPlace } from '../../../src/estimation/numeric/random.ts';
import { prepareRidge } from '../../../src/estimation/numeric/ridge.ts';
import { createRidgeTrials } from '../../../src/estimation/numeric/ridge-trials.ts';
import { simulateBenchmark } from '../../../src/simulation/simulate-benchmark.ts';
import { historyOf } from '../../support/histories.ts';
import { largestDifference, meanOf } from '../measures.ts';
import { expectAnswersOrReasons, uniformHistories } from './selections.ts';

const quietly = () => undefined;

function sourcesOf(matrix: Parameters<typeof historyOf>[0]): Sources {
  const history = historyOf(matrix);
  return { history, summary: summariseHistory(history) };
}

function simulated(models: number, items: number, seed: number): Sources {
  const { scores } = simulateBenchmark({ models, items, groups: 1, seed });
  return sourcesOf({ nModels: models, nItems: items, cells: scores });
}

/** The whole search with a full fit of every set, on complete histories. */
function plainSearch(sources: Sources, size: number, searches: number, seed: number) {
  const { history, summary } = sources;
  const random = createRandom(seed);
  const nItems = history.population.length;
  const order = shuffleInPlace(indexRange(history.models.length), random);
  const nTraining = Math.floor(0.75 * order.length);
  const training = historyOf(history.matrix, order.slice(0, nTraining).sort());
  const trainingSummary = summariseHistory(training);
  const scores = scoresByModel(sources);
  const places = indexRange(nItems);
  const errors = new Map<string, number>();
  for (let search = 0; search < searches; search++) {
    const items = shuffleInPlace(places, random, size).slice(0, size).sort();
    const line = fitFullScoreRegression(createCoreSample(training, trainingSummary, items, null));
    const mistakes = [...order.slice(nTraining)].map((m) => {
      const own = Float64Array.from(items, (item) => scores[m * nItems + item]);
      return Math.abs(line.intercept + dot(line.slopes, 0, own, 0, size) - summary.fullScores[m]);
    });
    errors.set([...items].join(), meanOf(mistakes));
  }
  return errors;
}

describe('ridge regressions on many sets of features', () => {
  it.each([
    [20, 6, 'reals'],
    [20, 7, 'reals'],
    [21, 20, 'reals'],
    [8, 30, 'reals'],
    [7, 13, 'reals'],
    [7, 7, 'reals'],
    [1, 4, 'reals'],
    [5, 1, 'reals'],
    [40, 7, 'bits'],
    [40, 8, 'bits'],
    [7, 7, 'bits'],
    [8, 30, 'bits'],
  ])('predict as the ridge fitted anew does: %i rows, %i features, %s', (nRows, size, kind) => {
    const random = createRandom(nRows);
    const nFeatures = 40;
    const nTestRows = 5;
    const numbers = (length: number) => Float64Array.from({ length }, () => random.uniform());
    const scores = (length: number) => (kind === 'bits' ? numbers(length).map(Math.round) : numbers(length));
    const features = scores(nFeatures * nRows);
    const testFeatures = scores(nFeatures * nTestRows);
    const outcome = numbers(nRows);
    const penalties = [0.1, 1, 10];
    const trials = createRidgeTrials({
      features,
      nRows,
      outcome,
      testFeatures,
      nTestRows,
      penalties,
      size,
    });
    for (let trial = 0; trial < 3; trial++) {
      const chosen = shuffleInPlace(indexRange(nFeatures), random).slice(0, size);
      const pick = (matrix: Float64Array, length: number) =>
        Float64Array.from({ length: size * length }, (_, k) => {
          return matrix[chosen[Math.floor(k / length)] * length + (k % length)];
        });
      const rows = transpose(pick(features, nRows), size, nRows);
      const tests = transpose(pick(testFeatures, nTestRows), size, nTestRows);
      const weights = new Float64Array(nRows).fill(1 / nRows);
      const system = prepareRidge({ features: rows, nRows, nFeatures: size, weights });
      const found = trials.predict(chosen);
      penalties.forEach((penalty, k) => {
        const slopes = system.fit(penalty).slopes(outcome);
        const intercept = meanOf(outcome) - dot(slopes, 0, system.featureMeans, 0, size);
        const expected = Float64Array.from(
          { length: nTestRows },
          (_, row) => intercept + dot(slopes, 0, tests, row * size, size),
        );
        expect(largestDifference(found[k], expected)).toBeLessThan(1e-10);
      });
    }
  });
});

describe('the random-search core set', () => {
  it.each([
    [24, 60, 5],
    [24, 60, 40],
    [9, 30, 1],
    [5, 12, 11],
  ])('is the best of all the sets tried: %i models, %i items, n = %i', (models, nItems, size) => {
    for (let seed = 0; seed < 5; seed++) {
      const sources = simulated(models, nItems, seed);
      const errors = plainSearch(sources, size, 60, seed);
      const { items, learned } = createRandomSearch(60).select(sources, size, createRandom(seed), quietly);
      const error = errors.get([...items].join());
      expect(error).toBeLessThanOrEqual(Math.min(...errors.values()) * (1 + 1e-9));
      expect(learned).toEqual({});
    }
  });

  it('is all items where all are wanted', () => {
    const shares: number[] = [];
    const sources = simulated(6, 9, 1);
    const { items } = randomSearch.select(sources, 9, createRandom(0), (share) => void shares.push(share));
    expect([...items]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(shares).toEqual([0]);
  });

  it('answers or says why not, whatever the history: missing scores, few models, constant items', () => {
    expectAnswersOrReasons(createRandomSearch(20), randomSearchLearn, 100, (chosen, asked) =>
      expect(chosen).toBe(asked),
    );
  });

  it.each(uniformHistories)('cannot be judged: %s', (_, matrix) => {
    expect(() => createRandomSearch(5).select(sourcesOf(matrix), 2, createRandom(0), quietly)).toThrow(
      expect.objectContaining({ code: 'insufficient-data' }),
    );
  });

  it('depends on the seed, and reports progress', () => {
    const sources = simulated(12, 40, 3);
    const search = createRandomSearch(300);
    const shares: number[] = [];
    const first = search.select(sources, 10, createRandom(1), (share) => void shares.push(share));
    expect(search.select(sources, 10, createRandom(2), quietly)).not.toEqual(first);
    expect(shares).toEqual([0, 1 / 3, 2 / 3]);
  });
});

describe('random-search-learn', () => {
  it('is the line of random-sampling-learn over all the sources, also where results are missing', () => {
    const { history, summary } = simulated(12, 40, 3);
    for (const items of [Int32Array.of(3, 8, 20, 31), Int32Array.of(8, 31)]) {
      const sample = createCoreSample(history, summary, items, null);
      const scores = Float64Array.from(items, (item) => (item % 2) / 2);
      const expected = randomSamplingLearn.fit(sample).estimate(scores);
      expect(randomSearchLearn.fit(sample).estimate(scores)).toEqual(expected);
    }
    expect(randomSearchLearn.designs).toEqual(['random-search']);
  });
});
