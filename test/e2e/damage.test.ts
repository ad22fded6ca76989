import { readFileSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import { openServices } from '../../src/services/open-services.ts';
import { addBenchmark, smallLongCsv } from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { outcomeOf, runMain } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const pageBytes = 4096;

/** Overwrites where the models are; all else, the schema too, stays. */
function damage(path: string): void {
  const database = new Sqlite(path, { readonly: true });
  const roots = database
    .prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'models'")
    .pluck()
    .all();
  database.close();
  const bytes = readFileSync(path);
  for (const root of roots) bytes.fill(0xff, (root - 1) * pageBytes, root * pageBytes);
  writeFileSync(path, bytes);
}

async function writeDatabase(path: string): Promise<void> {
  await using harness = await openHarness(path);
  await addBenchmark(harness, 'small', smallLongCsv);
}

describe('a service', () => {
  it('does not start on a damaged database, and says so in one line', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    await writeDatabase(path);
    damage(path);
    const { code, out, err } = await outcomeOf(
      runMain(['serve'], { BENCHCAST_DATABASE: path, BENCHCAST_PORT: '0' }),
    );
    expect([code, out]).toEqual([1, '']);
    expect(err.trimEnd()).toMatch(/^benchcast: the database .+ is damaged .+restore a backup.+$/);
    expect(err).toContain(path);
  });

  it('answers 503 where damage shows later, and goes on otherwise', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    await writeDatabase(path);
    damage(path);
    const services = openServices(path, undefined, { checkDatabase: 'never' });
    const app = await buildApp(services);
    const reply = await app.inject({ url: '/v1/benchmarks/small' });
    expect(reply.statusCode).toBe(503);
    expect(reply.json()).toMatchObject({ type: '/problems/database-corrupt' });
    expect(reply.json().detail).not.toContain(path);
    expect((await app.inject({ url: '/livez' })).statusCode).toBe(200);
    await app.close();
    await services.close();
  });
});
