import type { Database } from './database.ts';
import { asStorageError } from './storage-errors.ts';

/**
 * Tells whether anything was written, by this process or another one: while it answers the same number, what was read after
 * an earlier answer is still so. Never is it told from before it was asked: the database is looked at once for all who ask in
 * one turn of the event loop, when that turn is over.
 */
export type WriteEpoch = () => Promise<number>;

interface Look {
  readonly epoch: Promise<number>;
  isDone: boolean;
}

/** @param path the database, for what is said of its faults */
export function createWriteEpoch(database: Database, path: string): WriteEpoch {
  const writtenHere = database.prepare<[], number>('SELECT total_changes()').pluck();
  const writtenElsewhere = database.prepare<[], number>('PRAGMA data_version').pluck();
  let [here, elsewhere, epoch] = [0, 0, 0];
  let current: Look | undefined;

  function look(): number {
    const [changes, version] = [writtenHere.get()!, writtenElsewhere.get()!];
    if (changes !== here || version !== elsewhere) {
      here = changes;
      elsewhere = version;
      epoch++;
    }
    return epoch;
  }

  /** Whoever cannot be asked is looked at again. */
  function hasWritten(): boolean {
    try {
      return writtenHere.get() !== here;
    } catch {
      return true;
    }
  }

  function lookAfterThisTurn(): Look {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const begun: Look = { epoch: promise, isDone: false };
    setImmediate(() => {
      begun.isDone = true;
      try {
        resolve(look());
      } catch (error) {
        // Not by a wrapper around it: a promise more for each request.
        reject(asStorageError(error, path));
      }
    });
    // Those who waited go on before this: what they ask meanwhile is told from the same look.
    setImmediate(() => {
      if (current === begun) current = undefined;
    });
    return begun;
  }

  return () => {
    // They may have written something themselves.
    if (current?.isDone && hasWritten()) current = undefined;
    current ??= lookAfterThisTurn();
    return current.epoch;
  };
}
