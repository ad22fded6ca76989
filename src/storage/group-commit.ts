import type { Database } from './database.ts';

/** Writes of one turn of the event loop that share one commit to disk. */
export interface GroupCommit {
  /**
   * Runs a write and answers when it is on disk. Waiting for the disk is what a small write costs, and those that come
   * together wait once. A write that throws is undone alone.
   */
  run<Result>(write: () => Result): Promise<Result>;
}

interface Waiting {
  readonly write: () => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly result: unknown } | { readonly error: unknown };

export function createGroupCommit(database: Database): GroupCommit {
  let waiting: Waiting[] = [];
  // Inside the outer transaction this is a savepoint.
  const runOne = database.transaction((write: () => unknown) => write());
  const runAll = database.transaction((group: readonly Waiting[]): Outcome[] =>
    group.map(({ write }) => {
      try {
        return { result: runOne(write) };
      } catch (error) {
        // On a full disk SQLite undoes the whole transaction by itself; nothing of the group is stored then.
        if (!database.inTransaction) throw error;
        return { error };
      }
    }),
  );

  function flush(): void {
    const group = waiting;
    waiting = [];
    try {
      const outcomes = runAll.immediate(group);
      outcomes.forEach((outcome, index) => {
        if ('error' in outcome) group[index].reject(outcome.error);
        else group[index].resolve(outcome.result as never);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  return {
    run: (write) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ write, resolve, reject });
      }),
  };
}
