import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate, readMigrations, schemaVersion } from '../../src/storage/database.ts';
import { choose, report, type Wire } from '../http/chosen-core-set.ts';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallLongCsv,
  smallResults,
  type WireCoreSet,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const designs = ['balanced', 'random', 'stratified', 'informative'];

interface Made {
  readonly sets: readonly WireCoreSet[];
  readonly evaluations: readonly Wire[];
  /** Of each core set, as this version makes it. */
  readonly extensions: readonly WireCoreSet[];
}

/** Core sets and evaluations of version 0.1.0, which held all that follows but what its tables had no column for. */
async function fill(harness: Harness): Promise<Made> {
  await addBenchmark(harness, 'small', smallLongCsv);
  const sets = [];
  for (const design of designs) sets.push(await drawCoreSet(harness, 'small', { size: 12, design, seed: 7 }));
  sets.push(await drawCoreSet(harness, 'small', { size: 8, seed: 7, groups: ['algebra'] }));
  const evaluations = [];
  for (const set of sets) evaluations.push(await report(harness, set, undefined, { metadata: { run: 1 } }));
  const partial = smallResults(itemsOf(sets[0]), 30).slice(0, 6);
  evaluations.push(await report(harness, sets[0], partial, { model: 'partial' }));
  const extensions = [];
  for (const { id } of sets) extensions.push(await extend(harness, id));
  return { sets, evaluations, extensions };
}

async function extend(harness: Harness, id: string): Promise<WireCoreSet> {
  return expectStatus(await harness.send('POST', `/v1/core-sets/${id}/extensions`, { add: 6, seed: 5 }), 201);
}

/** Copies what version 1 of the schema had a place for into a database of that version. */
function writeVersion1(from: string, to: string): void {
  const database = new Sqlite(to);
  migrate(database, readMigrations().slice(0, 1));
  expect(schemaVersion(database)).toBe(1);
  database.prepare('ATTACH ? AS newer').run(from);
  for (const table of ['benchmarks', 'items', 'models', 'core_sets', 'evaluations']) {
    const columns = (database.pragma(`table_info(${table})`) as { name: string }[])
      .map(({ name }) => `"${name}"`)
      .join();
    const which = table === 'core_sets' ? "WHERE extends IS NULL AND status = 'ready'" : '';
    database.exec(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM newer.${table} ${which}`);
  }
  for (const { id, answer } of database.prepare('SELECT id, answer FROM evaluations').all() as Wire[]) {
    const { plan, predictions, sourceModels, missingShare, ...before } = JSON.parse(answer);
    database.prepare('UPDATE evaluations SET answer = ? WHERE id = ?').run(JSON.stringify(before), id);
  }
  database.exec('DETACH newer');
  database.close();
}

async function openOld(): Promise<AsyncDisposable & { harness: Harness; made: Made }> {
  const folder = temporaryFolder();
  const newer = await openHarness(folder.path('new.db'));
  const made = await fill(newer);
  await newer[Symbol.asyncDispose]();
  writeVersion1(folder.path('new.db'), folder.path('old.db'));
  const harness = await openHarness(folder.path('old.db'));
  return {
    harness,
    made,
    async [Symbol.asyncDispose]() {
      await harness[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const get = async (harness: Harness, url: string) => expectStatus(await harness.send('GET', url), 200);

describe('a database of version 1', () => {
  it('still serves its core sets', async () => {
    await using old = await openOld();
    for (const set of old.made.sets) {
      const { imputed_share, ...rest } = await get(old.harness, `/v1/core-sets/${set.id}`);
      expect(imputed_share).toBeNull();
      expect({ ...rest, imputed_share: 0 }).toEqual(set);
    }
    const list = await get(old.harness, '/v1/benchmarks/small/core-sets');
    expect(list.data.map(({ id }: Wire) => id)).toEqual(old.made.sets.map(({ id }) => id).toReversed());
    for (const entry of list.data)
      expect(entry).toMatchObject({ status: 'ready', progress: 1, error: null, extends: null });
  });

  it('still serves its evaluations, as they were answered then', async () => {
    await using old = await openOld();
    const known = old.made.evaluations.map((evaluation) => ({
      ...evaluation,
      plan: null,
      predictions: null,
      source_models: null,
      imputed_share: null,
      from_evaluation: null,
    }));
    for (const evaluation of known) {
      expect(await get(old.harness, `/v1/evaluations/${evaluation.id}`)).toEqual(evaluation);
    }
    const list = await get(old.harness, '/v1/benchmarks/small/evaluations');
    expect(list.data).toEqual(known.toReversed());
    const { data } = await get(old.harness, '/v1/benchmarks/small/leaderboard');
    expect(data.filter(({ kind }: Wire) => kind === 'estimated')).toHaveLength(2);
  });

  it('answers anew with all that this version says', async () => {
    await using old = await openOld();
    for (const evaluation of old.made.evaluations) {
      expect(await get(old.harness, `/v1/evaluations/${evaluation.id}?level=0.95`)).toEqual(evaluation);
    }
    const [{ id }] = old.made.evaluations;
    const results = smallResults(itemsOf(old.made.sets[0]), 19).slice(0, 1);
    const again = await old.harness.send('POST', `/v1/evaluations/${id}/results`, { results });
    expect(expectStatus(again, 200)).toEqual({ ...old.made.evaluations[0], updated_at: expect.any(String) });
  });

  it('extends its core sets as this version does its own, or refuses to', async () => {
    await using old = await openOld();
    for (const [index, { id, design }] of old.made.sets.entries()) {
      const reply = await old.harness.send('POST', `/v1/core-sets/${id}/extensions`, { add: 6, seed: 5 });
      if (reply.status === 422) continue;
      expect(expectStatus(reply, 201).items, design).toEqual(old.made.extensions[index].items);
    }
  });

  it('takes core sets and evaluations of every kind', async () => {
    await using old = await openOld();
    const [parent] = old.made.sets;
    const whole = await extend(old.harness, parent.id);
    const from = { from_evaluation: old.made.evaluations[0].id };
    expect(await report(old.harness, whole, [], from)).toMatchObject({ observed_items: 12 });
    const set = await choose(old.harness, 'small', { size: 8, design: 'lasso', seed: 1 });
    expect((await report(old.harness, set)).recommended).toBe('lasso');
  });
});
