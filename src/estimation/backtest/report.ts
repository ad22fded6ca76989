import { type LearningCurve, learningCurves } from './learning-curve.ts';
import { type BacktestRow, backtestRows, type FinishedTrial } from './rows.ts';
import { armsOf, type BacktestSettings } from './settings.ts';

/** What a back-test found, as far as it got. Unit scale. */
export interface BacktestReport {
  readonly trials: number;
  readonly rows: readonly BacktestRow[];
  readonly learningCurves: readonly LearningCurve[];
  readonly targets: TargetCounts;
}

/** Targets over all trials. */
export interface TargetCounts {
  readonly replayed: number;
  /** Those that equal a source on every item; left out, unless the settings keep them. */
  readonly duplicates: number;
  /** Left out: too few of their scores are known to tell the truth by. */
  readonly unknown: number;
}

/** @param trials those that are done, in the order of `trialsOf` */
export function reportBacktest(settings: BacktestSettings, trials: readonly FinishedTrial[]): BacktestReport {
  const outcomes = trials.map(({ outcome }) => outcome);
  const rows = backtestRows(settings, trials);
  const total = (count: (outcome: FinishedTrial['outcome']) => number) =>
    outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
  return {
    trials: trials.length,
    rows,
    learningCurves: learningCurves(settings, rows, gatherRecords(settings, trials)),
    targets: {
      replayed: total(({ targets }) => targets),
      duplicates: total(({ duplicates }) => duplicates),
      unknown: total(({ unknown }) => unknown),
    },
  };
}

/** The kept targets of all trials, one array an arm. */
export function gatherRecords(settings: BacktestSettings, trials: readonly FinishedTrial[]): Float64Array[] {
  return armsOf(settings).map((_, arm) => {
    const pieces = trials.map(({ outcome }) => outcome.records[arm]);
    const gathered = new Float64Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let start = 0;
    for (const piece of pieces) {
      gathered.set(piece, start);
      start += piece.length;
    }
    return gathered;
  });
}
