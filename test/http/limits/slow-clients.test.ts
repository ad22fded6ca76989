import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { backtestUnderWay, endless, simulatedCsv, startBacktest } from '../../support/backtests.ts';
import { addBenchmark, csvType, expectStatus, smallWideCsv } from '../../support/fixtures.ts';
import { type Harness, openHarness } from '../../support/open-harness.ts';
import { headOf, openRaw } from '../../support/raw-client.ts';

/** A tenth of a second instead of a minute. */
const impatient = { stallTimeout: 0.3, minBytesPerSecond: 1000 };

function listen({ app }: Harness): Promise<string> {
  return app.listen({ host: '127.0.0.1', port: 0 });
}

function openConnections({ app }: Harness): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

/** Files of uploads that this process has open. */
function openSpools(): number {
  const folder = '/proc/self/fd';
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).filter((handle) => {
    try {
      return /\/(#\d+|benchcast-\w+\/spool) \(deleted\)$/.test(readlinkSync(`${folder}/${handle}`));
    } catch {
      return false;
    }
  }).length;
}

async function expectNothingLeft(harness: Harness): Promise<void> {
  await vi.waitUntil(async () => (await openConnections(harness)) === 0, { timeout: 20_000, interval: 20 });
  await vi.waitUntil(() => openSpools() === 0, { timeout: 20_000, interval: 20 });
}

const bodies = [
  ['a CSV that is read on its way', 'scores', { 'content-type': 'text/csv' }, 'model,q1\n'],
  ['JSON', 'core-sets', { 'content-type': 'application/json' }, '{"size":'],
  [
    'a form',
    'imports',
    { 'content-type': 'multipart/form-data; boundary=X' },
    '--X\r\ncontent-disposition: form-data; name="f"; filename="a.jsonl"\r\n\r\n{',
  ],
  ['a file', 'imports', { 'content-type': 'application/zip' }, 'PK\x03\x04'],
] as const;

describe('a client that stops sending', () => {
  it.each(bodies)('is told 408 and cut off: %s', async (_kind, path, headers, start) => {
    await using harness = await openHarness(':memory:', impatient);
    await addBenchmark(harness, 'b', smallWideCsv);
    using client = await openRaw(await listen(harness));
    client.send(
      `${headOf(`POST /v1/benchmarks/b/${path}`, { ...headers, 'content-length': '100000' })}\r\n${start}`,
    );
    expect(await client.closed()).toMatch(/^HTTP\/1.1 408 .*application\/problem\+json.*request-timeout/s);
    await expectNothingLeft(harness);
  });

  it.each(bodies)('is cut off while it trickles: %s', async (_kind, path, headers, start) => {
    await using harness = await openHarness(':memory:', impatient);
    await addBenchmark(harness, 'b', smallWideCsv);
    using client = await openRaw(await listen(harness));
    const head = headOf(`POST /v1/benchmarks/b/${path}`, { ...headers, 'transfer-encoding': 'chunked' });
    client.send(`${head}\r\n${Buffer.byteLength(start).toString(16)}\r\n${start}\r\n`);
    const trickle = setInterval(() => client.send('1\r\n \r\n'), 30);
    try {
      await client.closed();
    } finally {
      clearInterval(trickle);
    }
    await expectNothingLeft(harness);
  });

  it('and one that sends at its minimum is heard to the end', async () => {
    await using harness = await openHarness(':memory:', impatient);
    await addBenchmark(harness, 'b', smallWideCsv);
    using client = await openRaw(await listen(harness));
    client.send(
      `${headOf('POST /v1/benchmarks/b/scores', { ...csvType, 'transfer-encoding': 'chunked' })}\r\n`,
    );
    client.send('e\r\nmodel,item-00\n\r\n');
    const line = 'steady-0000,1\n';
    for (let k = 0; k < 20; k++) {
      const rows = Array.from({ length: 20 }, (_, j) => line.replace('0000', String(1000 + 20 * k + j))).join(
        '',
      );
      client.send(`${rows.length.toString(16)}\r\n${rows}\r\n`);
      await delay(50);
    }
    client.send('0\r\n\r\n');
    expect(await client.received(/HTTP\/1.1 \d+/)).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('a client that stops reading', () => {
  it('an export is cut off, and what was made for it is bounded', async () => {
    await using harness = await openHarness(':memory:', impatient);
    const items = Array.from({ length: 20_000 }, (_, k) => `q${k}`);
    const rows = Array.from({ length: 600 }, (_, m) => `m${m}${',1'.repeat(items.length)}\n`);
    await addBenchmark(harness, 'b', `model,${items.join()}\n${rows.join('')}`);
    using client = await openRaw(await listen(harness));
    client.socket.pause();
    client.send(`${headOf('GET /v1/benchmarks/b/scores')}\r\n`);
    await expectNothingLeft(harness);
    client.socket.resume();
    const text = await client.closed();
    // It has what fits into the buffers of the system, and no end.
    expect(text.length).toBeLessThan(rows.length * 2 * items.length);
    expect(text.endsWith('0\r\n\r\n')).toBe(false);
  });

  it('events is cut off once the buffers are full, not before', async () => {
    await using harness = await openHarness(':memory:', impatient);
    await addBenchmark(harness, 'sim', simulatedCsv());
    const { id } = await startBacktest(harness, 'sim', endless);
    await backtestUnderWay(harness, id);
    using client = await openRaw(await listen(harness));
    client.send(`${headOf(`GET /v1/backtests/${id}/events`, { accept: 'text/event-stream' })}\r\n`);
    await client.received(/event: progress/);
    // Longer than the window: nothing is owed.
    await delay(600);
    expect(client.socket.closed).toBe(false);
    expectStatus(await harness.send('DELETE', `/v1/backtests/${id}`), 204);
    expect(await client.closed()).toContain('event: end');
  });
});
