import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate, readMigrations, schemaVersion } from '../../src/storage/database.ts';
import { choose, report, type Wire } from '../http/chosen-core-set.ts';
import { makeBacktest, simulatedCsv, simulatedResults } from '../support/backtests.ts';
import { addBenchmark, drawCoreSet, expectStatus, itemsOf } from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The data of a database in one of version 2 of the schema, which knew no back-tests. */
function writeVersion2(from: string, to: string): void {
  const database = new Sqlite(to);
  migrate(database, readMigrations().slice(0, 2));
  expect(schemaVersion(database)).toBe(2);
  database.prepare('ATTACH ? AS newer').run(from);
  for (const table of ['benchmarks', 'items', 'models', 'core_sets', 'evaluations'])
    database.exec(`INSERT INTO ${table} SELECT * FROM newer.${table}`);
  database.exec('DETACH newer');
  // Its answers did not say where they stand among the sources.
  for (const { id, answer } of database.prepare('SELECT id, answer FROM evaluations').all() as Wire[]) {
    const { standing, ...before } = JSON.parse(answer);
    database.prepare('UPDATE evaluations SET answer = ? WHERE id = ?').run(JSON.stringify(before), id);
  }
  database.close();
}

it('a database of version 2 answers as it did, and takes back-tests', async () => {
  using folder = temporaryFolder();
  const newer = await openHarness(folder.path('new.db'));
  await addBenchmark(newer, 'sim', simulatedCsv());
  const set = await drawCoreSet(newer, 'sim', { size: 25, design: 'random', seed: 2 });
  const chosen = await choose(newer, 'sim', { size: 10, design: 'k-center', seed: 2 });
  const results = simulatedResults(itemsOf(set), 1);
  const evaluation = await report(newer, set, results);
  const plan = '/v1/benchmarks/sim/plan?half_width=0.1&design=random';
  const planned = expectStatus(await newer.send('GET', plan), 200);
  await newer[Symbol.asyncDispose]();
  writeVersion2(folder.path('new.db'), folder.path('old.db'));

  await using old = await openHarness(folder.path('old.db'));
  await old.services.resume();
  const read = async (url: string) => expectStatus(await old.send('GET', url), 200);
  for (const stored of [set, chosen]) expect(await read(`/v1/core-sets/${stored.id}`)).toEqual(stored);
  const url = `/v1/evaluations/${evaluation.id}`;
  const before = { ...evaluation, standing: null };
  expect(await read(url)).toEqual(before);
  expect(await read(plan)).toEqual(planned);
  expect((await read('/v1/benchmarks/sim/backtests')).data).toEqual([]);

  const made = await makeBacktest(old, 'sim', { designs: ['random'], sizes: [25, 60], repeats: 6, seed: 1 });
  expect((await read(plan)).backtest.id).toBe(made.id);
  // It stays as it was until it is answered anew.
  expect(await read(url)).toEqual(before);
  const again = await old.send('POST', `${url}/results`, { results: results.slice(0, 1) });
  expect(expectStatus(again, 200)).toMatchObject({
    estimates: evaluation.estimates,
    standing: evaluation.standing,
    expected_error: { backtest: made.id },
  });
});
