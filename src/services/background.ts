/** Work that goes on after the request that asked for it was answered. */
export interface Job {
  readonly breakOff: AbortController;
  /** What it is for. */
  readonly benchmarkId: number;
}

export interface Background<Kind extends Job> {
  /** Jobs under way. */
  readonly size: number;
  /** The job of an id, while it is under way. */
  find(id: string): Kind | undefined;
  /** Nothing happens where there is one of this id already. */
  start(id: string, job: Kind, work: () => Promise<void>): void;
  /** Breaks off what is for a benchmark that is no more. */
  forget(benchmarkId: number): void;
  /** Breaks all off, and waits for their ends. */
  stop(): Promise<void>;
}

/** @param onDefect told of what work throws: it is to see to its own errors */
export function createBackground<Kind extends Job>(onDefect: (error: unknown) => void): Background<Kind> {
  const underWay = new Map<string, Kind>();
  const settling = new Set<Promise<void>>();
  return {
    get size() {
      return underWay.size;
    },
    find: (id) => underWay.get(id),
    start(id, job, work) {
      if (underWay.has(id)) return;
      underWay.set(id, job);
      const settled = work()
        .catch(onDefect)
        .finally(() => {
          underWay.delete(id);
          settling.delete(settled);
        });
      settling.add(settled);
    },
    forget(benchmarkId) {
      for (const job of underWay.values()) if (job.benchmarkId === benchmarkId) job.breakOff.abort();
    },
    async stop() {
      for (const { breakOff } of underWay.values()) breakOff.abort();
      await Promise.all(settling);
    },
  };
}
