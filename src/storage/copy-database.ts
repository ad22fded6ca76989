import { once } from 'node:events';
import { open, rm, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DomainError } from '../errors.ts';
import type { CopyOutcome, CopyTask } from './copy-thread.ts';
import { asStorageError } from './storage-errors.ts';

export interface CopiedDatabase {
  readonly bytes: number;
  readonly schemaVersion: number;
}

const threadFile = join(import.meta.dirname, `copy-thread${extname(import.meta.filename)}`);

/**
 * Copies a database, as it is at one moment, into a new file, while others read and write it; what was acknowledged before is
 * in it. The copy is one file, passes the integrity check and is on disk when this answers; where it fails, nothing is left.
 * @param to a path where nothing is
 * @throws DomainError database-unusable, database-corrupt, storage-full, ...
 */
export async function copyDatabase(from: string, to: string): Promise<CopiedDatabase> {
  try {
    const outcome = await runThread({ from, to });
    if ('code' in outcome) throw translate(outcome, from);
    if (outcome.damage.length > 0) {
      throw new DomainError('database-corrupt', `the copy of ${from} is damaged: ${outcome.damage[0]}`);
    }
    await syncToDisk(to);
    return { bytes: (await stat(to)).size, schemaVersion: outcome.version };
  } catch (error) {
    for (const file of [to, `${to}-journal`]) await rm(file, { force: true });
    throw error;
  }
}

async function runThread(task: CopyTask): Promise<CopyOutcome> {
  const thread = new Worker(threadFile, { workerData: task });
  const [outcome] = await once(thread, 'message');
  return outcome as CopyOutcome;
}

function translate({ code, message }: { code: string; message: string }, from: string): unknown {
  const error = asStorageError(Object.assign(new Error(message), { code }), from);
  if (error instanceof DomainError) return error;
  return new DomainError('database-unusable', `the database ${from} cannot be copied: ${message}`, [], error);
}

/** A file, and that it has its name. */
export async function syncToDisk(path: string): Promise<void> {
  for (const target of [path, dirname(resolve(path))]) {
    const handle = await open(target, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
