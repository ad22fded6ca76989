import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../../src/storage/group-commit.ts';

function openCounter() {
  const database = new Sqlite(':memory:');
  database.exec('CREATE TABLE numbers (value INTEGER PRIMARY KEY) STRICT');
  const insert = database.prepare<[number]>('INSERT INTO numbers (value) VALUES (?)');
  const stored = () => database.prepare('SELECT value FROM numbers ORDER BY value').pluck().all();
  return { database, insert, stored };
}

describe('writes that share a commit', () => {
  it('answer each its own result, once it is stored', async () => {
    const { database, insert, stored } = openCounter();
    const commits = createGroupCommit(database);
    const results = await Promise.all(
      [3, 1, 2].map((value) => commits.run(() => insert.run(value).changes + value)),
    );
    expect(results).toEqual([4, 2, 3]);
    expect(stored()).toEqual([1, 2, 3]);
  });

  it('do not happen before their turn is over', async () => {
    const { database, insert, stored } = openCounter();
    const written = createGroupCommit(database).run(() => insert.run(1));
    expect(stored()).toEqual([]);
    await written;
    expect(stored()).toEqual([1]);
  });

  it('fail alone', async () => {
    const { database, insert, stored } = openCounter();
    const commits = createGroupCommit(database);
    const settled = await Promise.allSettled(
      [1, 1, 2].map((value) =>
        commits.run(() => {
          insert.run(value + 10);
          insert.run(value);
        }),
      ),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored()).toEqual([1, 2, 11, 12]);
  });

  it('all fail when the commit does', async () => {
    const { database, insert } = openCounter();
    const commits = createGroupCommit(database);
    const writes = [1, 2].map((value) => commits.run(() => insert.run(value)));
    database.close();
    const settled = await Promise.allSettled(writes);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('all fail, with the reason, when a full disk undoes them', async () => {
    const { database, stored } = openCounter();
    database.exec('CREATE TABLE texts (value TEXT) STRICT');
    database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true })) + 2}`);
    const insert = database.prepare<[string]>('INSERT INTO texts (value) VALUES (?)');
    const commits = createGroupCommit(database);
    const settled = await Promise.allSettled(
      ['a', 'b'.repeat(100_000), 'c'].map((value) => commits.run(() => insert.run(value))),
    );
    for (const outcome of settled) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_FULL' } });
    }
    expect(database.prepare('SELECT value FROM texts').all()).toEqual([]);
    expect(stored()).toEqual([]);
  });
});
