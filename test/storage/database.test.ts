import { readFileSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate, openDatabase, readMigrations, schemaVersion } from '../../src/storage/database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('migrations', () => {
  it('are numbered from 1 without gaps', () => {
    const versions = readMigrations().map(({ version }) => version);
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  });

  it('bring a new database up to date, and leave an up-to-date one alone', () => {
    using folder = temporaryFolder();
    openDatabase(folder.path('a.db')).close();
    const database = openDatabase(folder.path('a.db'));
    expect(schemaVersion(database)).toBe(readMigrations().length);
    database.close();
  });

  it('make STRICT tables only', () => {
    const database = openDatabase(':memory:');
    const tables = database.pragma('table_list') as { name: string; strict: number }[];
    const ours = tables.filter(({ name }) => !name.startsWith('sqlite_'));
    expect(ours.length).toBeGreaterThanOrEqual(5);
    expect(ours.filter(({ strict }) => strict !== 1)).toEqual([]);
    database.close();
  });

  it('are all or nothing, also over several steps', () => {
    const database = new Sqlite(':memory:');
    const steps = [
      { version: 1, sql: 'CREATE TABLE a (x INTEGER) STRICT' },
      { version: 2, sql: 'CREATE TABLE b (y INTEGER) STRICT; CREATE TABLE a (x INTEGER) STRICT' },
    ];
    expect(() => migrate(database, steps)).toThrow('already exists');
    expect(schemaVersion(database)).toBe(0);
    expect(database.prepare('SELECT count(*) FROM sqlite_master').pluck().get()).toBe(0);
    database.close();
  });

  it('refuse a database newer than the code, and leave it as it is', () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    const database = openDatabase(path);
    database.pragma('user_version = 999');
    database.close();
    expect(() => openDatabase(path)).toThrow('schema version 999');
    const again = new Sqlite(path);
    expect(schemaVersion(again)).toBe(999);
    again.close();
  });
});

describe('a path that cannot be used', () => {
  it('is named, with the reason', () => {
    using folder = temporaryFolder();
    const path = folder.path('missing/a.db');
    expect(() => openDatabase(path)).toThrow(`the database ${path} cannot be used`);
  });

  it('holds something else and keeps it', () => {
    using folder = temporaryFolder();
    const path = folder.path('notes.txt');
    writeFileSync(path, 'not a database, and much longer than the header of one. '.repeat(20));
    expect(() => openDatabase(path)).toThrow('file is not a database');
    expect(readFileSync(path, 'utf8')).toMatch(/^not a database/);
  });
});

describe('an open database', () => {
  it('commits to disk and checks references', () => {
    using folder = temporaryFolder();
    const database = openDatabase(folder.path('a.db'));
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
    database.close();
  });
});
