import { DomainError } from '../errors.ts';
import type { PurposiveDesignName } from '../estimation/designs/names.ts';
import type { Limits } from '../limits.ts';
import type { Stores } from '../storage/open-stores.ts';
import { isStorageError } from '../storage/storage-errors.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { createBackground, type Job } from './background.ts';
import { chosenBySelection, reopenPool } from './drawing.ts';
import type { Histories } from './histories.ts';

/** The choice of items under purposive designs: minutes of work, in other threads. */
export interface Selections {
  /** @throws DomainError queue-full: too many are waiting */
  refuseFull(): void;
  /** Begins with a stored core set; whatever becomes of it is stored too. */
  start(coreSetId: string, benchmarkId: number): void;
  /** Takes up what was not finished when the service last stopped: with the same seed, on the history as it is then. */
  resume(): Promise<void>;
  /** Share of the work that is done, 0 to 1; 0 for one that waits. */
  progressOf(coreSetId: string): number;
  /** Breaks off what is for a benchmark that is no more. */
  forget(benchmarkId: number): void;
  /** Breaks off; `resume` will begin again. */
  stop(): Promise<void>;
}

interface Choice extends Job {
  /** One number in shared memory, above 0 once a thread is at it. */
  readonly progress: Float64Array;
}

/** A choice that takes the process down, by its memory, must not do so at every start for ever. */
const maxAttempts = 3;
/** When the database takes nothing, its disk being full. */
const retryMilliseconds = 30_000;

/** @param onDefect told of errors that are no user's fault */
export function createSelections(
  { benchmarks, coreSets }: Stores,
  histories: Histories,
  workers: WorkerPool,
  { maxQueuedDesigns }: Pick<Limits, 'maxQueuedDesigns'>,
  onDefect: (error: unknown) => void,
): Selections {
  const background = createBackground<Choice>(onDefect);
  let isStopping = false;

  async function choose(id: string, work: Choice): Promise<void> {
    const coreSet = await coreSets.get(id);
    const benchmark = await benchmarks.byId(coreSet.benchmarkId);
    if (benchmark === undefined) return;
    const pool = reopenPool(await histories.load(benchmark), coreSet);
    if (pool.sources.modelIds.length === 0) {
      throw new DomainError('insufficient-data', 'its source models were deleted');
    }
    if ((await coreSets.countAttempt(id, 1)) > maxAttempts) {
      throw new DomainError('too-large', 'the service went down each time its items were being chosen');
    }
    const { history, summary } = pool.sources;
    const selection = await workers.select(
      {
        sources: { history, summary },
        design: coreSet.design as PurposiveDesignName,
        size: coreSet.size,
        seed: coreSet.seed,
        progress: work.progress,
      },
      work.breakOff.signal,
    );
    await coreSets.complete(id, chosenBySelection(pool, selection), {
      revision: pool.loaded.revision,
      missingShare: summary.missingShare,
      sourceModels: pool.sources.modelIds,
    });
  }

  async function settle(id: string, work: Choice): Promise<void> {
    try {
      await choose(id, work);
    } catch (error) {
      if (work.breakOff.signal.aborted) {
        await coreSets.countAttempt(id, -1);
        return;
      }
      const isOurs = error instanceof DomainError;
      if (isOurs && error.code === 'core-set-not-found') return;
      if (isStorageError(error)) {
        onDefect(error);
        retryLater(id, work.benchmarkId);
        return;
      }
      if (!isOurs) onDefect(error);
      await coreSets.fail(id, isOurs ? error.message : 'the computation broke down');
    }
  }

  function retryLater(id: string, benchmarkId: number): void {
    setTimeout(async () => {
      if (isStopping) return;
      // That it was not stored is no fault of the choice.
      await coreSets.countAttempt(id, -1).catch(onDefect);
      start(id, benchmarkId);
    }, retryMilliseconds).unref();
  }

  function start(id: string, benchmarkId: number): void {
    const progress = new Float64Array(new SharedArrayBuffer(8));
    const work = { breakOff: new AbortController(), benchmarkId, progress };
    background.start(id, work, () => settle(id, work));
  }

  return {
    refuseFull() {
      if (background.size < maxQueuedDesigns) return;
      throw new DomainError('queue-full', `${background.size} core sets are being chosen; try again later`);
    },
    start,
    async resume() {
      for (const { id, benchmarkId } of await coreSets.pending()) start(id, benchmarkId);
    },
    progressOf: (id) => background.find(id)?.progress[0] ?? 0,
    forget: background.forget,
    async stop() {
      isStopping = true;
      await background.stop();
    },
  };
}
