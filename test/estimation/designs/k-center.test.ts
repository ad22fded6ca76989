import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../src/errors.ts';
import type { CoreSample } from '../../../src/estimation/core-sample.ts';
import { kCenter } from '../../../src/estimation/designs/k-center.ts';
import { kCenterMean } from '../../../src/estimation/estimators/k-center.ts';
import { type History, summariseHistory } from '../../../src/estimation/history.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { matrixFromArrays } from '../../../src/scores/score-matrix.ts';
import { historyOf } from '../../support/histories.ts';
import { historyOfProblem, type Problem, problemArbitrary } from '../problems.ts';
import { imputeNaively } from '../second-implementation.ts';

function select(history: History, size: number, seed: number): number[] {
  const sources = { history, summary: summariseHistory(history) };
  return [...kCenter.select(sources, size, createRandom(seed), () => {}).items];
}

function distancesOf(rows: readonly (readonly number[])[]) {
  return (a: number, b: number) => Math.hypot(...rows.map((row) => row[a] - row[b]));
}

const withSources = problemArbitrary().filter(({ sources }) => sources.length > 0);

function check(problem: Problem, size: number, seed: number): void {
  const nItems = problem.target.length;
  const items = select(historyOfProblem(problem), size, seed);
  const distance = distancesOf(imputeNaively(problem.sources, nItems));
  const apart = items.flatMap((a, k) => items.slice(0, k).map((b) => distance(a, b)));
  const radius = Math.max(
    ...problem.target.map((_, item) => Math.min(...items.map((center) => distance(item, center)))),
  );
  expect(items).toHaveLength(size);
  expect(items.every((item, k) => item >= 0 && item < nItems && !(item <= items[k - 1]))).toBe(true);
  expect(items).toEqual(select(historyOfProblem(problem), size, seed));
  // What farthest-point selection guarantees: no item is farther from the centres than they are from one another.
  if (size > 1) expect(Math.min(...apart)).toBeGreaterThanOrEqual(radius - 1e-12);
}

describe('k-center', () => {
  it('leaves no item farther away than its centres are apart, whatever the history', () => {
    fc.assert(
      fc.property(withSources, fc.nat(), fc.nat(), (problem, pick, seed) => {
        check(problem, 1 + (pick % problem.target.length), seed);
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  it('is plain farthest-point selection from one of the items', () => {
    const random = createRandom(4);
    const rows = Array.from({ length: 5 }, () => Array.from({ length: 20 }, () => random.uniform()));
    const distance = distancesOf(rows);
    const everything = rows[0].map((_, item) => item);
    const greedy = everything.map((first) => {
      const centers = [first];
      const reach = (item: number) => Math.min(...centers.map((center) => distance(item, center)));
      while (centers.length < 6) {
        centers.push(everything.reduce((best, item) => (reach(item) > reach(best) ? item : best), 0));
      }
      return centers.sort((a, b) => a - b).join();
    });
    const history = historyOf(matrixFromArrays(rows));
    const selections = Array.from({ length: 40 }, (_, seed) => select(history, 6, seed).join());
    const firsts = new Set(Array.from({ length: 40 }, (_, seed) => select(history, 1, seed).join()));
    expect(selections.filter((selection) => !greedy.includes(selection))).toEqual([]);
    expect(firsts.size).toBeGreaterThan(12);
  });

  it('fills up with repeated items where too few differ', () => {
    const history = historyOf(
      matrixFromArrays([
        [0, 0, 0, 1, 1, 1],
        [1, 1, 1, 0, 0, 0],
      ]),
    );
    for (let seed = 0; seed < 20; seed++) {
      expect(new Set(select(history, 2, seed).map((item) => item < 3)).size).toBe(2);
      expect(new Set(select(history, 5, seed)).size).toBe(5);
      expect(select(history, 6, seed)).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });

  it('refuses to choose without source models', () => {
    const history = historyOf({ nModels: 0, nItems: 4, cells: new Uint8Array(0) });
    expect(() => select(history, 2, 1)).toThrow(DomainError);
    expect(select(history, 4, 1)).toEqual([0, 1, 2, 3]);
  });
});

describe('the method k-center', () => {
  it('is the plain mean over the items that were chosen, however they are weighted elsewhere', () => {
    const { value, looResiduals } = kCenterMean.fit({} as CoreSample).estimate(Float64Array.of(1, 0, 0.5, 1));
    expect(value).toBe(0.625);
    expect(looResiduals).toBeNull();
    expect(kCenterMean.designs).toEqual(['k-center']);
  });
});
