import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { findDamage, schemaVersion } from './database.ts';

export interface CopyTask {
  readonly from: string;
  readonly to: string;
}

/** What has come of it; `code` is SQLite's. */
export type CopyOutcome =
  | { readonly version: number; readonly damage: readonly string[] }
  | { readonly code: string; readonly message: string };

/** The one thread that opens the database itself: a large copy would keep the event loop for seconds. */
function copy({ from, to }: CopyTask): CopyOutcome {
  const source = new Sqlite(from, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    // One reader's view of one moment, whatever is written meanwhile.
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
  const copied = new Sqlite(to, { readonly: true });
  try {
    return { version: schemaVersion(copied), damage: findDamage(copied, 'integrity_check') };
  } finally {
    copied.close();
  }
}

function outcomeOf(task: CopyTask): CopyOutcome {
  try {
    return copy(task);
  } catch (error) {
    const { code = '', message } = error as Error & { code?: string };
    return { code, message };
  }
}

parentPort?.postMessage(outcomeOf(workerData as CopyTask));
