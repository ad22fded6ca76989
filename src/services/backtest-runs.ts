import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { DomainError } from '../errors.ts';
import type { TrialOutcome } from '../estimation/backtest/outcome.ts';
import type { BacktestInput } from '../estimation/backtest/replay.ts';
import { type BacktestReport, gatherRecords, reportBacktest } from '../estimation/backtest/report.ts';
import type { FinishedTrial } from '../estimation/backtest/rows.ts';
import { type BacktestSettings, type Trial, trialsOf } from '../estimation/backtest/settings.ts';
import type { Backtest, Settlement, StoredTrial } from '../storage/backtests.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { createBackground, type Job } from './background.ts';
import { checkBacktest, describeHistory } from './backtest-checks.ts';
import type { BacktestEvidence } from './backtest-evidence.ts';
import { openPool } from './drawing.ts';
import type { Histories, LoadedHistory } from './histories.ts';

/** How far a back-test is. */
export interface RunProgress {
  /** Share of the work that is done, 0 to 1. */
  readonly share: number;
  /** Trials that are done, of so many. */
  readonly trials: number;
  /** As it went so far; null before that can be told. */
  readonly secondsLeft: number | null;
}

/** Back-tests under way: in other threads, so many at a time as there are processors, the others waiting. */
export interface BacktestRuns {
  /** @throws DomainError queue-full: too many are waiting */
  refuseFull(): void;
  /** Begins with a stored back-test, or goes on with it; whatever becomes of it is stored too. */
  start(backtestId: string, benchmarkId: number): void;
  /** Takes up what was not done when the service last stopped. */
  resume(): Promise<void>;
  /** undefined where threads are not at it. */
  progressOf(backtestId: string): RunProgress | undefined;
  /** Of what is done so far; undefined where it is not under way. */
  reportOf(backtestId: string): Promise<BacktestReport | undefined>;
  /** Frees its threads at once and settles it. Answers when that is done; false where it is not under way. */
  cancel(backtestId: string): Promise<boolean>;
  /** Resolves when it is under way no more, or after a while. */
  waitFor(backtestId: string, milliseconds: number): Promise<void>;
  /** Breaks off what is for a benchmark that is no more. */
  forget(benchmarkId: number): void;
  /** Breaks off; `resume` will go on. */
  stop(): Promise<void>;
}

interface Run extends Job {
  /** Whether its beginning was counted. */
  isCounted: boolean;
  /** Given up by its user: to be settled, not to be taken up again. */
  isCancelled: boolean;
  /** One number per trial, in shared memory; empty while it waits. */
  progress: Float64Array[];
  startedAt: number | null;
  /** What was done before it was taken up. */
  startShare: number;
  readonly finished: Map<number, TrialOutcome>;
  unsaved: StoredTrial[];
  settings: BacktestSettings | null;
  reported: { readonly trials: number; readonly at: number; readonly report: Promise<BacktestReport> } | null;
  /** Undefined while it waits. */
  work?: Promise<void>;
  readonly settled: PromiseWithResolvers<void>;
}

const maxWaiting = 20;
/** A back-test that takes the process down, by its memory, must not do so at every start for ever. */
const maxAttempts = 3;
/** Those who look at a report more often see the same one again: it costs as much as some trials. */
const reportMilliseconds = 1000;
/** A crash costs no more work than that; every trial on its own would wait for the disk as often as there are trials. */
const saveMilliseconds = 500;

/** @param onDefect told of errors that are no user's fault */
export function createBacktestRuns(
  { benchmarks, backtests }: Stores,
  histories: Histories,
  workers: WorkerPool,
  evidence: BacktestEvidence,
  onDefect: (error: unknown) => void,
): BacktestRuns {
  const background = createBackground<Run>(onDefect);
  const queue = new PQueue({ concurrency: availableParallelism() });
  const runs = new Set<Run>();

  /** The history, and the back-test as of it: one whose history changed before it was done begins again. */
  async function open(id: string): Promise<{ backtest: Backtest; loaded: LoadedHistory } | undefined> {
    const backtest = await backtests.get(id);
    const benchmark = await benchmarks.byId(backtest.benchmarkId);
    if (benchmark === undefined) return undefined;
    const loaded = await histories.load(benchmark);
    if (loaded.revision === backtest.revision) return { backtest, loaded };
    const history = describeHistory(loaded);
    await backtests.restart(id, history);
    checkBacktest(openPool(loaded, {}), backtest.settings);
    return { backtest: { ...backtest, ...history }, loaded };
  }

  async function replayAll(id: string, run: Run): Promise<void> {
    const opened = await open(id);
    if (opened === undefined) return;
    const { settings } = opened.backtest;
    const trials = trialsOf(settings);
    for (const { trial, outcome } of await backtests.trials(id)) run.finished.set(trial, outcome);
    run.isCounted = true;
    if ((await backtests.countAttempt(id, 1)) > maxAttempts) {
      throw new DomainError('too-large', 'the service went down each time this back-test was under way');
    }
    const { signal } = run.breakOff;
    const { history } = openPool(opened.loaded, {}).sources;
    const survey = await workers.survey(history, signal);
    if (!survey.isKnown.includes(1)) {
      throw new DomainError(
        'insufficient-data',
        'no model has enough of its scores to know its full score by',
      );
    }
    begin(run, settings, trials);
    const input: BacktestInput = { history, survey, settings };
    const left = [...trials.keys()].filter((trial) => !run.finished.has(trial));
    const ended = new AbortController();
    const broken = AbortSignal.any([signal, ended.signal]);
    const takeNext = async (): Promise<void> => {
      for (let trial = left.shift(); trial !== undefined; trial = left.shift()) {
        const task = { input, trial: trials[trial], progress: run.progress[trial] };
        const outcome = await workers.replay(task, broken);
        run.finished.set(trial, outcome);
        run.unsaved.push({ trial, outcome });
      }
    };
    const taken = Promise.all(Array.from({ length: workers.replayThreads }, takeNext));
    // Whichever ends first, or fails, ends the other.
    const endBoth = () => ended.abort();
    const ends = await Promise.allSettled([
      taken.finally(endBoth),
      saveNowAndThen(id, run, ended.signal).finally(endBoth),
    ]);
    for (const how of ends) if (how.status === 'rejected') throw how.reason;
  }

  function begin(run: Run, settings: BacktestSettings, trials: readonly Trial[]): void {
    run.settings = settings;
    const shared = new SharedArrayBuffer(8 * trials.length);
    run.progress = trials.map((_, trial) => new Float64Array(shared, 8 * trial, 1));
    for (const trial of run.finished.keys()) run.progress[trial][0] = 1;
    run.startedAt = Date.now();
    run.startShare = shareOf(run);
  }

  async function saveNowAndThen(id: string, run: Run, ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await sleep(saveMilliseconds, undefined, { signal: ended }).catch(() => {});
      const done = run.unsaved;
      run.unsaved = [];
      if (done.length > 0) await backtests.addTrials(id, done);
    }
  }

  async function settle(id: string, run: Run): Promise<void> {
    try {
      const work = () => {
        run.work = replayAll(id, run);
        return run.work;
      };
      await queue.add(work, { signal: run.breakOff.signal });
      await end(id, run, { status: 'ready', error: null });
    } catch (error) {
      // The queue lets go at once; what is done is still being saved.
      await run.work?.catch(() => {});
      if (run.isCancelled) return await end(id, run, { status: 'cancelled', error: null });
      if (run.breakOff.signal.aborted) {
        if (run.isCounted) await backtests.countAttempt(id, -1);
        return;
      }
      const isOurs = error instanceof DomainError;
      if (isOurs && error.code === 'backtest-not-found') return;
      if (!isOurs) onDefect(error);
      await end(id, run, { status: 'failed', error: isOurs ? error.message : 'the computation broke down' });
    } finally {
      runs.delete(run);
      run.settled.resolve();
    }
  }

  async function end(id: string, run: Run, how: Pick<Settlement, 'status' | 'error'>): Promise<void> {
    const settings = run.settings ?? (await backtests.get(id)).settings;
    const trials = finishedOf(run, settings);
    const report =
      trials.length === 0 ? reportBacktest(settings, []) : await workers.report({ settings, trials }, true);
    // Its user may have given it up while the report was made.
    const status = run.isCancelled ? 'cancelled' : how.status;
    const records = status === 'ready' ? gatherRecords(settings, trials) : null;
    await backtests.settle(id, { ...how, status, report, records });
    evidence.forget(run.benchmarkId);
  }

  function start(id: string, benchmarkId: number): void {
    const run: Run = {
      breakOff: new AbortController(),
      benchmarkId,
      isCounted: false,
      isCancelled: false,
      progress: [],
      startedAt: null,
      startShare: 0,
      finished: new Map(),
      unsaved: [],
      settings: null,
      reported: null,
      settled: Promise.withResolvers(),
    };
    runs.add(run);
    background.start(id, run, () => settle(id, run));
  }

  return {
    refuseFull() {
      const waiting = [...runs].filter(({ work }) => work === undefined).length;
      if (waiting < maxWaiting) return;
      throw new DomainError('queue-full', `${waiting} back-tests are waiting already; try again later`);
    },
    start,
    async resume() {
      for (const { id, benchmarkId } of await backtests.pending()) start(id, benchmarkId);
    },
    progressOf(id) {
      const run = background.find(id);
      return run?.startedAt == null ? undefined : toProgress(run, run.startedAt);
    },
    async reportOf(id) {
      const run = background.find(id);
      if (run?.settings == null) return undefined;
      const { settings, finished } = run;
      const isFresh =
        run.reported !== null && run.reported.trials > 0 && Date.now() - run.reported.at < reportMilliseconds;
      if (!isFresh && run.reported?.trials !== finished.size) {
        const report = workers.report({ settings, trials: finishedOf(run, settings) }, false);
        run.reported = { trials: finished.size, at: Date.now(), report };
      }
      return run.reported?.report;
    },
    async cancel(id) {
      const run = background.find(id);
      if (run === undefined) return false;
      run.isCancelled = true;
      run.breakOff.abort();
      await run.settled.promise;
      return true;
    },
    async waitFor(id, milliseconds) {
      const over = new AbortController();
      const late = sleep(milliseconds, undefined, { signal: over.signal, ref: false }).catch(() => {});
      const run = background.find(id);
      await Promise.race(run === undefined ? [late] : [run.settled.promise, late]);
      over.abort();
    },
    forget: background.forget,
    stop: background.stop,
  };
}

/** In the order of their trials, whatever order they were done in: so the figures do not depend on it. */
function finishedOf({ finished }: Run, settings: BacktestSettings): FinishedTrial[] {
  return trialsOf(settings).flatMap((trial, index) => {
    const outcome = finished.get(index);
    return outcome === undefined ? [] : [{ trial, outcome }];
  });
}

function shareOf({ progress }: Run): number {
  return progress.reduce((sum, [share]) => sum + share, 0) / Math.max(1, progress.length);
}

/** Earlier, the time left would be a guess. */
const minShareToTell = 0.01;

function toProgress(run: Run, startedAt: number): RunProgress {
  const share = shareOf(run);
  const gained = share - run.startShare;
  const seconds = (Date.now() - startedAt) / 1000;
  return {
    share,
    trials: run.finished.size,
    secondsLeft: gained < minShareToTell ? null : (seconds / gained) * (1 - share),
  };
}
