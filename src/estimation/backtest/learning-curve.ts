import type { DesignName } from '../designs/names.ts';
import type { MethodName } from '../estimators/names.ts';
import { interpolateAlongLog } from '../numeric/interpolate.ts';
import { sortedQuantile } from '../numeric/quantile.ts';
import { studentTQuantile } from '../numeric/student-t.ts';
import { fewestItems, type NeededItems } from '../planning.ts';
import { type TargetRecord, unpackRecords } from './records.ts';
import type { BacktestRow, Figure } from './rows.ts';
import { armsOf, type BacktestSettings } from './settings.ts';
import type { SplitName } from './splits.ts';

/** What one method reaches with so many items. Unit scale. */
export interface CurvePoint {
  readonly size: number;
  readonly meanAbsoluteError: Figure;
  /** Half the widths of its intervals, at the median and the 90th percentile of the targets; null without intervals. */
  readonly halfWidth: { readonly median: number; readonly p90: number } | null;
}

/** Error and half-width by size. */
export interface LearningCurve {
  readonly split: SplitName;
  readonly design: DesignName;
  readonly method: MethodName;
  /** By ascending size; where it answered for no target there is none. */
  readonly points: readonly CurvePoint[];
}

/** @param records one per arm, of all trials */
export function learningCurves(
  settings: BacktestSettings,
  rows: readonly BacktestRow[],
  records: readonly Float64Array[],
): LearningCurve[] {
  const curves = new Map<string, LearningCurve & { points: CurvePoint[] }>();
  const arms = armsOf(settings);
  const unpacked = arms.map(({ methods }, k) => unpackRecords(records[k], methods.length));
  for (const { split, design, method, size, meanAbsoluteError } of rows) {
    const key = `${split} ${design} ${method}`;
    const curve = curves.get(key) ?? { split, design, method, points: [] };
    curves.set(key, curve);
    if (meanAbsoluteError === null) continue;
    const arm = arms.findIndex((other) => other.design === design && other.size === size);
    const halfWidth = halfWidthOf(unpacked[arm], split, arms[arm].methods.indexOf(method));
    curve.points.push({ size, meanAbsoluteError, halfWidth });
  }
  for (const { points } of curves.values()) points.sort((a, b) => a.size - b.size);
  return [...curves.values()];
}

function halfWidthOf(
  records: readonly TargetRecord[],
  split: SplitName,
  method: number,
): CurvePoint['halfWidth'] {
  const ascending = Float64Array.from(
    records.filter((record) => record.split === split),
    ({ methods }) => methods[method].halfWidth,
  )
    .filter((halfWidth) => !Number.isNaN(halfWidth))
    .sort();
  if (ascending.length === 0) return null;
  return { median: sortedQuantile(ascending, 0.5), p90: sortedQuantile(ascending, 0.9) };
}

export interface CurveQuestion {
  /** N */
  readonly populationSize: number;
  /** Half the width of the interval wanted, unit scale, and its level. */
  readonly halfWidth: number;
  readonly level: number;
  /** N, and the level of the intervals, that the curve is from. */
  readonly testedPopulation: number;
  readonly testedLevel: number;
}

/**
 * The fewest items, at least two, that a learning curve says are enough for a half-width, at the median and at the 90th
 * percentile of its targets. Half-widths follow c sqrt(1/n - 1/N); c is taken from the tested sizes, between them along
 * log n, beyond them from the nearest. Other levels scale with the quantiles of Student's t.
 * @returns null where the curve has no half-widths
 */
export function itemsFromCurve({ points }: LearningCurve, question: CurveQuestion): NeededItems | null {
  const { populationSize, testedPopulation, halfWidth, level, testedLevel } = question;
  const known = points.flatMap((point) =>
    point.halfWidth !== null && point.size < testedPopulation ? [{ ...point, widths: point.halfWidth }] : [],
  );
  if (known.length === 0) return null;
  const sizes = known.map(({ size }) => size);
  const shrinkage = (size: number, population: number) => Math.sqrt(1 / size - 1 / population);
  const needed = (which: 'median' | 'p90') => {
    const factors = known.map(({ size, widths }) => widths[which] / shrinkage(size, testedPopulation));
    return fewestItems(populationSize, (size) => {
      const scale = quantile(level, size) / quantile(testedLevel, size);
      return interpolateAlongLog(sizes, factors, size) * shrinkage(size, populationSize) * scale <= halfWidth;
    });
  };
  return { median: needed('median'), p90: needed('p90') };
}

function quantile(level: number, size: number): number {
  return studentTQuantile((1 + level) / 2, size - 1);
}
