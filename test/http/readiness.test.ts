import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import { openServices, type Services } from '../../src/services/open-services.ts';
import { openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function readyz(services: Services, stopping?: AbortSignal) {
  const app = await buildApp(services, { stopping });
  try {
    return await app.inject('/readyz');
  } finally {
    await app.close();
  }
}

it('is ready, and says at which schema version', async () => {
  await using harness = await openHarness();
  const { status, json } = await harness.send('GET', '/readyz');
  expect(status).toBe(200);
  expect(json).toEqual({ status: 'ready', schema_version: expect.any(Number) });
  expect(json.schema_version).toBeGreaterThan(3);
});

it('names the database when it does not answer', async () => {
  const services = openServices(':memory:');
  await services.close();
  const reply = await readyz(services);
  expect(reply.statusCode).toBe(503);
  expect(reply.headers['retry-after']).toBe('5');
  expect(reply.json()).toMatchObject({
    type: '/problems/not-ready',
    errors: [{ path: 'database', message: 'does not answer' }],
  });
});

it('names the migrations when another version has changed the tables', async () => {
  using folder = temporaryFolder();
  const path = folder.path('a.db');
  const services = openServices(path);
  const other = new Sqlite(path);
  other.pragma('user_version = 999');
  other.close();
  const reply = await readyz(services);
  await services.close();
  expect(reply.statusCode).toBe(503);
  expect(reply.json().errors).toEqual([
    { path: 'migrations', message: expect.stringMatching(/^are at version 999, this service needs \d+$/) },
  ]);
});

it('names the disk when it has less room than the floor', async () => {
  using folder = temporaryFolder();
  const services = openServices(folder.path('a.db'), undefined, { minFreeBytes: 2 ** 60 });
  const reply = await readyz(services);
  await services.close();
  expect(reply.statusCode).toBe(503);
  expect(reply.json().errors).toEqual([{ path: 'disk', message: 'has less room than the floor' }]);
});

it('asks no room of the disk for a database in memory', async () => {
  const services = openServices(':memory:', undefined, { minFreeBytes: 2 ** 60 });
  const reply = await readyz(services);
  await services.close();
  expect(reply.statusCode).toBe(200);
});

it('is not ready from when it is told to stop, and lives on meanwhile', async () => {
  const stopping = new AbortController();
  await using harness = await openHarness(':memory:', {}, { stopping: stopping.signal });
  expect((await harness.send('GET', '/readyz')).headers.connection).not.toBe('close');
  stopping.abort();
  const { status, json, headers } = await harness.send('GET', '/readyz');
  expect(status).toBe(503);
  expect(json.type).toBe('/problems/stopping');
  expect(headers).toMatchObject({ connection: 'close', 'retry-after': '5' });
  expect((await harness.send('GET', '/livez')).status).toBe(200);
  expect((await harness.send('PUT', '/v1/benchmarks/b', {})).status).toBe(201);
});
