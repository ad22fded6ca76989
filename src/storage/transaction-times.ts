import type { Transaction } from 'better-sqlite3';
import type { Database } from './database.ts';

/** What transactions took, since the database was opened. */
export interface TransactionTimes {
  readonly count: number;
  /** With the wait for others who hold the database, and for the disk. */
  readonly seconds: number;
  /** Those that gave up waiting for others. */
  readonly busy: number;
}

// biome-ignore lint/suspicious/noExplicitAny: as the library types it
type Work = (...given: any[]) => unknown;

/**
 * Times the transactions that are made of a database from here on. They are what writes do, and the event loop stands still
 * in them; stores need not know that they are watched.
 */
export function timeTransactions(database: Database): TransactionTimes {
  const times = { count: 0, seconds: 0, busy: 0 };

  function timed<Run extends Work>(run: Run): Run {
    return ((...given) => {
      // One within another is a part of it.
      if (database.inTransaction) return run(...given);
      const begin = performance.now();
      try {
        return run(...given);
      } catch (error) {
        if (isBusy(error)) times.busy++;
        throw error;
      } finally {
        times.count++;
        times.seconds += (performance.now() - begin) / 1000;
      }
    }) as Run;
  }

  const make = database.transaction.bind(database);
  database.transaction = <Run extends Work>(work: Run): Transaction<Run> => {
    const plain = make(work);
    return Object.assign(timed(plain), {
      default: timed(plain.default),
      deferred: timed(plain.deferred),
      immediate: timed(plain.immediate),
      exclusive: timed(plain.exclusive),
    }) as Transaction<Run>;
  };
  return times;
}

function isBusy(error: unknown): boolean {
  return (error as { code?: string })?.code?.startsWith('SQLITE_BUSY') ?? false;
}
