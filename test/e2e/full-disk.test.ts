import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { expect, it, type TestContext } from 'vitest';
import { makeImmutable, makeMutable, mountSmallDisk } from '../support/disks.ts';
import { spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const items = Array.from({ length: 2000 }, (_, index) => `item-${index}`);

function csvOf(models: readonly string[]): string {
  const rows = models.map((model, m) => [
    model,
    ...items.map((_, j) => ((j * 7 + m * 13) % 10) / 10 + m / 1e6),
  ]);
  return [['model', ...items], ...rows].map((row) => `${row.join(',')}\n`).join('');
}

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
  readonly json: any;
  readonly retryAfter: string | null;
}

function senderTo(address: string) {
  return async (
    method: string,
    path: string,
    body?: string | Buffer,
    type = 'text/csv',
    key: string = randomUUID(),
  ): Promise<Reply> => {
    const headers = { 'content-type': type, 'idempotency-key': key };
    const sent = body === undefined ? { method } : { method, headers, body: body as string };
    const response = await fetch(`${address}${path}`, sent);
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, json: JSON.parse(await response.text()), retryAfter };
  };
}

function checkFile(path: string): void {
  const database = new Sqlite(path, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
}

it('a full disk is 507: nothing is half written or lost, and it goes on once there is room', async (context: TestContext) => {
  using folder = temporaryFolder();
  using disk = mountSmallDisk(folder.path('disk'), 3 * 1024 * 1024);
  if (disk === null)
    return context.skip('this user may mount nothing; test/storage/storage-errors.test.ts stands in');
  const database = folder.path('disk/a.db');
  await using service = await spawnService({
    BENCHCAST_DATABASE: database,
    BENCHCAST_RATE_LIMIT: '0',
    TMPDIR: folder.path('disk'),
  });
  const send = senderTo(service.address);
  expect((await send('PUT', '/v1/benchmarks/b', '{}', 'application/json')).status).toBe(201);
  const names: string[] = [];
  let refused: Reply | undefined;
  let last: readonly string[] = [];
  const add = (models: readonly string[], key: string) =>
    send('POST', '/v1/benchmarks/b/scores', csvOf(models), 'text/csv', key);
  for (let round = 0; refused === undefined && round < 200; round++) {
    last = Array.from({ length: 3 }, (_, m) => `model-${round}-${m}`);
    const reply = await add(last, `round ${round}`);
    if (reply.status === 200) names.push(...last);
    else refused = reply;
  }
  expect(refused).toMatchObject({ status: 507, json: { type: '/problems/storage-full' }, retryAfter: '30' });
  expect(names.length).toBeGreaterThan(0);
  // A file as large as the rest of the disk has no room in the temporary folder either.
  const form = Buffer.alloc(4 * 1024 * 1024, 'x');
  const spooled = await send('POST', '/v1/benchmarks/b/imports', form, 'application/octet-stream');
  expect(spooled).toMatchObject({ status: 507, json: { type: '/problems/storage-full' } });
  const backup = await send('GET', '/v1/admin/backup');
  expect(backup).toMatchObject({ status: 507, json: { type: '/problems/storage-full' } });

  // Reading goes on, and shows all that was acknowledged and nothing else.
  const listed = async () => {
    const { json } = await send('GET', '/v1/benchmarks/b/models?limit=500');
    return json.data.map(({ model }: { model: string }) => model);
  };
  expect(await listed()).toEqual(names);
  expect(readdirSync(folder.path('disk')).sort()).toEqual(['a.db', 'a.db-shm', 'a.db-wal']);

  disk.resize(64 * 1024 * 1024);
  // Under the key that was refused: a refusal is not remembered.
  expect((await add(last, `round ${names.length / 3}`)).status).toBe(200);
  expect(await listed()).toEqual([...names, ...last]);
  await service.end('SIGKILL');
  checkFile(database);
}, 120_000);

it('a database that becomes read-only is 503, and it goes on once it is writable again', async (context: TestContext) => {
  using folder = temporaryFolder();
  const database = folder.path('a.db');
  writeFileSync(folder.path('probe'), '');
  if (!makeImmutable([folder.path('probe')])) return context.skip('files cannot be made immutable here');
  makeMutable([folder.path('probe')]);
  rmSync(folder.path('probe'));
  await using service = await spawnService({ BENCHCAST_DATABASE: database });
  const send = senderTo(service.address);
  const put = (name: string) => send('PUT', `/v1/benchmarks/${name}`, '{}', 'application/json');
  expect((await put('before')).status).toBe(201);
  const files = [database, `${database}-wal`];
  makeImmutable(files);
  try {
    expect(await put('meanwhile')).toMatchObject({
      status: 503,
      json: { type: '/problems/storage-read-only' },
      retryAfter: '30',
    });
    expect((await send('GET', '/v1/benchmarks')).json.data).toMatchObject([{ name: 'before' }]);
  } finally {
    makeMutable(files);
  }
  expect((await put('after')).status).toBe(201);
  expect((await send('GET', '/v1/benchmarks')).json.data).toMatchObject([
    { name: 'before' },
    { name: 'after' },
  ]);
  await service.end('SIGKILL');
  checkFile(database);
});
