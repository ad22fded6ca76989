import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import Sqlite from 'better-sqlite3';
import { DomainError } from '../errors.ts';
import { type CopiedDatabase, copyDatabase, syncToDisk } from './copy-database.ts';
import { findDamage, readMigrations, refuseNewer, schemaVersion, unusable } from './database.ts';

export interface RestoredDatabase extends CopiedDatabase {
  /** Where what was there before is kept; null where nothing was. */
  readonly replaced: string | null;
}

/**
 * Puts a backup in the place of a database that nobody uses. The backup stays, and so does what was there before, under another
 * name.
 * @param isForced whether something may be there already
 * @throws DomainError database-unusable, database-corrupt, database-newer: the backup is none, or damaged, or too new;
 *   storage-busy: the database is in use
 */
export async function restoreDatabase(
  backup: string,
  path: string,
  isForced: boolean,
): Promise<RestoredDatabase> {
  checkBackup(backup);
  if (existsSync(path)) {
    if (!isForced) throw isThere(path);
    refuseInUse(path);
  }
  const copy = `${path}.restoring-${process.pid}`;
  const copied = await copyDatabase(backup, copy);
  const replaced = await setAside(path);
  await rename(copy, path);
  await syncToDisk(path);
  return { ...copied, replaced };
}

/**
 * What is in a backup; nothing is changed.
 * @throws DomainError database-unusable, database-corrupt, database-newer
 */
export function checkBackup(path: string): void {
  if (!existsSync(path)) throw new DomainError('database-unusable', `there is no file ${path}`);
  const backup = openQuietly(path);
  try {
    const version = schemaVersion(backup);
    if (version === 0) {
      throw new DomainError('database-unusable', `${path} is no backup of a Benchcast database`);
    }
    refuseNewer(version, readMigrations());
    const [damage] = findDamage(backup, 'integrity_check');
    if (damage === undefined) return;
    throw new DomainError('database-corrupt', `the backup ${path} is damaged: ${damage}; take another one`);
  } catch (error) {
    throw error instanceof DomainError ? error : damagedBackup(path, error);
  } finally {
    backup.close();
  }
}

function openQuietly(path: string): Sqlite.Database {
  try {
    return new Sqlite(path, { readonly: true, fileMustExist: true });
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Takes the write-ahead log in, which takes being alone. A damaged one cannot be asked. */
function refuseInUse(path: string): void {
  const database = new Sqlite(path, { timeout: 0 });
  try {
    database.pragma('journal_mode = DELETE');
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (!code.startsWith('SQLITE_BUSY')) return;
    throw new DomainError(
      'storage-busy',
      `the database ${path} is in use: stop the service first`,
      [],
      error,
    );
  } finally {
    database.close();
  }
}

/** With its write-ahead log, if there is one: it must not be taken for that of the backup. */
async function setAside(path: string): Promise<string | null> {
  if (!existsSync(path)) return null;
  const aside = `${path}.replaced-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  if (existsSync(`${path}-wal`)) await rename(`${path}-wal`, `${aside}-wal`);
  await rm(`${path}-shm`, { force: true });
  await rename(path, aside);
  return aside;
}

function isThere(path: string): DomainError {
  return new DomainError(
    'database-unusable',
    `${path} is there already: with --force it is replaced, and kept under another name`,
  );
}

function damagedBackup(path: string, error: unknown): DomainError {
  const { message } = error as Error;
  return new DomainError(
    'database-corrupt',
    `the backup ${path} is damaged or is none: ${message}; take another one`,
    [],
    error,
  );
}
