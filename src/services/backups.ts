import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { DomainError } from '../errors.ts';
import type { Backup } from '../storage/backups.ts';
import { copyDatabase, syncToDisk } from '../storage/copy-database.ts';
import type { Stores } from '../storage/open-stores.ts';
import { checkBackup } from '../storage/restore-database.ts';

export interface Backups {
  /**
   * The whole database as it is now. One at a time.
   * @throws DomainError queue-full: one is being made; database-corrupt, storage-full, storage-read-only
   */
  make(): Promise<Backup>;
}

export function createBackups({ backups }: Pick<Stores, 'backups'>): Backups {
  let isBusy = false;
  return {
    async make() {
      if (isBusy) throw new DomainError('queue-full', 'a backup is being made already; try again later');
      isBusy = true;
      try {
        return await backups.make();
      } finally {
        isBusy = false;
      }
    },
  };
}

/**
 * Writes a file that only gets its name when it is whole and checked.
 * @param isForced whether it may take the place of another
 * @param write fills the path it is given
 * @throws DomainError invalid-request: the file is there already; what `write` throws
 */
export async function writeBackup(
  file: string,
  isForced: boolean,
  write: (path: string) => Promise<void>,
): Promise<void> {
  if (!isForced && existsSync(file)) {
    throw new DomainError('invalid-request', `${file} is there already: --force replaces it`);
  }
  const partial = `${file}.partial-${process.pid}`;
  try {
    await write(partial);
    checkBackup(partial);
    await syncToDisk(partial);
    await rename(partial, file);
    await syncToDisk(file);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Copies a database file, also one that a service is writing to. @throws DomainError as copyDatabase */
export async function backUpDatabase(path: string, to: string): Promise<void> {
  if (!existsSync(path)) throw new DomainError('database-unusable', `there is no database ${path}`);
  await copyDatabase(path, to);
}

export { type RestoredDatabase, restoreDatabase } from '../storage/restore-database.ts';
