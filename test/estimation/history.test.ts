import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gatherScores,
  type History,
  imputedScore,
  orderableDifficulties,
  summariseHistory,
} from '../../src/estimation/history.ts';
import { indexRange } from '../../src/estimation/numeric/random.ts';
import { matrixFromArrays } from '../../src/scores/score-matrix.ts';
import { historyOf } from '../support/histories.ts';
import { largestDifference, meanOf } from './measures.ts';
import { groupsOf, historyOfProblem, matrixOf, problemArbitrary } from './problems.ts';
import { imputeNaively } from './second-implementation.ts';

const _ = null;

/** Four models, five items; the last model and the fourth item have no score. */
const rows = [
  [1, 0, 1, _, 1],
  [0, 0, 1, _, _],
  [_, 1, 1, _, 0],
  [_, _, _, _, _],
];

describe('a history with missing scores, by hand', () => {
  const history = historyOf(matrixFromArrays(rows));
  const summary = summariseHistory(history);

  it('means of what is there', () => {
    // 10 scores: 6 right of 10; column means 1/2, 1/3, 1, none, 1/2.
    expect(summary.grandMean).toBeCloseTo(6 / 10, 15);
    expect(largestDifference(summary.modelMeans, [3 / 4, 1 / 3, 2 / 3, 6 / 10])).toBeLessThan(1e-15);
    expect(largestDifference(summary.itemMeans, [1 / 2, 1 / 3, 1, _, 1 / 2])).toBeLessThan(1e-15);
    expect(summary.missingShare).toBeCloseTo(10 / 20, 15);
  });

  it.each([
    ['row + column - grand', 1, 4, 1 / 3 + 1 / 2 - 6 / 10],
    ['the same, of another model', 2, 0, 2 / 3 + 1 / 2 - 6 / 10],
    ['an item without any score counts as average', 0, 3, 3 / 4],
    ['a model without any score counts as average', 3, 1, 1 / 3],
    ['neither has any', 3, 3, 6 / 10],
    ['a score that is there stays', 0, 1, 0],
  ])('imputed: %s', (_name, model, item, expected) => {
    expect(imputedScore(history, summary, model, item)).toBeCloseTo(expected, 15);
  });

  it('clips what is imputed to [0, 1]', () => {
    const strong = summariseAndImpute([
      [1, 1, 1, _],
      [0, 0, 0, 1],
      [0, 0, 0, 1],
    ]);
    // 1 + 1 - 5/11 is above 1.
    expect(strong(0, 3)).toBe(1);
    const weak = summariseAndImpute([
      [0, 0, 0, _],
      [1, 1, 1, 0],
      [1, 1, 1, 0],
    ]);
    expect(weak(0, 3)).toBe(0);
  });

  it('full scores average over all items, the imputed ones included', () => {
    const model1 = [0, 0, 1, 1 / 3, 1 / 3 + 1 / 2 - 6 / 10];
    expect(summary.fullScores[1]).toBeCloseTo(meanOf(model1), 15);
    expect(summary.fullScores[3]).toBeCloseTo(meanOf([0.5, 1 / 3, 1, 0.6, 0.5]), 15);
  });

  it('designs take an item without any score for one of average difficulty', () => {
    expect(largestDifference(orderableDifficulties(summary), [1 / 2, 1 / 3, 1, 6 / 10, 1 / 2])).toBeLessThan(
      1e-15,
    );
  });
});

function summariseAndImpute(cells: (number | null)[][]) {
  const history = historyOf(matrixFromArrays(cells));
  const summary = summariseHistory(history);
  return (model: number, item: number) => imputedScore(history, summary, model, item);
}

describe('any history', () => {
  it('is imputed and averaged as a second implementation has it, in groups too', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const history = historyOfProblem(problem);
        const summary = summariseHistory(history);
        const nItems = problem.target.length;
        const imputed = imputeNaively(problem.sources, nItems);
        const items = Int32Array.from(problem.items);
        const gathered = problem.items.flatMap((item) => imputed.map((row) => row[item]));
        const missing = problem.sources.flat().filter((cell) => cell === null).length;
        const cells = problem.sources.length * nItems;
        expect(largestDifference(summary.fullScores, imputed.map(meanOf))).toBeLessThan(1e-12);
        expect(largestDifference(gatherScores(history, summary, items), gathered)).toBeLessThan(1e-12);
        expect(summary.missingShare).toBeCloseTo(cells === 0 ? 0 : missing / cells, 12);
        expect(summary.groupScores).toHaveLength(history.groups.names.length);
        history.groups.names.forEach((name, group) => {
          const means = imputed.map((row) =>
            meanOf(row.filter((_cell, item) => problem.groups[item] === name)),
          );
          expect(largestDifference(summary.groupScores[group], means)).toBeLessThan(1e-12);
        });
      }),
      { seed: 9, numRuns: 300 },
    );
  });

  it('takes only its own models and items of a larger matrix', () => {
    fc.assert(
      fc.property(problemArbitrary(), fc.nat(), fc.nat(), (problem, rowKey, columnKey) => {
        const { sources, target } = problem;
        const models = indexRange(sources.length).filter((row) => (row + rowKey) % 3 !== 0);
        const population = indexRange(target.length).filter((column) => (column + columnKey) % 4 !== 0);
        const part: History = {
          matrix: matrixOf(sources, target.length),
          models,
          population,
          groups: groupsOf(Array.from(population, (column) => problem.groups[column]).filter(isDefined)),
        };
        const cut = Array.from(models, (row) => Array.from(population, (column) => sources[row][column]));
        const whole = historyOfProblem({
          ...problem,
          sources: cut,
          target: Array.from(population, (column) => target[column]),
          groups: Array.from(population, (column) => problem.groups[column]).filter(isDefined),
        });
        expect(summariseHistory(part)).toEqual(summariseHistory(whole));
      }),
      { seed: 10, numRuns: 200 },
    );
  });

  it('without any model knows nothing but a neutral mean', () => {
    const { fullScores, itemMeans, grandMean, missingShare } = summariseHistory(historyOf(matrixOf([], 3)));
    expect(fullScores).toHaveLength(0);
    expect([...itemMeans]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(grandMean).toBe(0.5);
    expect(missingShare).toBe(0);
  });
});

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
