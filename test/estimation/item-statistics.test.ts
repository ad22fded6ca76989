import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemStatistics } from '../../src/estimation/item-statistics.ts';
import { largestDifference, meanOf, sumOf } from './measures.ts';
import { matrixOf, type Problem, problemArbitrary } from './problems.ts';

const _ = null;

describe('itemStatistics', () => {
  it('by hand: four models, one item that all get right, one that nobody was asked', () => {
    const { difficulties, discriminations } = itemStatistics(
      matrixOf(
        [
          [1, 1, 1, 1, _],
          [1, 1, 0, 1, _],
          [1, 0, 0, 1, _],
          [0, 0, 0, 1, _],
        ],
        5,
      ),
    );
    expect(largestDifference(difficulties, [3 / 4, 2 / 4, 1 / 4, 1, _])).toBeLessThan(1e-15);
    // Item 0: scores 1 1 1 0 against rests 1, 2/3, 1/3, 1/3. Covariance sum 0.25, squares 0.75 and 11/36.
    const first = 0.25 / Math.sqrt(0.75 * (11 / 36));
    // Item 1: scores 1 1 0 0 against rests 1, 2/3, 2/3, 1/3. Covariance sum 1/3, squares 1 and 2/9.
    const second = 1 / 3 / Math.sqrt(2 / 9);
    // Item 2 mirrors item 0.
    expect(largestDifference(discriminations, [first, second, first, _, _])).toBeLessThan(1e-12);
  });

  it('scores that are missing count neither for the item nor for the rest', () => {
    const { difficulties, discriminations } = itemStatistics(
      matrixOf(
        [
          [1, 1, _],
          [0, _, 0],
          [1, 0, 1],
          // A model with one score has no rest to compare it with.
          [0, _, _],
        ],
        3,
      ),
    );
    expect(largestDifference(difficulties, [1 / 2, 1 / 2, 1 / 2])).toBeLessThan(1e-15);
    // Item 0: scores 1 0 1 against rests 1, 0, 1/2: means 2/3 and 1/2.
    const rests = [1, 0, 1 / 2];
    const covariance = sumOf([1, 0, 1].map((score, m) => (score - 2 / 3) * (rests[m] - 1 / 2)));
    expect(discriminations[0]).toBeCloseTo(covariance / Math.sqrt((2 / 3) * (1 / 2)), 12);
  });

  it('any matrix: the correlation of what is there with the mean of the rest', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const nItems = problem.target.length;
        const { difficulties, discriminations } = itemStatistics(matrixOf(problem.sources, nItems));
        const naive = naiveStatistics(problem.sources, nItems);
        expect(largestDifference(difficulties, naive.difficulties)).toBeLessThan(1e-12);
        expect(largestDifference(discriminations, naive.discriminations)).toBeLessThan(1e-9);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('of no model is not known', () => {
    expect([...itemStatistics(matrixOf([], 2)).difficulties]).toEqual([Number.NaN, Number.NaN]);
    expect([...itemStatistics(matrixOf([], 2)).discriminations]).toEqual([Number.NaN, Number.NaN]);
  });
});

function naiveStatistics(rows: Problem['sources'], nItems: number) {
  const items = Array.from({ length: nItems }, (_item, item) => item);
  const pairs = items.map((item) =>
    rows.flatMap((row) => {
      const rest = row.filter((cell, other) => cell !== null && other !== item) as number[];
      const score = row[item];
      return score === null || rest.length === 0 ? [] : [[score, meanOf(rest)]];
    }),
  );
  return {
    difficulties: items.map((item) => {
      const scores = rows.map((row) => row[item]).filter((cell) => cell !== null);
      return scores.length === 0 ? null : meanOf(scores);
    }),
    discriminations: pairs.map((both) => {
      const [a, b] = [0, 1].map((side) => {
        const values = both.map((pair) => pair[side]);
        return values.map((value) => value - meanOf(values));
      });
      const squares = sumOf(a.map((x) => x * x)) * sumOf(b.map((x) => x * x));
      // Hundredths: anything that varies at all varies by far more than this.
      return squares < 1e-18 || both.length === 0
        ? null
        : sumOf(a.map((x, i) => x * b[i])) / Math.sqrt(squares);
    }),
  };
}
