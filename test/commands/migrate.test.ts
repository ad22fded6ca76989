import { existsSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrateDatabase } from '../../src/services/migrate.ts';
import { migrate, readMigrations } from '../../src/storage/database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runProgram } from './run-program.ts';

const newest = readMigrations().length;

/** A database as an earlier version of the service left it. */
function databaseAt(path: string, version: number): void {
  const database = new Sqlite(path);
  database.pragma('journal_mode = WAL');
  migrate(database, readMigrations().slice(0, version));
  database.close();
}

describe('benchcast migrate', () => {
  it('brings an old database up to date, and says from where to where', async () => {
    using folder = temporaryFolder();
    const path = folder.path('old.db');
    databaseAt(path, 1);
    const first = await runProgram(['migrate', '--database', path]);
    expect(first).toEqual({ code: 0, out: `${path}: schema version 1 to ${newest}\n`, err: '' });
    const second = await runProgram(['migrate'], { BENCHCAST_DATABASE: path });
    expect(second).toEqual({ code: 0, out: `${path} is up to date: schema version ${newest}\n`, err: '' });
  });

  it('sees the version that another process has not yet put into the file', () => {
    using folder = temporaryFolder();
    const path = folder.path('open.db');
    const open = new Sqlite(path);
    open.pragma('journal_mode = WAL');
    migrate(open, readMigrations());
    expect(migrateDatabase(path)).toEqual({ from: newest, to: newest });
    open.close();
  });

  it('creates none', async () => {
    using folder = temporaryFolder();
    const path = folder.path('nowhere.db');
    const { code, err } = await runProgram(['migrate', '--database', path]);
    expect([code, err]).toEqual([1, `benchcast: there is no database ${path}\n`]);
    expect(existsSync(path)).toBe(false);
  });

  it('refuses what is no database, and one of a later version', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.path('a.txt'), 'hello, this is no database at all');
    const other = await runProgram(['migrate', '--database', folder.path('a.txt')]);
    expect(other.code).toBe(1);
    expect(other.err).toMatch(/^benchcast: the database .*a\.txt cannot be used: /);
    const path = folder.path('newer.db');
    const database = new Sqlite(path);
    database.pragma(`user_version = ${newest + 1}`);
    database.close();
    const newer = await runProgram(['migrate', '--database', path]);
    expect(newer.code).toBe(1);
    expect(newer.err).toContain(`schema version ${newest + 1}`);
  });
});
