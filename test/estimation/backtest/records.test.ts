import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packRecords, thinOut, unpackRecords } from '../../../src/estimation/backtest/records.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { chiSquare, chiSquareBound } from '../measures.ts';
import { recordArbitrary } from './cases.ts';

const runs = { seed: 2, numRuns: 300 };

describe('records as numbers', () => {
  it('are read as they were written, whatever the number of methods and of undefined figures', () => {
    const cases = fc
      .integer({ min: 0, max: 4 })
      .chain((methods) =>
        fc.record({ methods: fc.constant(methods), records: fc.array(recordArbitrary(methods)) }),
      );
    fc.assert(
      fc.property(cases, ({ methods, records }) => {
        expect(unpackRecords(packRecords(records), methods)).toEqual(records);
      }),
      runs,
    );
  });

  it('of several trials may be put one after the other', () => {
    const some = fc.array(recordArbitrary(2));
    fc.assert(
      fc.property(some, some, (first, second) => {
        const packed = Float64Array.from([...packRecords(first), ...packRecords(second)]);
        expect(unpackRecords(packed, 2)).toEqual([...first, ...second]);
      }),
      runs,
    );
  });
});

describe('the targets of a trial that are kept', () => {
  const targets = fc.integer({ min: 0, max: 300 });
  const trials = fc.integer({ min: 1, max: 5000 });

  it('are targets of the trial, none of them twice', () => {
    fc.assert(
      fc.property(targets, trials, fc.nat(), (count, trialCount, seed) => {
        const kept = [...thinOut(count, trialCount, createRandom(seed))];
        expect(new Set(kept).size).toBe(kept.length);
        expect(kept.every((target) => target >= 0 && target < count)).toBe(true);
      }),
      runs,
    );
  });

  it('are all of them as long as those of all trials are at most two thousand', () => {
    expect(thinOut(100, 20, createRandom(1))).toHaveLength(100);
    expect(thinOut(7, 1, createRandom(1))).toHaveLength(7);
    expect(thinOut(0, 20, createRandom(1))).toHaveLength(0);
  });

  it('are about two thousand over all trials where there are more, but one a trial at least', () => {
    fc.assert(
      fc.property(trials, (trialCount) => {
        const perTrial = thinOut(4000, trialCount, createRandom(1)).length;
        expect(perTrial).toBeGreaterThan(0);
        expect(perTrial * trialCount).toBeGreaterThanOrEqual(2000);
        expect((perTrial - 1) * trialCount).toBeLessThan(2000);
      }),
      runs,
    );
  });

  it('are any of them as often', () => {
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      for (const target of thinOut(10, 1000, createRandom(seed))) counts[target]++;
    }
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(8000);
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(10));
  });
});
