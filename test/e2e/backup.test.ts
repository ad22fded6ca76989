import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { openHarness } from '../support/open-harness.ts';
import { outcomeOf, runMain, type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const items = Array.from({ length: 200 }, (_, index) => `item-${index}`);

async function post(service: SpawnedService, path: string, body: string, type: string): Promise<Response> {
  return fetch(`${service.address}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
}

async function spawnWithBenchmark(database: string): Promise<SpawnedService> {
  const service = await spawnService({ BENCHCAST_DATABASE: database, BENCHCAST_RATE_LIMIT: '0' });
  await fetch(`${service.address}/v1/benchmarks/b`, { method: 'PUT' });
  return service;
}

/** Imports models one after the other until told to stop. */
function writeOn(service: SpawnedService) {
  const acknowledged: string[] = [];
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      const model = `m-${randomUUID()}`;
      const row = items.map((_, j) => (j * 7 + acknowledged.length) % 2);
      const csv = `model,${items.join(',')}\n${model},${row.join(',')}\n`;
      const { status } = await post(service, '/v1/benchmarks/b/scores', csv, 'text/csv');
      if (status === 200) acknowledged.push(model);
    }
  })();
  return {
    acknowledged,
    async stop() {
      isOver = true;
      await done;
    },
  };
}

function modelsIn(path: string): Set<string> {
  const database = new Sqlite(path, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  const models = database.prepare<[], string>('SELECT model FROM models').pluck().all();
  database.close();
  return new Set(models);
}

async function run(...words: string[]) {
  return outcomeOf(runMain(words));
}

describe('a backup under write load', () => {
  it('restores to what was acknowledged before it began, however it was taken', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    await using service = await spawnWithBenchmark(database);
    const writers = Array.from({ length: 3 }, () => writeOn(service));
    const acknowledged = () => writers.flatMap((writer) => writer.acknowledged);
    await expect.poll(() => acknowledged().length, { timeout: 20_000 }).toBeGreaterThan(30);
    for (const [name, target] of [
      ['by-url.db', ['--url', service.address]],
      ['by-file.db', ['--database', database]],
    ] as const) {
      const before = acknowledged();
      const { code, err } = await run('backup', folder.path(name), ...target);
      expect([name, code, err]).toEqual([name, 0, '']);
      const restored = folder.path(`restored-${name}`);
      expect((await run('restore', folder.path(name), '--database', restored)).code).toBe(0);
      const found = modelsIn(restored);
      expect(before.filter((model) => !found.has(model))).toEqual([]);
      // The load went on while it was taken.
      expect(acknowledged().length).toBeGreaterThan(before.length);
      await using second = await spawnService({ BENCHCAST_DATABASE: restored });
      const answer = await (await fetch(`${second.address}/v1/benchmarks/b`)).json();
      expect(answer).toMatchObject({ model_count: found.size });
    }
    for (const writer of writers) await writer.stop();
    expect(readdirSync(folder.path('.')).filter((name) => /backup-|partial/.test(name))).toEqual([]);
  }, 120_000);

  it('leaves nothing when the client goes away', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    const made = openDatabase(database);
    made.exec('CREATE TABLE ballast (bytes BLOB) STRICT');
    const insert = made.prepare('INSERT INTO ballast VALUES (randomblob(1000000))');
    for (let megabyte = 0; megabyte < 30; megabyte++) insert.run();
    made.close();
    await using service = await spawnService({ BENCHCAST_DATABASE: database });
    const openFiles = () =>
      readdirSync(`/proc/${service.process.pid}/fd`).flatMap((fd) =>
        linkOf(`/proc/${service.process.pid}/fd/${fd}`),
      );
    const request = httpRequest(`${service.address}/v1/admin/backup`).end();
    const [response] = await once(request, 'response');
    expect(response.headers['content-disposition']).toMatch(/^attachment; filename="benchcast-.+\.db"$/);
    expect(Number(response.headers['content-length'])).toBeGreaterThan(30_000_000);
    await once(response, 'readable');
    if (process.platform === 'linux')
      expect(openFiles().some((path) => path.includes('.backup-'))).toBe(true);
    request.destroy();
    if (process.platform === 'linux') {
      await expect
        .poll(() => openFiles().filter((path) => path.includes('.backup-')), { timeout: 10_000 })
        .toEqual([]);
    }
    expect(readdirSync(folder.path('.')).sort()).toEqual(['a.db', 'a.db-shm', 'a.db-wal']);
    // And the next one is made.
    const again = await fetch(`${service.address}/v1/admin/backup`);
    expect(again.status).toBe(200);
    await again.arrayBuffer();
  });

  it('goes when the service was killed in the middle of it', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    openDatabase(database).close();
    writeFileSync(`${database}.backup-999999999-${randomUUID()}`, 'half');
    writeFileSync(`${database}.backup-by-hand`, 'kept');
    await using service = await spawnService({ BENCHCAST_DATABASE: database });
    expect((await fetch(`${service.address}/livez`)).ok).toBe(true);
    const left = readdirSync(folder.path('.')).filter((name) => name.includes('backup'));
    expect(left).toEqual(['a.db.backup-by-hand']);
  });
});

function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

describe('a backup', () => {
  it('is made one at a time, of a database in memory too', async () => {
    await using harness = await openHarness();
    const [first, second] = await Promise.all([
      harness.send('GET', '/v1/admin/backup'),
      harness.send('GET', '/v1/admin/backup'),
    ]);
    expect([first.status, second.status].sort()).toEqual([200, 503]);
    const [good, refused] = first.status === 200 ? [first, second] : [second, first];
    expect(good.headers['content-type']).toBe('application/vnd.sqlite3');
    expect(refused.json.type).toBe('/problems/queue-full');
  });

  it('is not made over a file that is there', async () => {
    using folder = temporaryFolder();
    openDatabase(folder.path('a.db')).close();
    writeFileSync(folder.path('b.db'), 'something');
    const refused = await run('backup', folder.path('b.db'), '--database', folder.path('a.db'));
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('is there already') });
    expect(readFileSync(folder.path('b.db'), 'utf8')).toBe('something');
    const forced = await run('backup', folder.path('b.db'), '--database', folder.path('a.db'), '--force');
    expect(forced.code).toBe(0);
  });

  it('of a database that is not there, or damaged, is refused and leaves nothing', async () => {
    using folder = temporaryFolder();
    const absent = await run('backup', folder.path('b.db'), '--database', folder.path('a.db'));
    expect(absent).toMatchObject({ code: 1, err: expect.stringContaining('there is no database') });
    openDatabase(folder.path('a.db')).close();
    truncateSync(folder.path('a.db'), 9000);
    const damaged = await run('backup', folder.path('b.db'), '--database', folder.path('a.db'));
    expect(damaged).toMatchObject({ code: 1, err: expect.stringContaining('is damaged') });
    expect(readdirSync(folder.path('.')).filter((name) => name.startsWith('b.db'))).toEqual([]);
  });
});

describe('a restore', () => {
  it('replaces a database only when told so, and keeps what was there', async () => {
    using folder = temporaryFolder();
    const [old, backup] = [folder.path('old.db'), folder.path('backup.db')];
    openDatabase(backup).close();
    openDatabase(old).close();
    truncateSync(old, 9000);
    expect(await run('restore', backup, '--database', old)).toMatchObject({
      code: 1,
      err: expect.stringContaining('--force'),
    });
    const { code, out } = await run('restore', backup, '--database', old, '--force');
    expect([code, out]).toEqual([0, expect.stringContaining('what was there before is')]);
    openDatabase(old).close();
    const kept = readdirSync(folder.path('.')).filter((name) => name.startsWith('old.db.replaced-'));
    expect(kept).toHaveLength(1);
    expect(readFileSync(folder.path(kept[0])).length).toBe(9000);
  });

  it('is refused while a service uses the database', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    await using service = await spawnWithBenchmark(database);
    openDatabase(folder.path('backup.db')).close();
    const refused = await run('restore', folder.path('backup.db'), '--database', database, '--force');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('stop the service first') });
    expect((await fetch(`${service.address}/v1/benchmarks/b`)).status).toBe(200);
  });

  it.each([
    ['no file', () => {}, 'there is no file'],
    ['no database', (path: string) => writeFileSync(path, 'hello'.repeat(1000)), 'file is not a database'],
    ['an empty file', (path: string) => writeFileSync(path, ''), 'is no backup'],
    ['a damaged one', damagedBackup, 'damaged'],
    ['one of a newer service', newerBackup, 'schema version 999'],
  ])('refuses %s', async (_what, write, message) => {
    using folder = temporaryFolder();
    write(folder.path('backup.db'));
    const refused = await run('restore', folder.path('backup.db'), '--database', folder.path('a.db'));
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(message) });
    expect(existsSync(folder.path('a.db'))).toBe(false);
  });
});

function damagedBackup(path: string): void {
  openDatabase(path).close();
  truncateSync(path, 9000);
}

function newerBackup(path: string): void {
  const database = openDatabase(path);
  database.pragma('user_version = 999');
  database.close();
}
