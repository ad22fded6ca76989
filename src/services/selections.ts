import { DomainError } from '../errors.ts';
import type { PurposiveDesignName } from '../estimation/designs/names.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { chosenBySelection, reopenPool } from './drawing.ts';
import type { Histories } from './histories.ts';

/** The choice of items under purposive designs: minutes of work, in other threads. */
export interface Selections {
  /** Begins with a stored core set; whatever becomes of it is stored too. */
  start(coreSetId: string): void;
  /** Takes up what was not finished when the service last stopped: with the same seed, so with the same outcome. */
  resume(): Promise<void>;
  /** Share of the work that is done, 0 to 1; 0 for one that waits. */
  progressOf(coreSetId: string): number;
  /** Breaks off; `resume` will begin again. */
  stop(): void;
}

/** @param onDefect told of errors that are no user's fault */
export function createSelections(
  { benchmarks, coreSets }: Stores,
  histories: Histories,
  workers: WorkerPool,
  onDefect: (error: unknown) => void,
): Selections {
  const stopping = new AbortController();
  const progress = new Map<string, Float64Array>();

  async function choose(id: string): Promise<void> {
    const coreSet = await coreSets.get(id);
    const benchmark = await benchmarks.byId(coreSet.benchmarkId);
    if (benchmark === undefined) return;
    const pool = reopenPool(await histories.load(benchmark), coreSet);
    if (pool.sources.modelIds.length === 0) {
      throw new DomainError('insufficient-data', 'its source models were deleted');
    }
    const shared = new Float64Array(new SharedArrayBuffer(8));
    progress.set(id, shared);
    await coreSets.setStatus(id, 'running');
    const { history, summary } = pool.sources;
    const selection = await workers.select(
      {
        sources: { history, summary },
        design: coreSet.design as PurposiveDesignName,
        size: coreSet.size,
        seed: coreSet.seed,
        progress: shared,
      },
      stopping.signal,
    );
    await coreSets.complete(id, chosenBySelection(pool, selection));
  }

  async function settle(id: string): Promise<void> {
    try {
      await choose(id);
    } catch (error) {
      if (stopping.signal.aborted) return;
      const isOurs = error instanceof DomainError;
      if (isOurs && error.code === 'core-set-not-found') return;
      if (!isOurs) onDefect(error);
      await coreSets.setStatus(id, 'failed', isOurs ? error.message : 'the computation broke down');
    } finally {
      progress.delete(id);
    }
  }

  function start(id: string): void {
    settle(id).catch(onDefect);
  }

  return {
    start,
    async resume() {
      for (const id of await coreSets.unfinished()) start(id);
    },
    progressOf: (id) => progress.get(id)?.[0] ?? 0,
    stop: () => stopping.abort(),
  };
}
