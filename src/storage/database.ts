import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { DomainError } from '../errors.ts';

export type Database = Sqlite.Database;

const migrationsFolder = join(import.meta.dirname, '../../migrations');

/**
 * Opens the database, creating it where it is not there, and brings its tables up to date.
 * An acknowledged write is on disk: write-ahead log with a synchronous commit.
 * @param path a file, or `:memory:`
 * @throws DomainError database-newer: the file was written by a later version of the service; database-unusable: the
 *   path cannot be opened, or holds something else
 */
export function openDatabase(path: string): Database {
  try {
    return openAndMigrate(path);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw unusable(path, error);
  }
}

function openAndMigrate(path: string): Database {
  const database = new Sqlite(path);
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma('busy_timeout = 5000');
    migrate(database, readMigrations());
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
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
  const newest = migrations.at(-1)?.version ?? 0;
  const run = database.transaction(() => {
    const current = schemaVersion(database);
    if (current > newest) {
      throw new DomainError(
        'database-newer',
        `the database is at schema version ${current}, this service knows ${newest}: start a newer version of it`,
      );
    }
    for (const { version, sql } of migrations) {
      if (version <= current) continue;
      database.exec(sql);
      database.pragma(`user_version = ${version}`);
    }
  });
  run.exclusive();
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

function unusable(path: string, error: unknown): DomainError {
  const { message } = error as Error;
  return new DomainError('database-unusable', `the database ${path} cannot be used: ${message}`, [], error);
}
