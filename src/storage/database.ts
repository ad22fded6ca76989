import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { DomainError } from '../errors.ts';
import { isWritable } from './storage-errors.ts';

export type Database = Sqlite.Database;

/** Of pages; the system keeps the file in memory besides, and histories are kept unpacked. */
const cacheKibibytes = 4000;

const migrationsFolder = join(import.meta.dirname, '../../migrations');

/** Whether a file is looked through for damage when it is opened: `auto` where that takes no more than seconds. */
export type DatabaseCheck = 'auto' | 'always' | 'never';

/** Warm, the check of so much takes one to two seconds; see docs/backup.md. */
const maxAutoBytes = 512 * 1024 * 1024;

/**
 * Opens the database, creating it where it is not there, and brings its tables up to date.
 * An acknowledged write is on disk: write-ahead log with a synchronous commit.
 * @param path a file, or `:memory:`
 * @throws DomainError database-newer: the file was written by a later version of the service; database-corrupt: it is
 *   damaged; database-unusable: the path cannot be opened or written, or holds something else
 */
export function openDatabase(path: string, check: DatabaseCheck = 'auto'): Database {
  try {
    return openAndMigrate(path, check);
  } catch (error) {
    throw error instanceof DomainError ? error : unusable(path, error);
  }
}

function openAndMigrate(path: string, check: DatabaseCheck): Database {
  const database = new Sqlite(path);
  try {
    database.pragma('busy_timeout = 5000');
    database.pragma(`cache_size = ${-cacheKibibytes}`);
    const migrations = readMigrations();
    // Before anything is changed.
    if (!isWritable(path)) throw readOnly(path);
    refuseNewer(schemaVersion(database), migrations);
    refuseForeign(database, path);
    if (isToBeChecked(path, check)) refuseDamaged(database, path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    migrate(database, migrations);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Whether a file is looked through when it is opened. */
function isToBeChecked(path: string, check: DatabaseCheck): boolean {
  if (check !== 'auto') return check === 'always';
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= maxAutoBytes;
}

/** @throws DomainError database-corrupt */
function refuseDamaged(database: Database, path: string): void {
  const [finding] = findDamage(database, 'quick_check');
  if (finding !== undefined) throw damaged(path, finding);
}

/**
 * What is wrong with a database, the first of it; nothing where all is well.
 * @param how quick_check looks at every page, integrity_check compares the indices with their tables too
 */
export function findDamage(database: Database, how: 'quick_check' | 'integrity_check'): string[] {
  const found = database.prepare<[], string>(`PRAGMA ${how}(1)`).pluck().all();
  return found.filter((line) => line !== 'ok');
}

/** @throws DomainError database-unusable: it has tables, and none of ours */
function refuseForeign(database: Database, path: string): void {
  if (schemaVersion(database) > 0) return;
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (tables === 0) return;
  throw new DomainError('database-unusable', `${path} is a database of something else; it was left alone`);
}

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Files are named NNNN-what.sql, numbered from 0001 without gaps. */
export function readMigrations(): Migration[] {
  return readdirSync(migrationsFolder)
    .filter((name) => /^\d{4}-.+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 4)),
      sql: readFileSync(join(migrationsFolder, name), 'utf8'),
    }));
}

/** Forward only; all or nothing, also over several steps. */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  const run = database.transaction(() => {
    const current = schemaVersion(database);
    refuseNewer(current, migrations);
    for (const { version, sql } of migrations) {
      if (version <= current) continue;
      database.exec(sql);
      database.pragma(`user_version = ${version}`);
    }
  });
  run.exclusive();
}

/** @throws DomainError database-newer */
export function refuseNewer(version: number, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0;
  if (version <= newest) return;
  throw new DomainError(
    'database-newer',
    `the database is at schema version ${version}, this service knows ${newest}: start a newer version of it`,
  );
}

export function schemaVersion(database: Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/**
 * The schema version of a file, which stays as it is: seen beside a database in memory, since opening it would migrate it.
 * @throws DomainError database-unusable
 */
export function storedVersion(path: string): number {
  const memory = new Sqlite(':memory:');
  try {
    memory.prepare('ATTACH DATABASE ? AS found').run(path);
    return memory.pragma('found.user_version', { simple: true }) as number;
  } catch (error) {
    throw unusable(path, error);
  } finally {
    memory.close();
  }
}

/** What became of a path, in one line that says what to do. */
export function unusable(path: string, error: unknown): DomainError {
  const { message, code = '' } = error as Error & { code?: string };
  if (code.startsWith('SQLITE_CORRUPT')) return damaged(path, message, error);
  const restored =
    code === 'SQLITE_NOTADB'
      ? '. Where it was one, it is damaged: restore a backup (see docs/backup.md)'
      : '';
  const detail = `the database ${path} cannot be used: ${message}${restored}`;
  return new DomainError('database-unusable', detail, [], error);
}

function damaged(path: string, finding: string, cause?: unknown): DomainError {
  return new DomainError(
    'database-corrupt',
    `the database ${path} is damaged (${finding
      .trim()
      .replaceAll(/\s*\n\s*/g, ' ')
      .slice(
        0,
        200,
      )}): stop what uses it and restore a backup, "benchcast restore BACKUP --database ${path} --force" (see docs/backup.md)`,
    [],
    cause,
  );
}

function readOnly(path: string): DomainError {
  return new DomainError(
    'database-unusable',
    `the database ${path} is read-only: the service needs to write to the file and to its folder`,
  );
}
