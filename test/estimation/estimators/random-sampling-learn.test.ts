import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  fitFullScoreRegression,
  randomSamplingLearn,
} from '../../../src/estimation/estimators/random-sampling-learn.ts';
import { largestDifference, meanOf } from '../measures.ts';
import { observedOf, type Problem, prepareProblem, problemArbitrary } from '../problems.ts';
import { imputeNaively } from '../second-implementation.ts';

const penalties = [0.1, 1, 10];

/** Ridge with an unpenalised intercept over models, by the normal equations with a column of ones. */
function naiveLine(features: number[][], outcome: number[], alpha: number) {
  const design = new Matrix(features.map((row) => [1, ...row]));
  const penalty = Matrix.diag([0, ...features[0].map(() => alpha)]);
  const left = design.transpose().mmul(design).add(penalty);
  const [intercept, ...slopes] = solve(
    left,
    design.transpose().mmul(Matrix.columnVector(outcome)),
  ).to1DArray();
  const predict = (row: number[]) => intercept + row.reduce((sum, value, k) => sum + value * slopes[k], 0);
  return { intercept, slopes, predict };
}

function dataOf(problem: Problem) {
  const imputed = imputeNaively(problem.sources, problem.target.length);
  return {
    features: imputed.map((row) => problem.items.map((item) => row[item])),
    outcome: imputed.map(meanOf),
  };
}

describe('fitFullScoreRegression', () => {
  it('takes the penalty of least leave-one-out error, each error from a refit without that model', () => {
    fc.assert(
      fc.property(
        problemArbitrary().filter(({ sources }) => sources.length >= 3),
        (problem) => {
          const { features, outcome } = dataOf(problem);
          const line = fitFullScoreRegression(prepareProblem(problem).sample);
          const others = <T>(values: T[], m: number) => values.filter((_, k) => k !== m);
          const errors = penalties.map((alpha) =>
            meanOf(
              features.map((row, m) => {
                const without = naiveLine(others(features, m), others(outcome, m), alpha);
                return (outcome[m] - without.predict(row)) ** 2;
              }),
            ),
          );
          expect(largestDifference(line.looErrors, errors)).toBeLessThan(1e-8);
          const least = Math.min(...errors);
          expect(errors[penalties.indexOf(line.penalty)] - least).toBeLessThan(1e-8);
          const naive = naiveLine(features, outcome, line.penalty);
          expect(largestDifference(line.slopes, naive.slopes)).toBeLessThan(1e-9);
          expect(Math.abs(line.intercept - naive.intercept)).toBeLessThan(1e-9);
          const y = observedOf(problem);
          const { value, looResiduals } = randomSamplingLearn.fit(prepareProblem(problem).sample).estimate(y);
          expect(Math.abs(value - naive.predict([...y]))).toBeLessThan(1e-9);
          expect(looResiduals).toBeNull();
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });

  it('without sources is the plain mean', () => {
    const { sample } = prepareProblem({
      sources: [],
      groups: [],
      target: [1, 0, 1, 1],
      items: [0, 1, 2],
      inclusion: [0.75, 0.75, 0.75],
    });
    expect(randomSamplingLearn.fit(sample).estimate(Float64Array.of(1, 0, 1)).value).toBeCloseTo(2 / 3, 15);
  });

  it('one source is all it can say', () => {
    const { sample } = prepareProblem({
      sources: [[1, 0, 0, 0]],
      groups: [],
      target: [1, 1, 1, 1],
      items: [0, 1],
      inclusion: [0.5, 0.5],
    });
    expect(randomSamplingLearn.fit(sample).estimate(Float64Array.of(1, 1)).value).toBeCloseTo(0.25, 12);
  });

  it('two sources leave every penalty the same error: the choice is not left to rounding', () => {
    const real = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
    const row = fc.array(real, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(row, row, (a, b) => {
        const [straight, exchanged] = [
          [a, b],
          [b, a],
        ].map((sources) => {
          const problem = { sources, groups: [], target: a, items: [0, 2, 5], inclusion: [0.5, 0.5, 0.5] };
          return fitFullScoreRegression(prepareProblem(problem).sample).penalty;
        });
        expect(straight).toBe(exchanged);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
