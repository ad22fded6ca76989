import { expect, it } from 'vitest';
import { brokenRules, renderReport } from './report.ts';
import { runLoad } from './run-load.ts';
import { slopeOf } from './slope.ts';

it('keeps its promises under load at its limits, whatever the machine does besides', {
  timeout: 150_000,
}, async () => {
  const report = await runLoad({ seconds: 20 });
  expect(brokenRules(report), renderReport(report)).toEqual([]);
  const accepted = new Map(report.kinds.map(({ kind, accepted: times }) => [kind, times.length]));
  for (const kind of ['poll', 'evaluate', 'core set', 'import', 'export', 'back-test', 'events']) {
    expect(accepted.get(kind) ?? 0, kind).toBeGreaterThan(0);
  }
  expect(report.readings.length).toBeGreaterThan(3);
});

it('tells growth from garbage', () => {
  const saw = (seconds: number, growth: number) => ({
    seconds,
    value: 100 + (seconds % 7) * 5 + growth * seconds,
  });
  const readings = (growth: number) => Array.from({ length: 300 }, (_, seconds) => saw(seconds, growth));
  expect(slopeOf(readings(0)).perMinute).toBeCloseTo(0, 0);
  expect(slopeOf(readings(0.5)).perMinute).toBeGreaterThan(28);
  expect(slopeOf(readings(0.5)).standardError).toBeLessThan(1);
});
