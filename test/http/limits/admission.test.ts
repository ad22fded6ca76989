import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backtestUnderWay, endless, simulatedCsv, startBacktest } from '../../support/backtests.ts';
import { addBenchmark, csvType, expectStatus, smallWideCsv } from '../../support/fixtures.ts';
import { type Harness, openHarness } from '../../support/open-harness.ts';
import { headOf, openRaw, type RawClient } from '../../support/raw-client.ts';

const vital = ['/livez', '/readyz', '/metrics'];

function listen({ app }: Harness): Promise<string> {
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** Begins to send a CSV whose end it never sends. */
async function beginUpload(address: string): Promise<RawClient> {
  const client = await openRaw(address);
  const head = headOf('POST /v1/benchmarks/b/scores', {
    'content-type': 'text/csv',
    'transfer-encoding': 'chunked',
  });
  client.send(`${head}\r\n9\r\nmodel,q1\n\r\n`);
  return client;
}

/** As soon as another one like it is refused, it is under way. */
async function untilRefused(ask: () => Promise<number>): Promise<void> {
  await vi.waitUntil(async () => (await ask()) === 503, { timeout: 20_000, interval: 20 });
}

async function expectOverloaded(answer: Promise<Response>): Promise<void> {
  const { status, headers, json } = await answer.then(async (response) => ({
    status: response.status,
    headers: response.headers,
    json: await response.json(),
  }));
  expect(status).toBe(503);
  expect(json).toMatchObject({ type: '/problems/overloaded', status: 503 });
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}

async function expectVital(harness: Harness): Promise<void> {
  for (const url of vital) expectStatus(await harness.send('GET', url), 200);
}

describe('with as many requests under way as there may be', () => {
  it('the next one is refused at once, health is not, and there is room again afterwards', async () => {
    await using harness = await openHarness(':memory:', { maxRequests: 1 });
    await addBenchmark(harness, 'b', smallWideCsv);
    const address = await listen(harness);
    using upload = await beginUpload(address);
    await untilRefused(async () => (await fetch(`${address}/v1/benchmarks`)).status);
    await expectOverloaded(fetch(`${address}/v1/benchmarks`));
    await expectVital(harness);
    upload.socket.destroy();
    await vi.waitUntil(async () => (await fetch(`${address}/v1/benchmarks`)).status === 200, {
      timeout: 20_000,
    });
  });

  it('large bodies have a number of their own, small ones go on', async () => {
    await using harness = await openHarness(':memory:', { maxUploads: 1 });
    await addBenchmark(harness, 'b', smallWideCsv);
    const address = await listen(harness);
    using _upload = await beginUpload(address);
    const large = () =>
      fetch(`${address}/v1/benchmarks/b/scores`, {
        method: 'POST',
        headers: csvType,
        body: `model,item-00\n${Array.from({ length: 20_000 }, (_, k) => `m${k},1\n`).join('')}`,
      });
    await untilRefused(async () => (await large()).status);
    await expectOverloaded(large());
    const small = await harness.send('POST', '/v1/benchmarks/b/scores', 'model,item-00\nsmall,1\n', {
      ...csvType,
      'content-length': '22',
    });
    expectStatus(small, 200);
  });

  it('exports have one', async () => {
    await using harness = await openHarness(':memory:', { maxExports: 1 });
    const items = Array.from({ length: 20_000 }, (_, k) => `q${k}`);
    const rows = Array.from({ length: 400 }, (_, m) => `m${m}${',1'.repeat(items.length)}\n`);
    await addBenchmark(harness, 'b', `model,${items.join()}\n${rows.join('')}`);
    const address = await listen(harness);
    using reader = await openRaw(address);
    reader.socket.pause();
    reader.send(`${headOf('GET /v1/benchmarks/b/scores')}\r\n`);
    const ask = async () => {
      const response = await fetch(`${address}/v1/benchmarks/b/scores`);
      await response.body?.cancel();
      return response.status;
    };
    await untilRefused(ask);
    expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 200);
    reader.socket.destroy();
    await vi.waitUntil(async () => (await ask()) === 200, { timeout: 20_000, interval: 50 });
  });

  it('event streams have one, and are no requests', async () => {
    await using harness = await openHarness(':memory:', { maxFollowers: 1, maxRequests: 1 });
    await addBenchmark(harness, 'sim', simulatedCsv());
    const { id } = await startBacktest(harness, 'sim', endless);
    await backtestUnderWay(harness, id);
    const address = await listen(harness);
    using follower = await openRaw(address);
    follower.send(`${headOf(`GET /v1/backtests/${id}/events`, { accept: 'text/event-stream' })}\r\n`);
    await follower.received(/event: progress/);
    await expectOverloaded(fetch(`${address}/v1/backtests/${id}/events`));
    expectStatus(await harness.send('GET', `/v1/backtests/${id}`), 200);
    const closed = once(follower.socket, 'close');
    expectStatus(await harness.send('DELETE', `/v1/backtests/${id}`), 204);
    await closed;
    const again = await fetch(`${address}/v1/backtests/${id}/events`);
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('event: end')]);
  });
});

describe('a process that is in trouble', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('refuses while the event loop is late again and again, and recovers', async () => {
    await using harness = await openHarness(':memory:', { maxEventLoopDelay: 100 });
    const block = () => {
      const until = performance.now() + 500;
      while (performance.now() < until);
    };
    const ask = async () => (await harness.send('GET', '/v1/benchmarks')).status;
    await vi.waitUntil(
      async () => {
        block();
        await new Promise((resolve) => setTimeout(resolve, 1));
        return (await ask()) === 503;
      },
      { timeout: 20_000, interval: 1 },
    );
    await expectVital(harness);
    await vi.waitUntil(async () => (await ask()) === 200, { timeout: 20_000 });
  });

  it('with its memory full, lets go of what it keeps, takes no uploads, and answers few at a time', async () => {
    await using harness = await openHarness(':memory:', { maxMemoryBytes: 1 });
    const isFull = async () => harness.services.vitals().caches.histories.entries === 0;
    const large = 'x'.repeat(100_000);
    await vi.waitUntil(
      async () => (await harness.send('POST', '/v1/benchmarks/b/scores', large, csvType)).status === 503,
      { timeout: 20_000, interval: 50 },
    );
    expect(await isFull()).toBe(true);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => harness.send('GET', '/v1/benchmarks')),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].sort()).toEqual([200, 503]);
    expectStatus(await harness.send('GET', '/v1/benchmarks'), 200);
    await expectVital(harness);
  });
});

describe('bodies', () => {
  it('have the limits that were set, by the kind of their route', async () => {
    await using harness = await openHarness(':memory:', {
      maxBodyBytes: 1000,
      maxResultsBytes: 2000,
      maxItemsBytes: 3000,
      maxUploadBytes: 4000,
    });
    const limits = [
      ['PUT', '/v1/benchmarks/b', 'application/json', 1000],
      ['POST', '/v1/core-sets/none/evaluations', 'application/json', 2000],
      ['POST', '/v1/benchmarks/b/estimates', 'application/json', 2000],
      ['POST', '/v1/benchmarks/b/scores', 'application/json', 2000],
      ['PUT', '/v1/benchmarks/b/items', 'application/json', 3000],
      ['POST', '/v1/benchmarks/b/scores', 'text/csv', 4000],
      ['POST', '/v1/benchmarks/b/imports', 'text/csv', 4000],
    ] as const;
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 201);
    for (const [method, url, type, most] of limits) {
      const post = async (length: number) =>
        (await harness.send(method, url, `model,q1\n${'\n'.repeat(length - 9)}`, { 'content-type': type }))
          .status;
      expect(await post(most), `${url} ${most}`).not.toBe(413);
      expect(await post(most + 1), `${url} ${most + 1}`).toBe(413);
    }
  });
});
