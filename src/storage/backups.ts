import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { copyDatabase } from './copy-database.ts';
import type { Database } from './database.ts';

/** A copy of the whole database, checked, in a file without a name: it is gone when it was read or given up. */
export interface Backup {
  readonly bytes: number;
  /** Once. Closes when it has ended or is destroyed. */
  stream(): Readable;
}

export interface BackupStore {
  /** @throws DomainError database-corrupt, storage-full, storage-read-only */
  make(): Promise<Backup>;
  /** Removes what a process left that was killed while it made one. */
  sweep(): Promise<void>;
}

export function createBackupStore(database: Database, path: string): BackupStore {
  const isMemory = path === ':memory:';
  const prefix = isMemory ? join(tmpdir(), 'benchcast.backup-') : `${resolve(path)}.backup-`;

  /** Nobody else can open a database in memory. */
  async function copyTo(file: string): Promise<void> {
    if (isMemory) database.prepare('VACUUM INTO ?').run(file);
    else await copyDatabase(path, file);
  }

  return {
    async make() {
      const file = `${prefix}${process.pid}-${randomUUID()}`;
      await copyTo(file);
      const handle = await open(file, 'r');
      await rm(file);
      return withoutName(handle);
    },
    async sweep() {
      if (isMemory) return;
      for (const name of await readdir(dirname(prefix))) {
        if (!name.startsWith(basename(prefix))) continue;
        const pid = Number.parseInt(name.slice(basename(prefix).length), 10);
        if (pid > 0 && isGone(pid)) await rm(join(dirname(prefix), name), { force: true });
      }
    },
  };
}

async function withoutName(handle: FileHandle): Promise<Backup> {
  const { size } = await handle.stat();
  return { bytes: size, stream: () => handle.createReadStream({ start: 0 }) };
}

/** Our own id is that of a process before us: this one has only begun. */
function isGone(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
