import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reducerNames, reducers } from '../../../src/importers/logs/reducers.ts';

const someScores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });

describe('reducers of repeats', () => {
  it.each([
    ['mean', [0, 1, 1, 0.5], 0.625],
    ['median', [1, 0, 0.25], 0.25],
    ['median', [1, 0, 0.25, 0.75], 0.5],
    ['max', [0, 0.5, 0.25], 0.5],
    ['min', [1, 0.5, 0.75], 0.5],
  ] as const)('%s of %j is %d', (name, scores, reduced) => {
    expect(reducers[name](scores)).toBe(reduced);
  });

  it('give one score back as it is', () => {
    for (const name of reducerNames) expect(reducers[name]([0.3])).toBe(0.3);
  });

  it('do not depend on the order, lie between the least and the most, and leave their input alone', () => {
    fc.assert(
      fc.property(someScores, (scores) => {
        const copy = [...scores];
        for (const name of reducerNames) {
          const reduced = reducers[name](scores);
          expect(reduced).toBeGreaterThanOrEqual(Math.min(...scores) - 1e-12);
          expect(reduced).toBeLessThanOrEqual(Math.max(...scores) + 1e-12);
          expect(reducers[name](scores.toReversed())).toBeCloseTo(reduced, 12);
        }
        expect(scores).toEqual(copy);
      }),
    );
  });
});
