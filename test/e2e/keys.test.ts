import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMemoryTarget, withTarget } from '../../src/commands/target.ts';
import { simulatedCsv } from '../support/backtests.ts';
import { addBenchmark } from '../support/fixtures.ts';
import { bearer, withHeaders } from '../support/keys.ts';
import { senderTo } from '../support/remote-sender.ts';
import { outcomeOf, runMain, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function keys(database: string, ...words: readonly string[]): Promise<string> {
  const { code, out, err } = await outcomeOf(runMain(['keys', ...words], { BENCHCAST_DATABASE: database }));
  if (code !== 0) throw new Error(err);
  return out.trim();
}

async function statusOf(address: string, key?: string, path = '/v1/benchmarks'): Promise<number> {
  const response = await fetch(address + path, { headers: key === undefined ? {} : bearer(key) });
  await response.arrayBuffer();
  return response.status;
}

describe('keys of a running service', () => {
  it('work from when another process made them until it revokes them, and then nobody gets in', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    await using service = await spawnService({ BENCHCAST_DATABASE: database });
    const { address } = service;
    expect(await statusOf(address)).toBe(200);
    const first = await keys(database, 'create', '--name', 'first', '--scope', 'admin');
    expect([await statusOf(address), await statusOf(address, first)]).toEqual([401, 200]);
    const second = await keys(database, 'create', '--name', 'second');
    await keys(database, 'revoke', first.slice(0, 20));
    expect([await statusOf(address, first), await statusOf(address, second)]).toEqual([401, 200]);
    await keys(database, 'revoke', second.slice(0, 20));
    expect([await statusOf(address), await statusOf(address, second)]).toEqual([401, 401]);
    expect(await statusOf(address, undefined, '/readyz')).toBe(200);
    const log = service.lines.join('\n');
    for (const secret of [first, second]) expect(log).not.toContain(secret.slice(-43));
    expect(log).toContain('"reason":"revoked"');

    await service.end();
    await using again = await spawnService({ BENCHCAST_DATABASE: database });
    expect([await statusOf(again.address), await statusOf(again.address, first)]).toEqual([401, 401]);
    expect(again.lines.join('\n')).toContain('every key is revoked: nobody gets in');
  });

  it('open an address that others can reach, and their want keeps it shut', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    const environment = { BENCHCAST_DATABASE: database, BENCHCAST_HOST: '0.0.0.0' };
    const refuse = () => outcomeOf(runMain(['serve'], { ...environment, BENCHCAST_PORT: '0' }));
    const without = await refuse();
    expect([without.code, without.out]).toEqual([1, '']);
    expect(without.err).toContain('benchcast keys create');

    const key = await keys(database, 'create', '--name', 'a');
    await using service = await spawnService(environment);
    const { port } = new URL(service.address);
    const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const hosts = [
      '127.0.0.1',
      ...others
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => address),
    ];
    for (const host of hosts) {
      const address = `http://${host}:${port}`;
      expect([await statusOf(address), await statusOf(address, key)]).toEqual([401, 200]);
    }
    await keys(database, 'revoke', key.slice(0, 20));
    for (const host of hosts) expect(await statusOf(`http://${host}:${port}`)).toBe(401);
    await service.end();

    const revoked = await refuse();
    expect(revoked.code).toBe(1);
    // It may start then, and still lets nobody in.
    await using allowed = await spawnService({ ...environment, BENCHCAST_ALLOW_ANONYMOUS: 'true' });
    expect(await statusOf(`http://127.0.0.1:${new URL(allowed.address).port}`)).toBe(401);
  });

  it('are asked for by event streams, which have the headers of every answer', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    await using service = await spawnService({ BENCHCAST_DATABASE: database });
    const key = bearer(await keys(database, 'create', '--name', 'a', '--scope', 'write'));
    const sender = withHeaders(senderTo(service.address), key);
    await addBenchmark(sender, 'b', simulatedCsv());
    const request = { designs: ['random'], methods: ['random-sampling'], sizes: [10], repeats: 1 };
    const { json } = await sender.send('POST', '/v1/benchmarks/b/backtests', request);
    const url = `${service.address}/v1/backtests/${json.id}/events`;
    expect((await fetch(url)).status).toBe(401);
    const response = await fetch(url, { headers: { ...key, accept: 'text/event-stream' } });
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toContain('event: end');
  });
});

describe('a command that works on a database', () => {
  it('keeps others on this machine out of the port that it opens', async () => {
    const target = await openMemoryTarget();
    try {
      expect(await target.client.get('/v1/benchmarks')).toMatchObject({ data: [] });
      expect(await statusOf(target.client.address)).toBe(401);
      expect(await statusOf(target.client.address, 'bck_0123456789abcdef_x')).toBe(401);
    } finally {
      await target.close();
    }
  });

  it('needs no key of the database, and a key of the database is none to it', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    const key = await keys(database, 'create', '--name', 'a', '--scope', 'admin');
    await withTarget({ database }, 'refuse', async (client) => {
      expect(await client.get('/v1/benchmarks')).toMatchObject({ data: [] });
      expect(await statusOf(client.address, key)).toBe(401);
    });
  });
});

const executablePath = spawnSync('sh', ['-c', 'command -v chromium']).stdout.toString().trim();

/** An empty page of an origin of its own. */
async function startPage() {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

describe.skipIf(executablePath === '')('a browser on a page of another origin', () => {
  let browser: Awaited<ReturnType<typeof chromium.launch>>;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
    });
  });
  afterAll(() => browser.close());

  /** What a script on the page gets of a request that needs a preflight. */
  function putFrom(page: Page, address: string, key: string | null) {
    return page.evaluate(
      async ([url, authorization]) => {
        try {
          const response = await fetch(`${url}/v1/benchmarks/b`, {
            method: 'PUT',
            headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
            body: '{}',
          });
          return `${response.status} ${response.headers.get('x-request-id') !== null}`;
        } catch (error) {
          return (error as Error).name;
        }
      },
      [address, key && `Bearer ${key}`] as const,
    );
  }

  it('uses the API where its origin is named, and cannot where it is not', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    const [named, other] = [await startPage(), await startPage()];
    try {
      const key = await keys(database, 'create', '--name', 'a', '--scope', 'write');
      await using service = await spawnService({
        BENCHCAST_DATABASE: database,
        BENCHCAST_CORS_ORIGINS: `https://x.example,${named.origin}`,
      });
      const page = await browser.newPage();
      await page.goto(named.origin);
      expect(await putFrom(page, service.address, key)).toBe('201 true');
      expect(await putFrom(page, service.address, null)).toBe('401 true');
      await page.goto(other.origin);
      expect(await putFrom(page, service.address, key)).toBe('TypeError');
      expect(await statusOf(service.address, key, '/v1/benchmarks/b')).toBe(200);
    } finally {
      named.close();
      other.close();
    }
  });

  it('cannot send a form to a service without keys', async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    await fetch(`${service.address}/v1/benchmarks/b`, { method: 'PUT' });
    const elsewhere = await startPage();
    try {
      const page = await browser.newPage();
      await page.goto(elsewhere.origin);
      // No preflight: a form is what any page may send anywhere, without learning of the answer.
      await page.evaluate(async (url) => {
        const form = new FormData();
        form.set('file', new Blob(['model,q1,q2\nm,1,0\n']), 'a.csv');
        // The browser keeps even the opaque answer from it.
        await fetch(`${url}/v1/benchmarks/b/imports`, { method: 'POST', mode: 'no-cors', body: form }).catch(
          () => {},
        );
      }, service.address);
      const { json } = await senderTo(service.address).send('GET', '/v1/benchmarks/b');
      expect(json.model_count).toBe(0);
      expect(service.lines.join('\n')).toContain('/problems/foreign-page');
    } finally {
      elsewhere.close();
    }
  });
});
