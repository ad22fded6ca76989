import { LRUCache } from 'lru-cache';
import { type Calibration, createCalibration } from '../estimation/backtest/expected-error.ts';
import type { LearningCurve } from '../estimation/backtest/learning-curve.ts';
import { armsOf } from '../estimation/backtest/settings.ts';
import type { DesignName } from '../estimation/designs/names.ts';
import type { Backtest, BacktestStore } from '../storage/backtests.ts';
import { remember } from './remember.ts';

/** What finished back-tests say of a benchmark: of those that tried a design often enough, newest first. */
export interface BacktestEvidence {
  /** From the tested size that is nearest; those that tried no size near it, or too few targets, are left out. */
  calibrations(benchmarkId: number, design: DesignName, size: number): AsyncGenerator<CalibratedArm>;
  curves(benchmarkId: number, design: DesignName): AsyncGenerator<TestedCurves>;
  /** The same number as long as nothing else is said of a benchmark. */
  stateOf(benchmarkId: number): number;
  /** The back-tests of a benchmark are not what they were. */
  forget(benchmarkId: number): void;
}

export interface CalibratedArm {
  readonly backtest: Backtest;
  readonly size: number;
  readonly calibration: Calibration;
}

export interface TestedCurves {
  readonly backtest: Backtest;
  readonly curves: readonly LearningCurve[];
}

/** Fewer are one or two core sets and say more of those than of the design. */
const minRepeats = 5;
/** Errors carry over between sizes in half-widths, as far as they are noise; bias does not shrink with them. */
const maxSizeRatio = 3;
const maxBenchmarks = 200;
/** Of a benchmark: what older ones tried has long been tried again. */
const maxBacktests = 200;
const maxReports = 200;
const maxCalibrations = 50;

export function createBacktestEvidence(backtests: BacktestStore): BacktestEvidence {
  const ready = new LRUCache<number, Promise<Backtest[]>>({ max: maxBenchmarks });
  const reports = new LRUCache<string, Promise<Backtest>>({ max: maxReports });
  const changes = new Map<number, number>();
  const calibrations = new LRUCache<string, Promise<Calibration | null>>({ max: maxCalibrations });

  function readyOn(benchmarkId: number): Promise<Backtest[]> {
    return remember(ready, benchmarkId, () => backtests.ready(benchmarkId, maxBacktests));
  }

  async function triedOn(benchmarkId: number, design: DesignName): Promise<Backtest[]> {
    const all = await readyOn(benchmarkId);
    return all.filter(({ settings }) => settings.designs.includes(design) && settings.repeats >= minRepeats);
  }

  async function calibrate({ id, settings }: Backtest, design: DesignName, size: number) {
    const records = await backtests.records(id);
    const arm = armsOf(settings).findIndex((other) => other.design === design && other.size === size);
    return records === undefined ? null : createCalibration(records[arm], armsOf(settings)[arm].methods);
  }

  return {
    async *calibrations(benchmarkId, design, asked) {
      for (const backtest of await triedOn(benchmarkId, design)) {
        const size = nearestOf(backtest.settings.sizes, asked);
        if (ratioOf(size, asked) > maxSizeRatio) continue;
        const key = `${backtest.id} ${design} ${size}`;
        const calibration = await remember(calibrations, key, () => calibrate(backtest, design, size));
        if (calibration !== null) yield { backtest, size, calibration };
      }
    },
    async *curves(benchmarkId, design) {
      for (const { id } of await triedOn(benchmarkId, design)) {
        const backtest = await remember(reports, id, () => backtests.get(id));
        const curves = backtest.report!.learningCurves.filter((curve) => curve.design === design);
        yield { backtest, curves };
      }
    },
    stateOf: (benchmarkId) => changes.get(benchmarkId) ?? 0,
    forget(benchmarkId) {
      changes.set(benchmarkId, (changes.get(benchmarkId) ?? 0) + 1);
      ready.delete(benchmarkId);
    },
  };
}

function nearestOf(sizes: readonly number[], size: number): number {
  return sizes.reduce((best, other) => (ratioOf(other, size) < ratioOf(best, size) ? other : best));
}

/** 50 is as far from 25 as from 100. */
function ratioOf(size: number, other: number): number {
  return Math.max(size / other, other / size);
}
