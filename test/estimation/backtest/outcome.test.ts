import { describe, expect, it } from 'vitest';
import {
  type ReplayedTarget,
  statisticNames,
  summariseArm,
} from '../../../src/estimation/backtest/outcome.ts';
import { unpackRecords } from '../../../src/estimation/backtest/records.ts';
import { type MethodEstimate, unavailable } from '../../../src/estimation/method-estimate.ts';
import { readSums, unanswered } from './cases.ts';

function answer(estimate: number, bounds: readonly [number, number] | null = null): MethodEstimate {
  return {
    method: 'aipw',
    estimate,
    standardError: null,
    interval: bounds && { level: 0.95, lower: bounds[0], upper: bounds[1] },
    effectiveSampleSize: bounds && 40,
    reason: null,
  };
}

function target(truth: number, estimates: ReplayedTarget['estimates'], aipw = estimates[0]): ReplayedTarget {
  const circumstances = { aipw, similarity: 0.3, percentile: 0.9, deviations: 1.5 };
  return { model: 6, truth, estimates, circumstances: () => circumstances };
}

/** The first method has intervals, the second has none, the third never answers. */
const replayed = [
  target(0.5, [answer(0.6, [0.4, 0.8]), answer(0.9), null]),
  target(0.7, [answer(0.5, [0.4, 0.6]), answer(0.7), unavailable('lasso', 'not here')]),
  target(0.8, [null, answer(0.4), null]),
  target(0.9, [answer(0.9, [0.9, 1]), null, null]),
];

describe('the sums of a trial', () => {
  const { statistics, records } = summariseArm(3, 'extrapolation', replayed, Int32Array.of(3, 1));

  it('by hand, of a method with intervals: a true score on the bound is inside', () => {
    const sums = readSums({ statistics }, 0);
    expect(sums.absoluteError).toBeCloseTo(0.1 + 0.2 + 0, 12);
    expect(sums.signedError).toBeCloseTo(0.1 - 0.2 + 0, 12);
    expect(sums.width).toBeCloseTo(0.4 + 0.2 + 0.1, 12);
    // 0.6, 0.5 and 0.9 for 0.5, 0.7 and 0.9: two pairs of three are in order.
    expect(sums.tau).toBeCloseTo(1 / 3, 12);
    expect(sums).toMatchObject({ targets: 3, intervals: 3, covered: 2, effectiveSampleSize: 120, taus: 1 });
  });

  it('by hand, of a method without intervals: errors of both signs do not cancel', () => {
    const sums = readSums({ statistics }, 1);
    expect(sums.absoluteError).toBeCloseTo(0.4 + 0 + 0.4, 12);
    expect(sums.signedError).toBeCloseTo(0.4 + 0 - 0.4, 12);
    expect(sums).toMatchObject({ targets: 3, intervals: 0, covered: 0, width: 0, effectiveSampleSize: 0 });
    expect(sums.tau).toBeCloseTo(-1, 12);
  });

  it('of a method that never answers are all zero, not undefined', () => {
    expect(Object.values(readSums({ statistics }, 2))).toEqual(statisticNames.map(() => 0));
  });

  it('rounding does not put a true score on the bound outside', () => {
    const exact = 0.1 + 0.2;
    const { statistics: sums } = summariseArm(
      1,
      'interpolation',
      [target(0.3, [answer(exact, [exact, exact])]), target(0.3, [answer(0.31, [0.301, 0.4])])],
      new Int32Array(0),
    );
    expect(readSums({ statistics: sums }, 0).covered).toBe(1);
  });

  it('keep the targets asked for one by one, with what each method did', () => {
    const [last, second] = unpackRecords(records, 3);
    expect(last).toMatchObject({
      split: 'extrapolation',
      model: 6,
      similarity: 0.3,
      percentile: 0.9,
      deviations: 1.5,
    });
    expect(last.methods.map(({ error }) => error)).toEqual([0, Number.NaN, Number.NaN]);
    expect(last.methods[0].halfWidth).toBeCloseTo(0.05, 12);
    expect(second.methods[0].error).toBeCloseTo(-0.2, 12);
    expect(second.methods[0].halfWidth).toBeCloseTo(0.1, 12);
    expect(second.methods[1]).toEqual({ error: 0, halfWidth: Number.NaN });
    expect(second.methods[2]).toEqual(unanswered);
    expect(second.aipw).toEqual(second.methods[0]);
  });

  it('keep what AIPW says, whether it is among the methods or not', () => {
    const aipw = answer(0.65, [0.6, 0.7]);
    const { records: kept } = summariseArm(
      1,
      'interpolation',
      [target(0.5, [answer(0.1)], aipw), target(0.5, [null], null)],
      Int32Array.of(0, 1),
    );
    const [first, second] = unpackRecords(kept, 1);
    expect(first.aipw.error).toBeCloseTo(0.15, 12);
    expect(first.aipw.halfWidth).toBeCloseTo(0.05, 12);
    expect(second.aipw).toEqual(unanswered);
  });
});
