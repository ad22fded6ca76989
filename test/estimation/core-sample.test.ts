import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/errors.ts';
import { createCoreSample, normalisedWeights } from '../../src/estimation/core-sample.ts';
import { summariseHistory } from '../../src/estimation/history.ts';
import { indexRange } from '../../src/estimation/numeric/random.ts';
import { matrixFromArrays } from '../../src/scores/score-matrix.ts';
import { historyOf } from '../support/histories.ts';
import { largestDifference } from './measures.ts';

const history = historyOf(
  matrixFromArrays([
    [1, 0, 1, 0],
    [0, 0, 1, 1],
  ]),
);
const summary = summariseHistory(history);

describe('normalisedWeights', () => {
  it('are inverse probabilities that sum to 1', () => {
    expect(
      largestDifference(normalisedWeights(Float64Array.of(0.5, 0.25, 1)), [2 / 7, 4 / 7, 1 / 7]),
    ).toBeLessThan(1e-15);
  });
});

describe('createCoreSample', () => {
  it('has a row per item and a column per source', () => {
    const sample = createCoreSample(history, summary, Int32Array.of(3, 0), Float64Array.of(0.8, 0.2));
    expect(sample).toMatchObject({ nItems: 2, nModels: 2, populationSize: 4 });
    expect([...sample.sourceScores]).toEqual([0, 1, 1, 0]);
    expect([...sample.fullScores]).toEqual([0.5, 0.5]);
    expect(largestDifference(sample.weights, [0.2, 0.8])).toBeLessThan(1e-15);
  });

  it('takes n / N where there are no probabilities', () => {
    const { inclusion, weights } = createCoreSample(history, summary, Int32Array.of(0, 1, 2), null);
    expect([...inclusion]).toEqual([0.75, 0.75, 0.75]);
    expect(largestDifference(weights, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-15);
  });

  it('refuses a fit that would block the service', () => {
    const wide = { ...history, models: new Int32Array(3000), population: indexRange(3000) };
    const create = () => createCoreSample(wide, summary, indexRange(3000), null);
    expect(create).toThrow(DomainError);
    expect(create).toThrow(expect.objectContaining({ code: 'too-large' }));
  });
});
