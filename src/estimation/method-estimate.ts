import { fromUnit, type ScoreRange } from '../scores/score-range.ts';
import type { PointEstimate } from './estimators/estimator.ts';
import type { MethodName } from './estimators/names.ts';
import { clip, possibleScores, type Sample, wilsonInterval } from './inference/wilson-interval.ts';

export interface LevelInterval {
  readonly level: number;
  readonly lower: number;
  readonly upper: number;
}

/** What one method says of a target, in the benchmark's own score units. */
export interface MethodEstimate {
  readonly method: MethodName;
  /** null where the method cannot answer on this core set. */
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly interval: LevelInterval | null;
  readonly effectiveSampleSize: number | null;
  /** Why something is null. */
  readonly reason: string | null;
}

export function unavailable(method: MethodName, reason: string): MethodEstimate {
  return { method, estimate: null, ...withoutInterval(reason) };
}

/** A point estimate with its interval where one is known. @param level nominal coverage, in (0, 1) */
export function toMethodEstimate(
  method: MethodName,
  { value, looResiduals }: PointEstimate,
  observed: Sample,
  level: number,
  range: ScoreRange,
): MethodEstimate {
  if (looResiduals === null) {
    const estimate = fromUnit(clip(value, possibleScores(observed)), range);
    return { method, estimate, ...withoutInterval('no interval is known for this method') };
  }
  const answer = wilsonInterval(observed, value, looResiduals, level);
  return {
    method,
    estimate: fromUnit(answer.estimate, range),
    standardError: answer.standardError === null ? null : answer.standardError * (range.high - range.low),
    interval: intervalInUnits(answer.interval, range, level),
    effectiveSampleSize: answer.effectiveSampleSize,
    reason: answer.interval === null ? 'an interval needs at least two observed items' : null,
  };
}

function withoutInterval(reason: string) {
  return { standardError: null, interval: null, effectiveSampleSize: null, reason };
}

export function intervalInUnits(
  bounds: { readonly lower: number; readonly upper: number } | null,
  range: ScoreRange,
  level: number,
): LevelInterval | null {
  if (bounds === null) return null;
  return { level, lower: fromUnit(bounds.lower, range), upper: fromUnit(bounds.upper, range) };
}
