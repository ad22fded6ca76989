import type { TrialOutcome } from '../estimation/backtest/outcome.ts';
import type { BacktestReport } from '../estimation/backtest/report.ts';
import type { FinishedTrial } from '../estimation/backtest/rows.ts';
import { type BacktestSettings, type Trial, trialsOf } from '../estimation/backtest/settings.ts';
import type { StoredTrial } from '../storage/backtests.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { Job } from './background.ts';

/** How far a back-test is. */
export interface RunProgress {
  /** Share of the work that is done, 0 to 1. */
  readonly share: number;
  /** Trials that are done. */
  readonly trials: number;
  /** As it went so far; null before that can be told. */
  readonly secondsLeft: number | null;
}

/** One trial that is to be done. */
export interface OpenTrial {
  readonly index: number;
  readonly trial: Trial;
  /** One number in shared memory: the share of it that is done. */
  readonly progress: Float64Array;
}

/** One back-test under way: what is done of it, and what is left. */
export interface BacktestRun extends Job {
  /** Whether its beginning was counted as an attempt. */
  isCounted: boolean;
  /** Given up by its user: to be settled, not to be taken up again. */
  isCancelled: boolean;
  /** Undefined while it waits. */
  work?: Promise<void>;
  readonly settled: PromiseWithResolvers<void>;
  /** Knows the trials that were done before, and answers those that are left. */
  begin(settings: BacktestSettings, done: readonly StoredTrial[]): OpenTrial[];
  finish(trial: OpenTrial, outcome: TrialOutcome): void;
  /** What is not saved yet; it counts as saved from then on. */
  takeUnsaved(): StoredTrial[];
  /** In the order of their trials, whatever order they were done in: so the figures do not depend on it. */
  finishedTrials(): FinishedTrial[];
  /** undefined before it has begun, as the next one. */
  progress(): RunProgress | undefined;
  /** Of what is done so far. Those who ask more often than once a second see the same one again. */
  report(): Promise<BacktestReport> | undefined;
}

const reportMilliseconds = 1000;
/** Earlier, the time left would be a guess. */
const minShareToTell = 0.01;

export function createBacktestRun(benchmarkId: number, workers: WorkerPool): BacktestRun {
  const finished = new Map<number, TrialOutcome>();
  let unsaved: StoredTrial[] = [];
  let begun: { settings: BacktestSettings; slots: Float64Array[]; at: number; share: number } | undefined;
  let reported: { trials: number; at: number; report: Promise<BacktestReport> } | undefined;

  function finishedTrials(): FinishedTrial[] {
    if (begun === undefined) return [];
    return trialsOf(begun.settings).flatMap((trial, index) => {
      const outcome = finished.get(index);
      return outcome === undefined ? [] : [{ trial, outcome }];
    });
  }

  return {
    benchmarkId,
    breakOff: new AbortController(),
    isCounted: false,
    isCancelled: false,
    settled: Promise.withResolvers(),
    begin(settings, done) {
      for (const { trial, outcome } of done) finished.set(trial, outcome);
      const trials = trialsOf(settings);
      const shared = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * trials.length);
      const slots = trials.map((_, index) => new Float64Array(shared, 8 * index, 1));
      for (const index of finished.keys()) slots[index][0] = 1;
      begun = { settings, slots, at: Date.now(), share: meanOf(slots) };
      return trials.flatMap((trial, index) =>
        finished.has(index) ? [] : [{ index, trial, progress: slots[index] }],
      );
    },
    finish({ index, progress }, outcome) {
      progress[0] = 1;
      finished.set(index, outcome);
      unsaved.push({ trial: index, outcome });
    },
    takeUnsaved() {
      const taken = unsaved;
      unsaved = [];
      return taken;
    },
    finishedTrials,
    progress() {
      if (begun === undefined) return undefined;
      const share = meanOf(begun.slots);
      const gained = share - begun.share;
      const seconds = (Date.now() - begun.at) / 1000;
      return {
        share,
        trials: finished.size,
        secondsLeft: gained < minShareToTell ? null : (seconds / gained) * (1 - share),
      };
    },
    report() {
      if (begun === undefined) return undefined;
      const isFresh =
        reported !== undefined && reported.trials > 0 && Date.now() - reported.at < reportMilliseconds;
      if (reported === undefined || (!isFresh && reported.trials !== finished.size)) {
        const report = workers.report({ settings: begun.settings, trials: finishedTrials() }, false);
        reported = { trials: finished.size, at: Date.now(), report };
      }
      return reported.report;
    },
  };
}

function meanOf(slots: readonly Float64Array[]): number {
  return slots.reduce((sum, [share]) => sum + share, 0) / slots.length;
}
