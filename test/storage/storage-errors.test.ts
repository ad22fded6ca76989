import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/errors.ts';
import { createBenchmarkStore } from '../../src/storage/benchmarks.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { asStorageError, isStorageError, withStorageErrors } from '../../src/storage/storage-errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function sqliteError(code: string): Error {
  return Object.assign(new Error('as SQLite says it'), { code });
}

const settings = {
  title: null,
  description: null,
  scoreRange: { low: 0, high: 1 },
  similarityThresholds: { low: 0.2, high: 0.5 },
};

describe('errors of the database', () => {
  it.each([
    ['SQLITE_FULL', 'storage-full'],
    ['SQLITE_READONLY', 'storage-read-only'],
    ['SQLITE_READONLY_DBMOVED', 'storage-read-only'],
    ['SQLITE_BUSY', 'storage-busy'],
    ['SQLITE_BUSY_SNAPSHOT', 'storage-busy'],
    ['SQLITE_CORRUPT', 'database-corrupt'],
    ['SQLITE_CORRUPT_VTAB', 'database-corrupt'],
    ['SQLITE_NOTADB', 'database-corrupt'],
    ['SQLITE_IOERR_WRITE', 'storage-failing'],
  ])('%s is %s', (sqlite, code) => {
    using folder = temporaryFolder();
    const error = asStorageError(sqliteError(sqlite), folder.path('a.db'));
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code });
    expect(isStorageError(error)).toBe(true);
  });

  it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'ENOENT'])('%s stays what it is', (code) => {
    const error = sqliteError(code);
    expect(asStorageError(error, 'a.db')).toBe(error);
    expect(isStorageError(error)).toBe(false);
  });
});

// Where no file system can be filled (see test/e2e/full-disk.test.ts), these stand in for one.
describe('a store', () => {
  it('says that the disk is full, stores nothing, and goes on once there is room', async () => {
    const database = openDatabase(':memory:');
    const store = withStorageErrors(createBenchmarkStore(database), ':memory:');
    const pages = database.pragma('page_count', { simple: true });
    database.pragma(`max_page_count = ${pages}`);
    const large = { ...settings, description: 'x'.repeat(100_000) };
    await expect(store.put('b', large)).rejects.toMatchObject({ code: 'storage-full' });
    await expect(store.get('b')).rejects.toMatchObject({ code: 'benchmark-not-found' });
    database.pragma('max_page_count = 1000000');
    await store.put('b', large);
    expect(await store.get('b')).toMatchObject({ description: large.description });
  });

  it('says that the database is read-only, and goes on once it is not', async () => {
    const database = openDatabase(':memory:');
    const store = withStorageErrors(createBenchmarkStore(database), ':memory:');
    database.pragma('query_only = ON');
    await expect(store.put('b', settings)).rejects.toMatchObject({ code: 'storage-read-only' });
    database.pragma('query_only = OFF');
    expect(await store.put('b', settings)).toMatchObject({ created: true });
  });
});
