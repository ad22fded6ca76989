import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import { Piscina } from 'piscina';
import { DomainError } from '../errors.ts';
import type { TrialOutcome } from '../estimation/backtest/outcome.ts';
import type { BacktestReport } from '../estimation/backtest/report.ts';
import type { Survey } from '../estimation/backtest/survey.ts';
import type { Draw } from '../estimation/designs/draw.ts';
import type { Selection } from '../estimation/designs/purposive-design.ts';
import type { Evaluation } from '../estimation/evaluate.ts';
import type { History } from '../estimation/history.ts';
import type { ItemProspects } from '../estimation/item-prospects.ts';
import type { SourceSpreads } from '../estimation/planning.ts';
import type { SimilarityMap } from '../estimation/similarity/similarity-map.ts';
import type { Limits } from '../limits.ts';
import type {
  EvaluateTask,
  ForetellTask,
  MapTask,
  MeasureTask,
  Outcome,
  ReplayTask,
  ReportTask,
  SecondPhaseTask,
  SelectTask,
} from './tasks.ts';

/** A queue at one moment. */
export interface QueueVitals {
  readonly waiting: number;
  readonly running: number;
}

/** Work for other threads: what takes longer than a request may keep the event loop. */
export interface WorkerPool {
  /** @throws DomainError what the design throws */
  select(task: SelectTask, signal: AbortSignal): Promise<Selection>;
  /** @throws DomainError what the design throws */
  measure(task: MeasureTask): Promise<SourceSpreads>;
  /** What the history foretells of each item. */
  foretell(task: ForetellTask): Promise<ItemProspects | null>;
  /** @throws DomainError too-large */
  secondPhase(task: SecondPhaseTask): Promise<Draw>;
  /** @throws DomainError what preparing a core set throws */
  evaluate(task: EvaluateTask): Promise<Evaluation>;
  /** Where the sources stand by what they fail on. */
  map(task: MapTask): Promise<SimilarityMap>;
  /** What is needed to know of all models before they are divided. */
  survey(history: History, signal: AbortSignal): Promise<Survey>;
  /** @throws DomainError what a design throws */
  replay(task: ReplayTask, signal: AbortSignal): Promise<TrialOutcome>;
  /**
   * Rows, learning curves and standard errors from the trials that are done.
   * @param isPatient it can wait behind trials, in a thread that is warm; else somebody waits for it
   */
  report(task: ReportTask, isPatient: boolean): Promise<BacktestReport>;
  /** What waits and what is under way. */
  vitals(): Readonly<Record<'designs' | 'requests' | 'replays', QueueVitals>>;
  /** Trials that can be replayed at the same time. */
  readonly replayThreads: number;
  /** Ends the threads, whatever they are at. */
  close(): Promise<void>;
}

const idleMilliseconds = 30_000;
/**
 * Of the part of a thread's heap where objects begin. Left to itself it grows to a hundred megabytes and more in each thread
 * while there is work, and does not come down; matrices lie elsewhere.
 */
const maxYoungGenerationSizeMb = 16;

/**
 * Three pools, so that a request that waits for its answer does not queue behind a design that takes minutes, nor that
 * behind a back-test. Threads start at first use and end when idle.
 */
export function createWorkerPool({ maxQueuedTasks }: Pick<Limits, 'maxQueuedTasks'>): WorkerPool {
  // The entry is TypeScript among the sources and JavaScript in the package, as this file is.
  const filename = join(import.meta.dirname, `tasks${extname(import.meta.filename)}`);
  const open = (maxThreads: number) =>
    new Piscina({
      filename,
      minThreads: 0,
      maxThreads,
      idleTimeout: idleMilliseconds,
      resourceLimits: { maxYoungGenerationSizeMb },
    });
  const threads = Math.max(1, availableParallelism() - 1);
  const long = open(threads);
  const short = open(threads);
  const replays = open(threads);

  /** For somebody who waits: in a long line that would be in vain. Work that was accepted for later is never refused. */
  async function runSoon<Result>(name: string, task: unknown): Promise<Result> {
    if (short.queueSize >= maxQueuedTasks) {
      throw new DomainError('queue-full', `${short.queueSize} requests wait for a thread; try again later`);
    }
    return run(short, name, task);
  }

  return {
    select: (task, signal) => run(long, 'select', task, signal),
    measure: (task) => runSoon('measure', task),
    foretell: (task) => runSoon('foretell', task),
    secondPhase: (task) => runSoon('secondPhase', task),
    evaluate: (task) => runSoon('evaluate', task),
    map: (task) => runSoon('map', task),
    // What begins and ends a back-test finds its thread warm.
    survey: (history, signal) => run(replays, 'survey', history, signal),
    replay: (task, signal) => run(replays, 'replay', task, signal),
    report: (task, isPatient) => (isPatient ? run(replays, 'report', task) : runSoon('report', task)),
    vitals: () => ({ designs: vitalsOf(long), requests: vitalsOf(short), replays: vitalsOf(replays) }),
    replayThreads: threads,
    async close() {
      await Promise.all([long.destroy(), short.destroy(), replays.destroy()]);
    },
  };
}

function vitalsOf(pool: Piscina): QueueVitals {
  return { waiting: pool.queueSize, running: pool.threads.length - pool.idleThreads };
}

async function run<Result>(
  pool: Piscina,
  name: string,
  task: unknown,
  signal?: AbortSignal,
): Promise<Result> {
  const outcome: Outcome<Result> = await pool.run(task, { name, ...(signal && { signal }) });
  if ('result' in outcome) return outcome.result;
  const { code, message, issues } = outcome.error;
  throw new DomainError(code, message, issues);
}
