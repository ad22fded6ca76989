import { describe, expect, it } from 'vitest';
import { ScoreTable } from '../../src/scores/score-table.ts';
import { type AnsweredRequest, createAnsweredRequestStore } from '../../src/storage/answered-requests.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { openStores } from '../../src/storage/open-stores.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const answer = { status: 201, headers: { location: '/v1/things/1' }, body: '{"id":"1"}' };
const request: AnsweredRequest = { caller: '', key: 'k', fingerprint: 'f', answer };
const hour = 3_600_000;

function openAt(time: { now: number }) {
  const database = openDatabase(':memory:');
  const count = () => database.prepare('SELECT count(*) FROM answered_requests').pluck().get();
  return { database, count, store: createAnsweredRequestStore(database, () => time.now) };
}

describe('answered requests', () => {
  it('are found by their caller and key, as they were', async () => {
    const { store } = openAt({ now: 0 });
    await store.keep(request);
    expect(await store.find('', 'k')).toEqual({ fingerprint: 'f', answer });
    expect(await store.find('', 'other')).toBeUndefined();
    expect(await store.find('someone', 'k')).toBeUndefined();
    await store.keep({ ...request, caller: 'someone', fingerprint: 'g' });
    expect(await store.find('someone', 'k')).toMatchObject({ fingerprint: 'g' });
  });

  it('are forgotten after 24 hours, and go bit by bit', async () => {
    const time = { now: 0 };
    const { store, count } = openAt(time);
    for (let index = 0; index < 50; index++) await store.keep({ ...request, key: `k${index}` });
    time.now = 24 * hour;
    expect(await store.find('', 'k0')).toBeDefined();
    time.now = 24 * hour + 1;
    expect(await store.find('', 'k0')).toBeUndefined();
    await store.keep({ ...request, key: 'k49', fingerprint: 'new' });
    expect(await store.find('', 'k49')).toMatchObject({ fingerprint: 'new' });
    for (let index = 0; index < 2; index++) await store.keep({ ...request, key: `later${index}` });
    expect(count()).toBe(3);
  });

  it('refuse a second one under the same key, with whatever it did', async () => {
    const { database, store } = openAt({ now: 0 });
    await store.keep(request);
    const write = database.transaction(() => {
      database.exec(
        "INSERT INTO answered_requests SELECT 'x', key, fingerprint, status, headers, body, answered_at FROM answered_requests",
      );
      store.keepNow(request);
    });
    expect(() => write.immediate()).toThrow(expect.objectContaining({ code: 'idempotency-key-in-use' }));
    expect(await store.find('x', 'k')).toBeUndefined();
  });
});

describe('a seal', () => {
  it('that fails undoes the write it is on', async () => {
    using folder = temporaryFolder();
    const stores = openStores(folder.path('a.db'));
    const settings = {
      title: null,
      description: null,
      scoreRange: { low: 0, high: 1 },
      similarityThresholds: { low: 0.2, high: 0.5 },
    };
    const { benchmark } = await stores.benchmarks.put('b', settings);
    const table = new ScoreTable();
    table.set(table.row('m'), table.itemIndex('i'), 1);
    const fail = () => {
      throw new Error('no');
    };
    await expect(stores.scores.merge(benchmark.id, table, 'error', 'csv', fail)).rejects.toThrow('no');
    expect(await stores.benchmarks.describe('b')).toMatchObject({ revision: 0, modelCount: 0, itemCount: 0 });
    const outcomes: object[] = [];
    await stores.scores.merge(benchmark.id, table, 'error', 'csv', (outcome) => outcomes.push(outcome));
    expect(outcomes).toEqual([expect.objectContaining({ modelsAdded: 1, revision: 1 })]);
    stores.close();
  });
});
