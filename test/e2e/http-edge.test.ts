import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHandles } from '../support/open-handles.ts';
import { headOf, openRaw } from '../support/raw-client.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';

/** Seconds that would be minutes. */
const environment = {
  BENCHCAST_DATABASE: ':memory:',
  BENCHCAST_HEADER_TIMEOUT: '1',
  BENCHCAST_KEEP_ALIVE_TIMEOUT: '1',
  BENCHCAST_STALL_TIMEOUT: '1',
  BENCHCAST_MAX_CONNECTIONS: '50',
};

const chunked = { 'content-type': 'text/csv', 'transfer-encoding': 'chunked' };
const scores = 'POST /v1/benchmarks/b/scores';

let service: SpawnedService;
let handles: number;

beforeAll(async () => {
  service = await spawnService(environment);
  await fetch(`${service.address}/v1/benchmarks/b`, { method: 'PUT' });
  await fetch(`${service.address}/v1/benchmarks/b/scores`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: `model,${Array.from({ length: 5000 }, (_, k) => `q${k}`).join()}\n${Array.from({ length: 400 }, (_, m) => `m${m}${',1'.repeat(5000)}\n`).join('')}`,
  });
  await isCalm();
  handles = openHandles(service.process.pid!);
});

afterAll(() => service[Symbol.asyncDispose]());

/** As soon as it has no connections but this one's. */
async function isCalm(): Promise<void> {
  await delay(100);
  expect((await fetch(`${service.address}/livez`, { headers: { connection: 'close' } })).status).toBe(200);
}

/** Whatever was done to it: it answers, and holds no more sockets and files than before. */
async function expectWell(): Promise<void> {
  const giveUp = performance.now() + 20_000;
  for (;;) {
    await isCalm();
    const now = openHandles(service.process.pid!);
    if (now <= handles) return;
    if (performance.now() > giveUp) throw new Error(`${now} open handles, ${handles} before`);
  }
}

describe('headers', () => {
  it('that come at a trickle end with 408 and a closed connection', async () => {
    using client = await openRaw(service.address);
    client.send('GET /livez HTTP/1.1\r\nhost: localhost\r\n');
    const trickle = setInterval(() => client.send('x-a: b\r\n'), 50);
    try {
      expect(await client.closed()).toMatch(/^HTTP\/1.1 408 .*request-timeout/s);
    } finally {
      clearInterval(trickle);
    }
    await expectWell();
  });

  it('that never come end with a closed connection', async () => {
    using client = await openRaw(service.address);
    expect(await client.closed()).toMatch(/^(HTTP\/1.1 408 .*)?$/s);
    await expectWell();
  });

  it.each([
    ['one huge', `x: ${'y'.repeat(200_000)}\r\n`],
    ['very many', 'x: y\r\n'.repeat(20_000)],
    ['a huge address', `x: y\r\n`, `GET /${'a'.repeat(200_000)}`],
  ])(
    'that are too large end with 431 and a closed connection: %s',
    async (_kind, lines, line = 'GET /livez') => {
      using client = await openRaw(service.address);
      client.send(`${headOf(line)}${lines}\r\n`);
      expect(await client.closed()).toMatch(/^HTTP\/1.1 431 .*headers-too-large/s);
      await expectWell();
    },
  );

  it.each([
    ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n'],
    ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked\r\n'],
    ['a negative length', 'content-length: -1\r\n'],
    ['an unknown transfer encoding', 'transfer-encoding: chunked, gzip\r\n'],
    ['a folded line', 'x: a\r\n b: c\r\n'],
    ['a bare line feed', 'x: a\nb: c\r\n'],
  ])('that could be read in two ways are refused: %s', async (_kind, lines) => {
    using client = await openRaw(service.address);
    client.send(
      `${headOf(scores, { 'content-type': 'text/csv' })}${lines}\r\nmodel,q1\nGET /v1/benchmarks HTTP/1.1\r\n`,
    );
    const text = await client.closed();
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(text.match(/HTTP\/1.1/g)).toHaveLength(1);
    await expectWell();
  });
});

describe('a connection', () => {
  it('on which nothing is asked any more is closed', async () => {
    using client = await openRaw(service.address);
    client.send(`${headOf('GET /livez')}\r\n`);
    await client.received(/"ok"/);
    await client.closed();
    await expectWell();
  });

  it('that is half closed after the request gets its answer', async () => {
    using client = await openRaw(service.address, { allowHalfOpen: true });
    client.socket.end(`${headOf('GET /v1/benchmarks/b')}\r\n`);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 200 /);
    client.socket.end();
    await expectWell();
  });

  it('that is half closed within a body is closed', async () => {
    using client = await openRaw(service.address, { allowHalfOpen: true });
    client.socket.end(
      `${headOf(scores, { 'content-type': 'text/csv', 'content-length': '1000' })}\r\nmodel,q1\n`,
    );
    await client.closed();
    client.socket.destroy();
    await expectWell();
  });

  it('that does not close its half after an error does not stay open', async () => {
    using client = await openRaw(service.address, { allowHalfOpen: true });
    client.send('nonsense\r\n\r\n');
    expect(await client.received(/malformed-request/)).toMatch(/^HTTP\/1.1 400 /);
    // The other half is still ours; expectWell finds the service without it.
    await expectWell();
  });

  it('with many requests at once answers them in their order', async () => {
    using client = await openRaw(service.address);
    const paths = Array.from({ length: 30 }, (_, k) => (k % 3 === 0 ? '/livez' : `/v1/benchmarks/none-${k}`));
    client.send(paths.map((path) => `${headOf(`GET ${path}`)}\r\n`).join(''));
    const text = await client.received(/"instance":"\/v1\/benchmarks\/none-29"/);
    const statuses = [...text.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(paths.map((path) => (path === '/livez' ? '200' : '404')));
    const instances = [...text.matchAll(/"instance":"([^"]*)"/g)].map(([, instance]) => instance);
    expect(instances).toEqual(paths.filter((path) => path !== '/livez'));
    client.socket.destroy();
    await expectWell();
  });

  it('with many requests for large answers, none of which it reads, is cut off', async () => {
    using client = await openRaw(service.address);
    client.socket.pause();
    client.send(`${headOf('GET /v1/benchmarks/b/scores')}\r\n`.repeat(100));
    await delay(200);
    await expectWell();
  });

  it('beyond the limit is closed, and those before it go on', async () => {
    const clients = await Promise.all(Array.from({ length: 60 }, () => openRaw(service.address)));
    try {
      await expect
        .poll(() => clients.filter(({ socket }) => socket.destroyed || socket.readableEnded).length)
        .toBeGreaterThan(5);
      const open = clients.filter(({ socket }) => !socket.destroyed && !socket.readableEnded);
      open[0].send(`${headOf('GET /livez', { connection: 'close' })}\r\n`);
      expect(await open[0].closed()).toMatch(/^HTTP\/1.1 200 /);
    } finally {
      for (const client of clients) client[Symbol.dispose]();
    }
    await expectWell();
  });
});

describe('a body', () => {
  it('in chunks that never end is cut off', async () => {
    using client = await openRaw(service.address);
    client.send(`${headOf(scores, chunked)}\r\n9\r\nmodel,q1\n\r\n`);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 408 /);
    await expectWell();
  });

  it.each([
    ['a chunk without a size', 'zz\r\nmodel\r\n'],
    ['a chunk longer than it says', '3\r\nmodel,q1\n\r\n'],
    ['a chunk of more than can be', 'ffffffffffffffffff\r\nmodel\r\n'],
    ['endless extensions', `1;${'a'.repeat(100_000)}\r\nm\r\n`],
  ])('whose chunks are wrong is refused: %s', async (_kind, chunk) => {
    using client = await openRaw(service.address);
    client.send(`${headOf(scores, chunked)}\r\n${chunk}`);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 4\d\d /);
    await expectWell();
  });

  it('is asked for where the client waits for that', async () => {
    using client = await openRaw(service.address);
    const body = 'model,q1\nexpecting,1\n';
    const headers = {
      'content-type': 'text/csv',
      'content-length': String(body.length),
      expect: '100-continue',
    };
    client.send(`${headOf(scores, headers)}\r\n`);
    await client.received(/^HTTP\/1.1 100 Continue/);
    client.send(body);
    await client.received(/HTTP\/1.1 200 /);
    client.socket.destroy();
    await expectWell();
  });

  it('that does not come where the client waits for more than that is cut off', async () => {
    using client = await openRaw(service.address);
    const headers = { 'content-type': 'text/csv', 'content-length': '1000', expect: '100-continue' };
    client.send(`${headOf(scores, headers)}\r\n`);
    expect(await client.closed()).toMatch(/HTTP\/1.1 408 /);
    await expectWell();
  });

  it('with another expectation is refused, or taken', async () => {
    using client = await openRaw(service.address);
    client.send(`${headOf('GET /livez', { expect: 'a-miracle', connection: 'close' })}\r\n`);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 (200|417) /);
    await expectWell();
  });
});

describe('a download', () => {
  it('that is given up again and again leaves nothing', async () => {
    for (let k = 0; k < 20; k++) {
      using client = await openRaw(service.address);
      client.send(`${headOf('GET /v1/benchmarks/b/scores', k % 2 ? { 'accept-encoding': 'gzip' } : {})}\r\n`);
      await client.received(/HTTP\/1.1 200 /);
      client.socket.resetAndDestroy();
    }
    await expectWell();
  });

  it('that nobody reads is cut off', async () => {
    using client = await openRaw(service.address);
    client.socket.pause();
    client.send(`${headOf('GET /v1/benchmarks/b/scores')}\r\n`);
    await delay(200);
    await expectWell();
  });
});
