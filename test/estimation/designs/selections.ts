import fc from 'fast-check';
import { expect } from 'vitest';
import { createCoreSample } from '../../../src/estimation/core-sample.ts';
import type { PurposiveDesign } from '../../../src/estimation/designs/purposive-design.ts';
import type { Estimator } from '../../../src/estimation/estimators/estimator.ts';
import { summariseHistory } from '../../../src/estimation/history.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { matrixFromArrays, type ScoreMatrix } from '../../../src/scores/score-matrix.ts';
import { historyOfProblem, problemArbitrary } from '../problems.ts';

/** Histories that nothing can be learned from. */
export const uniformHistories: readonly (readonly [string, ScoreMatrix])[] = [
  ['no source model', { nModels: 0, nItems: 3, cells: new Uint8Array(0) }],
  ['one source model', matrixFromArrays([[1, 0, 1]])],
  [
    'models of equal full scores',
    matrixFromArrays([
      [1, 0, 1],
      [0, 1, 1],
    ]),
  ],
];

/**
 * Whatever the history, a design chooses items, the same ones for the same seed, and its method answers; or it says that
 * there is too little to learn from.
 * @param numRuns of which at least a fifth must be answered
 */
export function expectAnswersOrReasons(
  design: PurposiveDesign,
  estimator: Estimator,
  numRuns: number,
  checkSize: (chosen: number, asked: number) => void,
): void {
  let answers = 0;
  fc.assert(
    fc.property(problemArbitrary(), fc.integer({ min: 1, max: 16 }), (problem, wanted) => {
      const history = historyOfProblem(problem);
      const summary = summariseHistory(history);
      const size = Math.min(wanted, problem.target.length);
      const run = () => design.select({ history, summary }, size, createRandom(wanted), () => undefined);
      try {
        const { items, learned } = run();
        const fit = estimator.fit(createCoreSample(history, summary, items, null, learned));
        const { value } = fit.estimate(Float64Array.from(items, (item) => problem.target[item]));
        checkSize(items.length, size);
        expect([...items]).toEqual([...new Set(items)].sort((a, b) => a - b));
        expect(Number.isFinite(value)).toBe(true);
        expect(run()).toEqual({ items, learned });
        answers++;
      } catch (error) {
        expect(error).toMatchObject({ code: 'insufficient-data' });
      }
    }),
    { numRuns },
  );
  expect(answers).toBeGreaterThan(numRuns / 5);
}
