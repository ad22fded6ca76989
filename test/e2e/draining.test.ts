import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { smallItems, smallLongCsv, smallResults } from '../support/fixtures.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Outcome {
  readonly status: number;
  readonly type: string | undefined;
  readonly retryAfter: string | undefined;
}

/** One request, over a connection that may have been open for long; null where it was not to be had any more. */
function send(agent: Agent, address: string, method: string, path: string, body?: unknown) {
  return new Promise<Outcome | null>((resolve) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(`${address}${path}`, { agent, method, headers }, (response) => {
      response.resume();
      response.on('error', () => resolve(null));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          type: response.headers['content-type'],
          retryAfter: response.headers['retry-after'],
        }),
      );
    });
    sent.on('error', () => resolve(null));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function prepare({ address }: SpawnedService): Promise<string> {
  await fetch(`${address}/v1/benchmarks/b`, { method: 'PUT' });
  const headers = { 'content-type': 'text/csv' };
  await fetch(`${address}/v1/benchmarks/b/scores`, { method: 'POST', headers, body: smallLongCsv });
  const made = await fetch(`${address}/v1/benchmarks/b/core-sets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ size: smallItems.length }),
  });
  return ((await made.json()) as { id: string }).id;
}

/** Clients that send evaluations without a pause, until the service is not to be had any more. */
async function keepBusy(address: string, coreSet: string, clients: number): Promise<Outcome[]> {
  const body = { model: 'm', results: smallResults(smallItems, 20) };
  const outcomes: Outcome[] = [];
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (;;) {
      const outcome = await send(agent, address, 'POST', `/v1/core-sets/${coreSet}/evaluations`, body);
      if (outcome === null) break;
      outcomes.push(outcome);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return outcomes;
}

it('told to stop under load, it answers what it took, loses nothing that it acknowledged, and ends in order', async () => {
  using folder = temporaryFolder();
  const database = folder.path('a.db');
  await using first = await spawnService({ BENCHCAST_DATABASE: database, BENCHCAST_RATE_LIMIT: '0' });
  const coreSet = await prepare(first);
  const load = keepBusy(first.address, coreSet, 16);
  await delay(1500);
  expect(await first.end('SIGTERM')).toBe(0);

  const outcomes = await load;
  const created = outcomes.filter(({ status }) => status === 201).length;
  const refused = outcomes.filter(({ status }) => status !== 201);
  expect(created).toBeGreaterThan(20);
  for (const { status, type, retryAfter } of refused) {
    expect(status).toBe(503);
    expect(type).toContain('application/problem+json');
    expect(retryAfter).toBeDefined();
  }

  await using second = await spawnService({ BENCHCAST_DATABASE: database });
  let stored = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const response: Response = await fetch(
      `${second.address}/v1/benchmarks/b/evaluations?limit=500${cursor && `&cursor=${cursor}`}`,
    );
    const { data, next_cursor } = (await response.json()) as {
      data: unknown[];
      next_cursor: string | null;
    };
    stored += data.length;
    cursor = next_cursor;
  }
  // What was written and not acknowledged any more may be there: one a client at most.
  expect(stored).toBeGreaterThanOrEqual(created);
  expect(stored).toBeLessThanOrEqual(created + 16);
});

it('serves on for a while, and says meanwhile that it is not ready', async () => {
  await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:', BENCHCAST_STOP_DELAY: '1' });
  const agent = new Agent({ keepAlive: true });
  const ask = (path: string, method = 'GET') => send(agent, service.address, method, path);
  expect((await ask('/readyz'))?.status).toBe(200);
  const ended = service.end('SIGTERM');
  await delay(300);
  expect(await ask('/readyz')).toMatchObject({ status: 503, retryAfter: '5' });
  expect((await ask('/livez'))?.status).toBe(200);
  expect((await ask('/v1/benchmarks/b', 'PUT'))?.status).toBe(201);
  expect(await ended).toBe(0);
  agent.destroy();
});

it('waits no longer than it is told to for what does not end', async () => {
  await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:', BENCHCAST_STOP_TIMEOUT: '1' });
  await fetch(`${service.address}/v1/benchmarks/b`, { method: 'PUT' });
  const headers = { 'content-type': 'text/csv', 'transfer-encoding': 'chunked' };
  const upload = request(`${service.address}/v1/benchmarks/b/scores`, { method: 'POST', headers });
  upload.on('error', () => {});
  upload.write('model,q1\nm1,');
  await delay(300);
  const began = performance.now();
  expect(await service.end('SIGTERM')).toBe(1);
  expect(performance.now() - began).toBeGreaterThan(900);
  upload.destroy();
});
