import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createWriteEpoch } from '../../src/storage/write-epoch.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function openPlaces(path: string) {
  const database = new Sqlite(path);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE IF NOT EXISTS places (id INTEGER PRIMARY KEY, value INTEGER) STRICT');
  const put = database.prepare<[number, number]>('INSERT OR REPLACE INTO places (id, value) VALUES (?, ?)');
  const all = database.prepare('SELECT id, value FROM places ORDER BY id');
  return { database, put, read: () => JSON.stringify(all.all()) };
}

describe('the write epoch', () => {
  it('stays while nobody writes', async () => {
    const { database, read } = openPlaces(':memory:');
    const epoch = createWriteEpoch(database, ':memory:');
    const first = await epoch();
    read();
    await delay(5);
    expect(await epoch()).toBe(first);
  });

  it('is another one right after each write of this connection', async () => {
    const { database, put } = openPlaces(':memory:');
    const epoch = createWriteEpoch(database, ':memory:');
    const seen = [await epoch()];
    put.run(1, 10);
    seen.push(await epoch());
    put.run(1, 11);
    seen.push(await epoch());
    database.exec('DELETE FROM places');
    seen.push(await epoch());
    expect(new Set(seen).size).toBe(4);
  });

  it('is looked up once for all who ask in one turn, and for what they ask then', async () => {
    const { database } = openPlaces(':memory:');
    const prepare = vi.spyOn(database, 'prepare');
    const epoch = createWriteEpoch(database, ':memory:');
    const looks = prepare.mock.results.map(({ value }) => vi.spyOn(value, 'get'));
    const twice = async () => [await epoch(), await epoch()];
    const told = await Promise.all([twice(), twice(), twice()]);
    expect(new Set(told.flat()).size).toBe(1);
    expect(looks[1]).toHaveBeenCalledTimes(1);
    await delay(5);
    await epoch();
    expect(looks[1]).toHaveBeenCalledTimes(2);
  });

  it('fails where the database does, and not for ever', async () => {
    const { database } = openPlaces(':memory:');
    const prepare = vi.spyOn(database, 'prepare');
    const epoch = createWriteEpoch(database, ':memory:');
    const look = vi.spyOn(prepare.mock.results[1].value, 'get');
    look.mockImplementationOnce(() => {
      throw new Error('the disk');
    });
    const together = await Promise.allSettled([epoch(), epoch()]);
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await delay(5);
    expect(await epoch()).toBeTypeOf('number');
  });

  it('tells of every change, whoever wrote', async () => {
    using folder = temporaryFolder();
    const path = folder.path('places.db');
    const [ours, others] = [openPlaces(path), openPlaces(path)];
    const epoch = createWriteEpoch(ours.database, path);
    const step = fc.record({
      writer: fc.constantFrom('ours', 'others', 'nobody'),
      id: fc.integer({ min: 0, max: 2 }),
      value: fc.integer({ min: 0, max: 3 }),
      isNextTurn: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        let [at, known] = [await epoch(), ours.read()];
        for (const { writer, id, value, isNextTurn } of steps) {
          if (writer === 'ours') ours.put.run(id, value);
          // What another process did is told before somebody comes and asks.
          if (writer === 'others') others.put.run(id, value);
          if (writer === 'others' || isNextTurn) await delay(0);
          const now = await epoch();
          if (now === at) expect(ours.read()).toBe(known);
          [at, known] = [now, ours.read()];
        }
      }),
      { numRuns: 60 },
    );
    ours.database.close();
    others.database.close();
  });
});
