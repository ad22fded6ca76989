import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { timeTransactions } from '../../src/storage/transaction-times.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function open(path = ':memory:') {
  const database = new Sqlite(path);
  database.pragma('busy_timeout = 50');
  database.exec('CREATE TABLE IF NOT EXISTS t (n INTEGER)');
  const times = timeTransactions(database);
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  return { database, times, insert };
}

describe('the times of transactions', () => {
  it('count each once, however it is begun, and one within another not at all', () => {
    const { database, times, insert } = open();
    const inner = database.transaction((n: number) => insert.run(n).changes);
    const outer = database.transaction((n: number) => inner(n) + inner.immediate(n));
    expect(outer(1)).toBe(2);
    expect(inner.immediate(2)).toBe(1);
    expect(inner.deferred(3)).toBe(1);
    expect(inner.exclusive(4)).toBe(1);
    expect(inner.default(5)).toBe(1);
    expect(times).toMatchObject({ count: 5, busy: 0 });
    expect(times.seconds).toBeGreaterThan(0);
    expect(database.prepare('SELECT count(*) FROM t').pluck().get()).toBe(6);
  });

  it('count those that are undone, and pass on what they throw', () => {
    const { database, times, insert } = open();
    const fail = database.transaction(() => {
      insert.run(1);
      throw new Error('undone');
    });
    expect(() => fail()).toThrow('undone');
    expect(times).toMatchObject({ count: 1, busy: 0 });
    expect(database.prepare('SELECT count(*) FROM t').pluck().get()).toBe(0);
  });

  it('know those that gave up waiting for another process', () => {
    using folder = temporaryFolder();
    const { database, times, insert } = open(folder.path('a.db'));
    const other = new Sqlite(folder.path('a.db'));
    other.exec('BEGIN EXCLUSIVE');
    const write = database.transaction(() => insert.run(1));
    expect(() => write.immediate()).toThrow('locked');
    expect(times).toMatchObject({ count: 1, busy: 1 });
    expect(times.seconds).toBeGreaterThan(0.04);
    other.close();
    database.close();
  });
});
