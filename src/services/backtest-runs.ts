import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { DomainError } from '../errors.ts';
import { type BacktestReport, gatherRecords, reportBacktest } from '../estimation/backtest/report.ts';
import type { Survey } from '../estimation/backtest/survey.ts';
import type { Limits } from '../limits.ts';
import type { Backtest, Settlement } from '../storage/backtests.ts';
import type { Stores } from '../storage/open-stores.ts';
import { isStorageError } from '../storage/storage-errors.ts';
import type { QueueVitals, WorkerPool } from '../workers/pool.ts';
import { createBackground } from './background.ts';
import { checkBacktest, describeHistory } from './backtest-checks.ts';
import type { BacktestEvidence } from './backtest-evidence.ts';
import { type BacktestRun, createBacktestRun, type OpenTrial, type RunProgress } from './backtest-run.ts';
import { openPool, type Pool } from './drawing.ts';
import type { Histories } from './histories.ts';

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
  /** Of what is done so far; undefined where threads are not at it. */
  reportOf(backtestId: string): Promise<BacktestReport | undefined>;
  /** Frees its threads at once and settles it. Answers when that is done; false where it is not under way. */
  cancel(backtestId: string): Promise<boolean>;
  /** Resolves when it is under way no more, or after a while. */
  waitFor(backtestId: string, milliseconds: number): Promise<void>;
  queueVitals(): QueueVitals;
  /** Breaks off what is for a benchmark that is no more. */
  forget(benchmarkId: number): void;
  /** Breaks off; `resume` will go on. */
  stop(): Promise<void>;
}

/** A back-test that takes the process down, by its memory, must not do so at every start for ever. */
const maxAttempts = 3;
/** A crash costs no more work than that; every trial on its own would wait for the disk as often as there are trials. */
const saveMilliseconds = 500;
/** When the database takes nothing, its disk being full: what was saved is still there. */
const retryMilliseconds = 30_000;

/** @param onDefect told of errors that are no user's fault */
export function createBacktestRuns(
  { benchmarks, backtests }: Stores,
  histories: Histories,
  workers: WorkerPool,
  evidence: BacktestEvidence,
  { maxQueuedBacktests }: Pick<Limits, 'maxQueuedBacktests'>,
  onDefect: (error: unknown) => void,
): BacktestRuns {
  const background = createBackground<BacktestRun>(onDefect);
  const queue = new PQueue({ concurrency: availableParallelism() });
  const waiting = new Set<BacktestRun>();
  let isStopping = false;

  /** The history, and the back-test as of it: one whose history changed before it was done begins again. */
  async function open(id: string): Promise<{ backtest: Backtest; pool: Pool }> {
    const backtest = await backtests.get(id);
    const benchmark = await benchmarks.byId(backtest.benchmarkId);
    if (benchmark === undefined) throw new DomainError('benchmark-not-found', 'the benchmark was deleted');
    const pool = openPool(await histories.load(benchmark), {});
    if (pool.loaded.revision === backtest.revision) return { backtest, pool };
    const history = describeHistory(pool);
    await backtests.restart(id, history);
    checkBacktest(pool, backtest.settings);
    return { backtest: { ...backtest, ...history }, pool };
  }

  async function perform(id: string, run: BacktestRun): Promise<void> {
    const { backtest, pool } = await open(id);
    run.isCounted = true;
    if ((await backtests.countAttempt(id, 1)) > maxAttempts) {
      throw new DomainError('too-large', 'the service went down each time this back-test was under way');
    }
    const { settings } = backtest;
    const { history } = pool.sources;
    const survey = await workers.survey(history, run.breakOff.signal);
    refuseUnknown(survey);
    const left = run.begin(settings, await backtests.trials(id));
    const over = new AbortController();
    const signal = AbortSignal.any([run.breakOff.signal, over.signal]);
    // Whichever ends first, or fails, ends the other.
    const [saved, replayed] = await Promise.allSettled([
      saveNowAndThen(id, run, over.signal).finally(() => over.abort()),
      replayAll(left, run, (trial) =>
        workers.replay({ input: { history, survey, settings }, ...trial }, signal),
      ).finally(() => over.abort()),
    ]);
    // Where saving failed, the replays only say that they were broken off.
    for (const outcome of [saved, replayed]) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async function replayAll(
    left: OpenTrial[],
    run: BacktestRun,
    replay: (trial: OpenTrial) => ReturnType<WorkerPool['replay']>,
  ): Promise<void> {
    const takeNext = async (): Promise<void> => {
      for (let trial = left.shift(); trial !== undefined; trial = left.shift()) {
        run.finish(trial, await replay(trial));
      }
    };
    await Promise.all(Array.from({ length: workers.replayThreads }, takeNext));
  }

  async function saveNowAndThen(id: string, run: BacktestRun, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await sleep(saveMilliseconds, undefined, { signal: over }).catch(() => {});
      const done = run.takeUnsaved();
      if (done.length > 0) await backtests.addTrials(id, done);
    }
  }

  /** What has become of a run: undefined where that is to be seen when the service goes on. */
  async function outcomeOf(
    id: string,
    run: BacktestRun,
  ): Promise<Pick<Settlement, 'status' | 'error'> | undefined> {
    try {
      const work = () => {
        waiting.delete(run);
        run.work = perform(id, run);
        return run.work;
      };
      await queue.add(work, { signal: run.breakOff.signal });
      return { status: 'ready', error: null };
    } catch (error) {
      // The queue lets go at once; what is done is still being saved.
      await run.work?.catch(() => {});
      if (run.isCancelled) return { status: 'cancelled', error: null };
      if (run.breakOff.signal.aborted) return undefined;
      // The database may take it later.
      if (isStorageError(error)) throw error;
      if (error instanceof DomainError) return { status: 'failed', error: error.message };
      onDefect(error);
      return { status: 'failed', error: 'the computation broke down' };
    }
  }

  async function settle(id: string, run: BacktestRun): Promise<void> {
    try {
      const how = await outcomeOf(id, run);
      if (how !== undefined) await store(id, run, how);
      else if (run.isCounted) await backtests.countAttempt(id, -1);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'backtest-not-found') return;
      onDefect(error);
      retryLater(id, run.benchmarkId);
    } finally {
      waiting.delete(run);
      run.settled.resolve();
    }
  }

  async function store(
    id: string,
    run: BacktestRun,
    how: Pick<Settlement, 'status' | 'error'>,
  ): Promise<void> {
    const { settings } = await backtests.get(id);
    // Cancelled while it waited, it may still have trials of before.
    if (run.progress() === undefined) run.begin(settings, await backtests.trials(id));
    const trials = run.finishedTrials();
    const report =
      trials.length === 0 ? reportBacktest(settings, []) : await workers.report({ settings, trials }, true);
    // Its user may have given it up while the report was made.
    const status = run.isCancelled ? 'cancelled' : how.status;
    const records = status === 'ready' ? gatherRecords(settings, trials) : null;
    await backtests.settle(id, { ...how, status, report, records });
    evidence.forget(run.benchmarkId);
  }

  function retryLater(id: string, benchmarkId: number): void {
    setTimeout(() => {
      if (!isStopping) start(id, benchmarkId);
    }, retryMilliseconds).unref();
  }

  function start(id: string, benchmarkId: number): void {
    const run = createBacktestRun(benchmarkId, workers);
    waiting.add(run);
    background.start(id, run, () => settle(id, run));
  }

  return {
    refuseFull() {
      if (waiting.size < maxQueuedBacktests) return;
      throw new DomainError('queue-full', `${waiting.size} back-tests are waiting already; try again later`);
    },
    start,
    async resume() {
      for (const { id, benchmarkId } of await backtests.pending()) start(id, benchmarkId);
    },
    progressOf: (id) => background.find(id)?.progress(),
    reportOf: async (id) => background.find(id)?.report(),
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
    queueVitals: () => ({ waiting: waiting.size, running: queue.pending }),
    forget: background.forget,
    async stop() {
      isStopping = true;
      await background.stop();
    },
  };
}

/** @throws DomainError insufficient-data: there is no truth to compare with */
function refuseUnknown({ isKnown }: Survey): void {
  if (isKnown.includes(1)) return;
  throw new DomainError('insufficient-data', 'no model has enough of its scores to know its full score by');
}
