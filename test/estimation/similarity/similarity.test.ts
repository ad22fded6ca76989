import { describe, expect, it } from 'vitest';
import {
  createSimilarityTable,
  type SimilarityTable,
} from '../../../src/estimation/similarity/error-consistency.ts';
import { defaultThresholds, describeSimilarity } from '../../../src/estimation/similarity/similarity.ts';

const undefinedKappa = Number.NaN;

function describeKappas(kappas: number[], sourceMeans: number[] = [], thresholds = defaultThresholds) {
  const table: SimilarityTable = {
    similarities: () => Float64Array.from(kappas),
    sortedSourceMeans: () => Float64Array.from(sourceMeans),
  };
  return describeSimilarity(table, new Float64Array(1), thresholds);
}

describe('describeSimilarity', () => {
  it('mean, maximum and the ten nearest, most similar first, ties by place', () => {
    const kappas = [0.1, 0.5, undefinedKappa, 0.5, 0.9, 0, -0.2, 0.3, 0.3, 0.2, 0.25, 0.15, 0.05];
    const { mean, max, nearest } = describeKappas(kappas);
    expect(mean).toBeCloseTo(3.05 / 12, 12);
    expect(max).toBe(0.9);
    expect(nearest.map(({ source }) => source)).toEqual([4, 1, 3, 7, 8, 10, 9, 11, 0, 12]);
    expect(nearest[0]).toEqual({ source: 4, similarity: 0.9 });
  });

  it.each([
    [0.099999, 'low'],
    [0.1, 'moderate'],
    [0.399999, 'moderate'],
    [0.4, 'high'],
    [-0.5, 'low'],
  ])('a mean of %f is %s', (mean, level) => {
    expect(describeKappas([mean]).level).toBe(level);
  });

  it("thresholds are the caller's", () => {
    expect(describeKappas([0.5], [], { low: 0.6, high: 0.8 }).level).toBe('low');
    expect(describeKappas([0.7], [], { low: 0.6, high: 0.8 }).level).toBe('moderate');
  });

  it.each([
    ['in the middle', [0.1, 0.3], 0.5],
    ['below all', [0.3, 0.4], 0],
    ['above all', [0, 0.1], 1],
    ['tied with one of two', [0.2, 0.5], 0.25],
    ['tied with all', [0.2, 0.2, 0.2], 0.5],
    ['no source has another to be like', [], null],
  ])("percentile among the sources' own: %s", (_, sourceMeans, expected) => {
    expect(describeKappas([0.2], sourceMeans).percentile).toBe(expected);
  });

  it.each([
    ['no pair is defined', [undefinedKappa, undefinedKappa]],
    ['there is no source', []],
  ])('says nothing where %s', (_, kappas) => {
    expect(describeKappas(kappas, [0.3])).toEqual({
      mean: null,
      max: null,
      percentile: null,
      level: null,
      nearest: [],
    });
  });
});

describe('with a real table', () => {
  it('one source has no other to be like, so there is no percentile', () => {
    const table = createSimilarityTable(Float64Array.of(1, 0, 1, 0), 4, 1);
    const { mean, percentile } = describeSimilarity(table, Float64Array.of(1, 0, 0, 0), defaultThresholds);
    expect(mean).toBeCloseTo(0.5, 12);
    expect(percentile).toBeNull();
  });
});
