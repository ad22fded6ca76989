import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../src/errors.ts';
import { anchorPoints, anchorPointsAbsolute } from '../../../src/estimation/designs/anchor-points.ts';
import type { Progress } from '../../../src/estimation/designs/purposive-design.ts';
import { type History, summariseHistory } from '../../../src/estimation/history.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { matrixFromArrays } from '../../../src/scores/score-matrix.ts';
import { simulateBenchmark } from '../../../src/simulation/simulate-benchmark.ts';
import { historyOf } from '../../support/histories.ts';
import { anchorLoss, columnOf, normOf } from '../naive-anchors.ts';
import { historyOfProblem, problemArbitrary } from '../problems.ts';
import { imputeNaively } from '../second-implementation.ts';

function silent(): void {}

const simulated = simulateBenchmark({ models: 40, items: 150, groups: 3, seed: 2 });
const binary = historyOf({ nModels: 40, nItems: 150, cells: simulated.scores });

describe.each([
  ['anchor-points', anchorPoints, (correlation: number) => correlation],
  ['anchor-points-absolute', anchorPointsAbsolute, Math.abs],
] as const)('design %s', (_, design, strength) => {
  function select(history: History, size: number, seed = 1, progress: Progress = silent): number[] {
    const sources = { history, summary: summariseHistory(history) };
    return [...design.select(sources, size, createRandom(seed), progress).items];
  }

  it('chooses anchors that no single exchange improves, whatever the history', () => {
    fc.assert(
      fc.property(problemArbitrary(), fc.nat(), fc.nat(), (problem, pick, seed) => {
        const nItems = problem.target.length;
        const size = 1 + (pick % nItems);
        const history = historyOfProblem(problem);
        const rows = imputeNaively(problem.sources, nItems);
        const varies = problem.target.some((_, item) => normOf(columnOf(rows, item)) > 1e-11);
        if (size < nItems && !varies) {
          expect(() => select(history, size, seed)).toThrow(DomainError);
          return;
        }
        const items = select(history, size, seed);
        expect(items).toHaveLength(size);
        expect(items.every((item, k) => item >= 0 && item < nItems && !(item <= items[k - 1]))).toBe(true);
        expect(items).toEqual(select(history, size, seed));
        if (size === nItems) return;
        const loss = anchorLoss(rows, items, strength);
        items.forEach((_, place) => {
          problem.target.forEach((_, item) => {
            if (items.includes(item)) return;
            expect(anchorLoss(rows, items.with(place, item), strength)).toBeGreaterThan(loss - 1e-6);
          });
        });
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('chooses the same, bits counted or numbers multiplied', () => {
    const { cells } = binary.matrix;
    const reals = historyOf({ ...binary.matrix, cells: Float64Array.from(cells) });
    const rows = Array.from({ length: 40 }, (_, m) => [...cells.subarray(m * 150, (m + 1) * 150)]);
    const lossOf = (history: History) => anchorLoss(rows, select(history, 12), strength);
    expect(lossOf(reals)).toBeCloseTo(lossOf(binary), 6);
  });

  it('has one of each kind where as many items differ as are asked for, and repeats them where fewer do', () => {
    const history = historyOf(
      matrixFromArrays([
        [0, 0, 0, 1, 1, 0, 1],
        [1, 1, 0, 0, 0, 0, 1],
        [0, 0, 1, 1, 1, 0, 1],
        [1, 1, 1, 1, 1, 0, 1],
      ]),
    );
    for (let seed = 0; seed < 10; seed++) {
      const five = select(history, 5, seed);
      expect(new Set(five.map((item) => ['a', 'a', 'b', 'c', 'c', 'd', 'e'][item])).size).toBe(5);
      expect(new Set(select(history, 6, seed)).size).toBe(6);
      expect(select(history, 7, seed)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    }
  });

  it('refuses where no score differs, unless nothing is to be chosen', () => {
    const same = historyOf(matrixFromArrays([new Array(5).fill(0.3), new Array(5).fill(0.3)]));
    const one = historyOf(matrixFromArrays([[0, 1, 0, 1, 1]]));
    for (const history of [same, one]) {
      expect(() => select(history, 2)).toThrow(DomainError);
      expect(select(history, 5)).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it('tells how far it is', () => {
    const shares: number[] = [];
    select(binary, 12, 1, (share) => shares.push(share));
    expect(shares.length).toBeGreaterThan(20);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.every((share) => share >= 0 && share < 1)).toBe(true);
  });
});

it('the two designs differ where items run against one another', () => {
  const rising = [0, 0.2, 0.4, 0.6, 0.8];
  const falling = rising.toReversed();
  const other = [0, 1, 0, 1, 0];
  const columns = [rising, rising, falling, falling, other];
  const history = historyOf(matrixFromArrays(rising.map((_, m) => columns.map((column) => column[m]))));
  const sources = { history, summary: summariseHistory(history) };
  const signed = anchorPoints.select(sources, 2, createRandom(1), silent).items;
  const absolute = anchorPointsAbsolute.select(sources, 2, createRandom(1), silent).items;
  expect(signed[0]).toBeLessThan(2);
  expect([2, 3]).toContain(signed[1]);
  expect(absolute[0]).toBeLessThan(4);
  expect(absolute[1]).toBe(4);
});
