import { expect, it } from 'vitest';
import { runCrashTest } from './crash-test.ts';

const kills = 10;

it(`loses nothing that was acknowledged, and keeps no half, over ${kills} kills (npm run test:crash: 200)`, async () => {
  const report = await runCrashTest({ kills });
  expect(report.kills).toBeGreaterThanOrEqual(kills);
  expect(report.acknowledged.import).toBeGreaterThan(0);
  expect(report.acknowledged.evaluation).toBeGreaterThan(0);
}, 300_000);
