import { describe, expect, it } from 'vitest';
import { everything } from '../../src/services/access.ts';
import { openStores } from '../../src/storage/open-stores.ts';
import { makeBacktest, simulatedCsv, simulatedResults } from '../support/backtests.ts';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallLongCsv,
  smallResults,
} from '../support/fixtures.ts';
import { keyOf } from '../support/keys.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function evaluate(harness: Harness, missing = 0) {
  await addBenchmark(harness, 'small', smallLongCsv);
  const set = await drawCoreSet(harness, 'small', { size: 24, seed: 7 });
  const results = smallResults(itemsOf(set), 19);
  const url = `/v1/core-sets/${set.id}/evaluations`;
  const body = { model: 'new', results: results.slice(missing) };
  const { id } = expectStatus(await harness.send('POST', url, body), 201);
  return { id: id as string, url: `/v1/evaluations/${id}`, results };
}

const hitsOf = ({ services }: Harness) => services.vitals().caches.evaluations.hits;

describe('an evaluation that is read again', () => {
  it('is sent as before, byte for byte', async () => {
    await using harness = await openHarness();
    const { url } = await evaluate(harness);
    const first = await harness.send('GET', url);
    const again = await harness.send('GET', url);
    expect(hitsOf(harness)).toBe(1);
    expect(again.text).toBe(first.text);
    expect(again.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(again.headers['content-length']).toBe(first.headers['content-length']);
  });

  it('is another one after results were added, and none after it was deleted', async () => {
    await using harness = await openHarness();
    const { url, results } = await evaluate(harness, 2);
    expect((await harness.send('GET', url)).json.status).toBe('partial');
    expectStatus(await harness.send('POST', `${url}/results`, { results: results.slice(0, 2) }), 200);
    expect((await harness.send('GET', url)).json).toMatchObject({ status: 'complete', observed_items: 24 });
    expectStatus(await harness.send('DELETE', url), 204);
    expect((await harness.send('GET', url)).status).toBe(404);
  });

  it('is not mistaken for one at another level', async () => {
    await using harness = await openHarness();
    const { url } = await evaluate(harness);
    const plain = await harness.send('GET', url);
    const wide = await harness.send('GET', `${url}?level=0.99`);
    expect(wide.json.estimates[0].interval.level).toBe(0.99);
    expect((await harness.send('GET', url)).text).toBe(plain.text);
  });

  it('is noticed to have changed by another process', async () => {
    using folder = temporaryFolder();
    await using harness = await openHarness(folder.path('shared.db'));
    const { id, url } = await evaluate(harness);
    await harness.send('GET', url);
    const other = openStores(folder.path('shared.db'));
    const stored = await other.evaluations.get(id);
    await other.evaluations.replace({ ...stored, version: stored.version + 1, revision: 77 });
    expect((await harness.send('GET', url)).json.revision).toBe(77);
    await other.benchmarks.remove('small');
    other.close();
    expect((await harness.send('GET', url)).status).toBe(404);
  });

  it('is not there for whom it is not', async () => {
    await using harness = await openHarness();
    const { id, url } = await evaluate(harness);
    await harness.send('GET', url);
    const foreign = await keyOf(harness, 'read', ['other']);
    expect((await harness.send('GET', url, undefined, foreign)).status).toBe(404);
    await expect(harness.services.evaluations.get(id, {}, everything)).resolves.toMatchObject({ id });
  });

  it('says what a back-test found as soon as that is over', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'simulated', simulatedCsv());
    const set = await drawCoreSet(harness, 'simulated', { size: 30, seed: 2, design: 'balanced' });
    const body = { model: 'new', results: simulatedResults(itemsOf(set), 0) };
    const made = await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, body);
    const url = `/v1/evaluations/${expectStatus(made, 201).id}`;
    expect((await harness.send('GET', url)).json.expected_error).toBeNull();
    await makeBacktest(harness, 'simulated', { designs: ['balanced'], sizes: [30], repeats: 20, seed: 1 });
    expect((await harness.send('GET', url)).json.expected_error).not.toBeNull();
  });

  it('is forgotten where memory is short', async () => {
    await using harness = await openHarness();
    const { url } = await evaluate(harness);
    await harness.send('GET', url);
    harness.services.letGo();
    expect((await harness.send('GET', url)).status).toBe(200);
    expect(hitsOf(harness)).toBe(0);
  });
});
