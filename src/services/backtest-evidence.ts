import { LRUCache } from 'lru-cache';
import { type Calibration, createCalibration } from '../estimation/backtest/expected-error.ts';
import type { LearningCurve } from '../estimation/backtest/learning-curve.ts';
import { armsOf } from '../estimation/backtest/settings.ts';
import type { DesignName } from '../estimation/designs/names.ts';
import type { Backtest, BacktestStore } from '../storage/backtests.ts';

/** What finished back-tests say of a benchmark: the newest that tried a design speaks for it. */
export interface BacktestEvidence {
  /** From the tested size that is nearest; undefined where the design was not tried, or on too few targets. */
  calibrationFor(benchmarkId: number, design: DesignName, size: number): Promise<CalibratedArm | undefined>;
  /** undefined where the design was not tried. */
  curvesFor(benchmarkId: number, design: DesignName): Promise<TestedCurves | undefined>;
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

const maxBenchmarks = 200;
const maxCalibrations = 50;

export function createBacktestEvidence(backtests: BacktestStore): BacktestEvidence {
  const ready = new LRUCache<number, Promise<Backtest[]>>({ max: maxBenchmarks });
  const calibrations = new LRUCache<string, Promise<Calibration | null>>({ max: maxCalibrations });

  async function newestOn(benchmarkId: number, design: DesignName): Promise<Backtest | undefined> {
    const known = ready.get(benchmarkId) ?? backtests.ready(benchmarkId);
    ready.set(benchmarkId, known);
    known.catch(() => ready.delete(benchmarkId));
    return (await known).find(({ settings }) => settings.designs.includes(design));
  }

  async function calibrate({ id, settings }: Backtest, design: DesignName, size: number) {
    const records = await backtests.records(id);
    const arm = armsOf(settings).findIndex((other) => other.design === design && other.size === size);
    return records === undefined ? null : createCalibration(records[arm], armsOf(settings)[arm].methods);
  }

  return {
    async calibrationFor(benchmarkId, design, size) {
      const backtest = await newestOn(benchmarkId, design);
      if (backtest === undefined) return undefined;
      const nearest = nearestOf(backtest.settings.sizes, size);
      const key = `${backtest.id} ${design} ${nearest}`;
      const known = calibrations.get(key) ?? calibrate(backtest, design, nearest);
      calibrations.set(key, known);
      known.catch(() => calibrations.delete(key));
      const calibration = await known;
      return calibration === null ? undefined : { backtest, size: nearest, calibration };
    },
    async curvesFor(benchmarkId, design) {
      const newest = await newestOn(benchmarkId, design);
      if (newest === undefined) return undefined;
      const backtest = await backtests.get(newest.id);
      const curves = backtest.report?.learningCurves.filter((curve) => curve.design === design) ?? [];
      return { backtest, curves };
    },
    forget(benchmarkId) {
      ready.delete(benchmarkId);
    },
  };
}

/** By ratio: 50 is as far from 25 as from 100. */
function nearestOf(sizes: readonly number[], size: number): number {
  const distance = (other: number) => Math.abs(Math.log(other / size));
  return sizes.reduce((best, other) => (distance(other) < distance(best) ? other : best));
}
