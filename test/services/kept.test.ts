import { describe, expect, it } from 'vitest';
import {
  addBenchmark,
  csvType,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallResults,
  smallWideCsv,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

async function evaluate(harness: Harness, name: string): Promise<void> {
  const set = await drawCoreSet(harness, name, { size: 10, seed: 1 });
  const results = smallResults(itemsOf(set), 18);
  expectStatus(
    await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, { model: 'new', results }),
    201,
  );
}

describe('what is kept in memory', () => {
  it('is so many bytes of histories, and no predictor keeps another one', async () => {
    // Room for one small history, not for two.
    await using harness = await openHarness(':memory:', { historyCacheBytes: 30_000 });
    for (const name of ['a', 'b', 'c']) {
      await addBenchmark(harness, name, smallWideCsv);
      await evaluate(harness, name);
    }
    const { histories, predictors } = harness.services.vitals().caches;
    expect(histories.entries).toBe(1);
    expect(histories.bytes).toBeLessThanOrEqual(30_000);
    expect(predictors.entries).toBe(1);
  });

  it('is one revision of each, and its predictors', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    for (const model of ['x', 'y', 'z']) {
      await evaluate(harness, 'b');
      await harness.send('POST', '/v1/benchmarks/b/scores', `model,item-00\n${model},1\n`, csvType);
    }
    await evaluate(harness, 'b');
    const { histories, predictors } = harness.services.vitals().caches;
    expect([histories.entries, predictors.entries]).toEqual([1, 1]);
  });

  it('counts what hangs on a history', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    await evaluate(harness, 'b');
    // 12 models by 40 items of a byte, and 400 bytes for each of those.
    expect(harness.services.vitals().caches.histories.bytes).toBeGreaterThan(12 * 40 + 400 * (12 + 40));
  });

  it('goes with its benchmark', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'kept', smallWideCsv);
    await evaluate(harness, 'kept');
    await addBenchmark(harness, 'gone', smallWideCsv);
    await evaluate(harness, 'gone');
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/gone'), 204);
    const { histories, predictors, 'core-sets': coreSets } = harness.services.vitals().caches;
    expect([histories.entries, predictors.entries, coreSets.entries]).toEqual([1, 1, 1]);
  });

  it('can be let go of, and answers stay the same', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const board = async () => (await harness.send('GET', '/v1/benchmarks/b/leaderboard')).text;
    await evaluate(harness, 'b');
    const before = await board();
    harness.services.letGo();
    const { histories, predictors } = harness.services.vitals().caches;
    expect([histories.entries, predictors.entries]).toEqual([0, 0]);
    expect(await board()).toBe(before);
  });

  it('is loaded once for many who ask at the same time', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const { revision } = await harness.services.benchmarks.get('b');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => harness.send('GET', '/v1/benchmarks/b/item-distribution')),
    );
    expect(new Set(answers.map(({ json }) => json.revision))).toEqual(new Set([revision]));
  });
});

describe('a history that would not fit', () => {
  it('is refused and nothing of it is stored', async () => {
    await using harness = await openHarness(':memory:', { historyCacheBytes: 5000 });
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 201);
    const wide = (model: string, items: number) =>
      `model,${Array.from({ length: items }, (_, j) => `q${j}`).join()}\n${model}${',1'.repeat(items)}\n`;
    const post = (body: string) => harness.send('POST', '/v1/benchmarks/b/scores', body, csvType);
    expectStatus(await post(wide('one', 2000)), 200);
    // Few cells each, and yet a row of the matrix for every one of them.
    expectStatus(await post('model,q0\ntwo,1\n'), 200);
    const refused = expectStatus(await post('model,q0\nthree,1\n'), 413);
    expect(refused.detail).toContain('3 models by 2000 items');
    const { model_count: models } = expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 200);
    expect(models).toBe(2);
    expectStatus(await post('model,q0\none,1\n'), 200);
  });

  it('counts eight bytes a cell where scores are not 0 or 1', async () => {
    await using harness = await openHarness(':memory:', { historyCacheBytes: 5000 });
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 201);
    const post = (body: string) => harness.send('POST', '/v1/benchmarks/b/scores', body, csvType);
    const items = Array.from({ length: 700 }, (_, j) => `q${j}`).join();
    expectStatus(await post(`model,${items}\none${',1'.repeat(700)}\n`), 200);
    expectStatus(await post(`model,${items}\ntwo${',0.5'.repeat(700)}\n`), 413);
  });
});

describe('imports at the same time', () => {
  it('share so much memory: one that is too large by itself is 413', async () => {
    await using harness = await openHarness(':memory:', { maxImportBytes: 1000 });
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 201);
    const rows = (count: number) =>
      `model,${Array.from({ length: 100 }, (_, j) => `q${j}`).join()}\n${Array.from({ length: count }, (_, m) => `m${m}${',1'.repeat(100)}\n`).join('')}`;
    expectStatus(await harness.send('POST', '/v1/benchmarks/b/scores', rows(11), csvType), 413);
    // What was taken is free again.
    expectStatus(await harness.send('POST', '/v1/benchmarks/b/scores', rows(9), csvType), 200);
    expectStatus(await harness.send('POST', '/v1/benchmarks/b/imports', rows(9), csvType), 200);
    expectStatus(await harness.send('POST', '/v1/benchmarks/b/imports', rows(11), csvType), 413);
  });
});
