import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  lines,
  numbered,
  smallItems,
  smallLongCsv,
  smallModels,
  smallResults,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  allMethods,
  choose,
  purposiveDesigns,
  report,
  settled,
  startChoosing,
  type Wire,
} from './chosen-core-set.ts';

/** Every answer that shows what is stored. */
async function everything(harness: Harness, name: string): Promise<Record<string, Wire>> {
  const base = `/v1/benchmarks/${name}`;
  const answers: Record<string, Wire> = {};
  const read = async (url: string) => {
    answers[url] = expectStatus(await harness.send('GET', url), 200);
    return answers[url].data;
  };
  for (const { id } of await read(`${base}/core-sets?limit=500`)) await read(`/v1/core-sets/${id}`);
  for (const { id } of await read(`${base}/evaluations?limit=500`)) {
    await read(`/v1/evaluations/${id}`);
    await read(`/v1/evaluations/${id}/results`);
    await read(`/v1/evaluations/${id}?level=0.9`);
    await read(`/v1/evaluations/${id}?methods=${allMethods.join(',')}`);
  }
  await read(`${base}/leaderboard`);
  for (const design of ['balanced', 'informative'])
    await read(`${base}/plan?half_width=0.1&design=${design}`);
  return answers;
}

describe('a database that is opened again', () => {
  it('answers as it did', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    const first = await openHarness(path);
    await addBenchmark(first, 'small', smallLongCsv);
    const predictions = smallItems.map((item, j) => ({ item, score: (j % 5) / 4 }));
    const sets = [await drawCoreSet(first, 'small', { half_width: 0.1, level: 0.8, seed: 3 })];
    for (const design of ['balanced', 'random', 'stratified', 'informative']) {
      const parent = await drawCoreSet(first, 'small', { size: 10, design, seed: 3 });
      const add = { add: 7, seed: 4 };
      sets.push(
        parent,
        expectStatus(await first.send('POST', `/v1/core-sets/${parent.id}/extensions`, add), 201),
      );
    }
    for (const design of purposiveDesigns)
      sets.push(await choose(first, 'small', { size: 9, design, seed: 3 }));
    const failing = { size: 9, design: 'lasso', seed: 3, exclude_models: smallModels.slice(1) };
    const failed = await settled(first, (await startChoosing(first, 'small', failing)).id);
    expect(failed.status).toBe('failed');
    const ids: Wire = {};
    for (const [index, set] of sets.entries()) {
      const evaluation = await report(first, set, smallResults(itemsOf(set), 10 + index), {
        model: `new-${index}`,
        predictions,
      });
      ids[set.id] = evaluation.id;
    }
    const carried = { model: 'new-1', from_evaluation: ids[sets[1].id] };
    await report(first, sets[2], [], carried);
    const before = await everything(first, 'small');
    const question = { a: ids[sets[1].id], b: ids[sets[2].id] };
    const compared = expectStatus(await first.send('POST', '/v1/evaluations/compare', question), 200);
    const more = { add: 5, seed: 9 };
    const extended = expectStatus(
      await first.send('POST', `/v1/core-sets/${sets[8].id}/extensions`, more),
      201,
    );
    await first[Symbol.asyncDispose]();

    await using second = await openHarness(path);
    await second.services.resume();
    const { items } = expectStatus(
      await second.send('POST', `/v1/core-sets/${sets[8].id}/extensions`, more),
      201,
    );
    expect(items).toEqual(extended.items);
    expect(expectStatus(await second.send('POST', '/v1/evaluations/compare', question), 200)).toEqual(
      compared,
    );
    for (const [url, answer] of Object.entries(before)) {
      if (url.endsWith('/core-sets?limit=500')) continue;
      expect(expectStatus(await second.send('GET', url), 200), url).toEqual(answer);
    }
  });
});

describe('a choice that was broken off', () => {
  const items = numbered('q', 300);
  const csv = lines([
    ['model', ...items],
    ...numbered('m', 60).map((model, m) => [
      model,
      ...items.map((_, j) => Number((j * 7919) % 300 < 4 * m + ((j * m) % 37))),
    ]),
  ]);
  const requests = [
    { size: 60, design: 'random-search', seed: 5 },
    { size: 50, design: 'irt-clusters', seed: 6 },
    { size: 20, design: 'lasso', seed: 7 },
  ];

  it('is made after the next start, with the same outcome', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    const first = await openHarness(path);
    await addBenchmark(first, 'b', csv);
    const started = [];
    for (const request of requests) started.push(await startChoosing(first, 'b', request));
    await delay(100);
    await first[Symbol.asyncDispose]();

    const database = new Sqlite(path, { readonly: true });
    const statuses = database.prepare('SELECT status FROM core_sets ORDER BY sequence').pluck().all();
    database.close();
    expect(statuses).toHaveLength(3);
    for (const status of statuses) expect(status).toMatch(/^(pending|running)$/);

    await using second = await openHarness(path);
    // Not taken up yet: it is still there to be asked.
    const waiting = expectStatus(await second.send('GET', `/v1/core-sets/${started[0].id}`), 200);
    expect(waiting).toMatchObject({ progress: 0, items: [], error: null });
    await second.services.resume();
    for (const [index, { id, created_at, seed }] of started.entries()) {
      const finished = await settled(second, id);
      expect(finished).toMatchObject({ status: 'ready', created_at, seed });
      const alone = await choose(second, 'b', requests[index]);
      expect(finished.items).toEqual(alone.items);
    }
  });

  it('fails after the next start where its source models were deleted meanwhile', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    const first = await openHarness(path);
    await addBenchmark(first, 'b', csv);
    const { id } = await startChoosing(first, 'b', requests[0]);
    await first[Symbol.asyncDispose]();
    const between = await openHarness(path);
    for (const model of numbered('m', 60)) {
      expectStatus(await between.send('DELETE', `/v1/benchmarks/b/models/${model}`), 204);
    }
    await between[Symbol.asyncDispose]();
    await using second = await openHarness(path);
    await second.services.resume();
    const failed = await settled(second, id);
    expect(failed.status).toBe('failed');
    expect(failed.error).toMatch(/deleted/);
  });

  it('is given up after the service went down in the middle of it three times; stops on purpose do not count', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    const edit = (sql: string) => {
      const database = new Sqlite(path);
      const attempts = database.prepare('SELECT attempts FROM core_sets').pluck().get();
      if (sql !== '') database.exec(sql);
      database.close();
      return attempts;
    };
    const first = await openHarness(path);
    await addBenchmark(first, 'b', csv);
    const { id } = await startChoosing(first, 'b', requests[0]);
    await delay(100);
    await first[Symbol.asyncDispose]();
    // What a process that was killed leaves behind.
    expect(edit('UPDATE core_sets SET attempts = 3')).toBe(0);
    await using second = await openHarness(path);
    await second.services.resume();
    const failed = await settled(second, id);
    expect(failed).toMatchObject({ status: 'failed', items: [] });
    expect(failed.error).toMatch(/went down/);
  });

  it('goes with its benchmark', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    const first = await openHarness(path);
    await addBenchmark(first, 'b', csv);
    const { id } = await startChoosing(first, 'b', requests[0]);
    expectStatus(await first.send('DELETE', '/v1/benchmarks/b'), 204);
    expectStatus(await first.send('GET', `/v1/core-sets/${id}`), 404);
    await first[Symbol.asyncDispose]();
    await using second = await openHarness(path);
    await second.services.resume();
    expectStatus(await second.send('GET', `/v1/core-sets/${id}`), 404);
  });
});

describe('choices that wait for a thread', () => {
  const slow = { size: 100, design: 'random-search' };
  const items = numbered('q', 300);
  const rows = numbered('m', 80).map((model, m) => [
    model,
    ...items.map((_, j) => Number((j * 7919) % 300 < 3 * m + ((j * m) % 37))),
  ]);
  const csv = lines([['model', ...items], ...rows]);

  it('make way for others when their benchmark is deleted', async () => {
    await using own = await openHarness();
    await addBenchmark(own, 'b', csv);
    await addBenchmark(own, 'small', smallLongCsv);
    const time = async (work: Promise<unknown>) => {
      const start = performance.now();
      await work;
      return performance.now() - start;
    };
    const alone = await time(choose(own, 'b', { ...slow, seed: 1 }));
    const count = 3 * Math.max(1, availableParallelism() - 1);
    for (let k = 0; k < count; k++) await startChoosing(own, 'b', { ...slow, seed: k });
    expectStatus(await own.send('DELETE', '/v1/benchmarks/b'), 204);
    const waited = await time(choose(own, 'small', { size: 9, design: 'lasso', seed: 3 }));
    expect(waited).toBeLessThan(alone);
  });

  it('are pending until their turn comes', async () => {
    await using own = await openHarness();
    await addBenchmark(own, 'b', csv);
    const threads = Math.max(1, availableParallelism() - 1);
    let last: Wire;
    for (let k = 0; k <= threads; k++) last = await startChoosing(own, 'b', { ...slow, seed: k });
    await delay(200);
    const waiting = expectStatus(await own.send('GET', `/v1/core-sets/${last.id}`), 200);
    expect(waiting).toMatchObject({ status: 'pending', progress: 0 });
  });
});
