import { describe, expect, it } from 'vitest';
import { unpackRecords } from '../../../src/estimation/backtest/records.ts';
import { replayTrial } from '../../../src/estimation/backtest/replay.ts';
import { gatherRecords, reportBacktest } from '../../../src/estimation/backtest/report.ts';
import { trialsOf } from '../../../src/estimation/backtest/settings.ts';
import { simulateBenchmark } from '../../../src/simulation/simulate-benchmark.ts';
import { historyOf } from '../../support/histories.ts';
import { sumOf } from '../measures.ts';
import { inputOf } from './cases.ts';

describe('the report of a back-test', () => {
  const { scores } = simulateBenchmark({ models: 20, items: 40, groups: 1, seed: 9 });
  const input = inputOf(historyOf({ nModels: 20, nItems: 40, cells: scores }), { sizes: [20, 5] });
  const { settings } = input;
  const trials = trialsOf(settings).map((trial) => ({ trial, outcome: replayTrial(input, trial) }));

  it('counts the targets of all trials, and keeps them arm by arm, trial after trial', () => {
    const { targets, trials: done } = reportBacktest(settings, trials);
    // Of twenty models five are targets in interpolation and six in extrapolation, three times each.
    expect(targets).toEqual({ replayed: 33, duplicates: 0, unknown: 0 });
    expect(done).toBe(6);
    const perArm = gatherRecords(settings, trials).map((packed) => unpackRecords(packed, 2));
    expect(perArm.map(({ length }) => length)).toEqual([33, 33]);
    expect(perArm[0].slice(0, 6).map(({ split }) => split)).toEqual([
      ...new Array(5).fill('interpolation'),
      'extrapolation',
    ]);
  });

  it('half-way tells of what is done, and its curves say what its rows say', () => {
    for (const done of [trials.slice(0, 3), trials]) {
      const { rows, learningCurves } = reportBacktest(settings, done);
      expect(learningCurves).toHaveLength(4);
      for (const { split, method, points } of learningCurves) {
        expect(points.map(({ size }) => size)).toEqual([5, 20]);
        for (const { size, meanAbsoluteError, halfWidth } of points) {
          const row = rows.find((one) => one.split === split && one.method === method && one.size === size)!;
          expect(meanAbsoluteError).toEqual(row.meanAbsoluteError);
          expect(halfWidth!.median).toBeLessThanOrEqual(halfWidth!.p90);
          expect(halfWidth!.p90).toBeGreaterThanOrEqual(row.meanWidth!.value / 2);
        }
      }
      expect(
        sumOf(rows.filter(({ size, method }) => size === 5 && method === 'aipw').map((row) => row.targets)),
      ).toBe(done.length === 3 ? 16 : 33);
    }
  });

  it('before the first trial has rows without figures and curves without points', () => {
    const { rows, learningCurves, targets } = reportBacktest(settings, []);
    expect(rows.map((row) => row.meanAbsoluteError)).toEqual(new Array(8).fill(null));
    expect(learningCurves.flatMap(({ points }) => points)).toEqual([]);
    expect(targets).toEqual({ replayed: 0, duplicates: 0, unknown: 0 });
  });
});
