import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { lines, numbered } from '../support/fixtures.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const items = numbered('q', 300);
const csv = lines([
  ['model', ...items],
  ...numbered('m', 60).map((model, m) => [
    model,
    ...items.map((_, j) => Number((j * 7919) % 300 < 4 * m + ((j * m) % 37))),
  ]),
]);
const slow = { size: 80, design: 'random-search', seed: 5 };

// biome-ignore lint/suspicious/noExplicitAny: a core set as it came over the wire
async function read(service: SpawnedService, path: string): Promise<any> {
  return (await fetch(`${service.address}${path}`)).json();
}

async function addHistory(service: SpawnedService): Promise<void> {
  await fetch(`${service.address}/v1/benchmarks/b`, { method: 'PUT' });
  const headers = { 'content-type': 'text/csv' };
  const url = `${service.address}/v1/benchmarks/b/scores`;
  expect((await fetch(url, { method: 'POST', headers, body: csv })).status).toBe(200);
}

async function start(service: SpawnedService, request: object): Promise<string> {
  const response = await fetch(`${service.address}/v1/benchmarks/b/core-sets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  expect(response.status).toBe(202);
  return response.headers.get('location')!;
}

async function settled(service: SpawnedService, path: string) {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const set = await read(service, path);
    if (set.status === 'ready' || set.status === 'failed') return set;
    await delay(30);
  }
  throw new Error(`${path} is still being chosen`);
}

describe('a service that stops while it chooses items', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'on %s takes the choice up again, with the same outcome',
    async (signal) => {
      using folder = temporaryFolder();
      const database = folder.path('a.db');
      await using first = await spawnService({ BENCHCAST_DATABASE: database });
      await addHistory(first);
      const paths = [await start(first, slow), await start(first, { ...slow, design: 'irt-clusters' })];
      // A thread takes its time to start on a busy machine.
      await expect
        .poll(async () => (await read(first, paths[0])).status, { timeout: 30_000 })
        .toBe('running');
      const told = performance.now();
      const code = await first.end(signal);
      if (signal === 'SIGTERM') {
        expect(code).toBe(0);
        // It does not wait for what it will do again anyway.
        expect(performance.now() - told).toBeLessThan(5000);
      }

      await using second = await spawnService({ BENCHCAST_DATABASE: database });
      expect((await fetch(`${second.address}/readyz`)).status).toBe(200);
      for (const path of paths) {
        const finished = await settled(second, path);
        expect(finished).toMatchObject({ status: 'ready', size: 80, seed: 5 });
        const alone = await settled(second, await start(second, { ...slow, design: finished.design }));
        expect(finished.items).toEqual(alone.items);
      }
      // Nothing of it is a defect.
      const levels = [...first.lines, ...second.lines].map((line) => JSON.parse(line).level);
      expect(Math.max(...levels)).toBeLessThan(50);
    },
  );
});
