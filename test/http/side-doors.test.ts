import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addBenchmark, expectStatus, smallModels, smallResults, smallWideCsv } from '../support/fixtures.ts';
import { keyOf, withHeaders } from '../support/keys.ts';
import { type Harness, openHarness, type Reply, type Sender } from '../support/open-harness.ts';

/** Ids that nobody ever gave. */
const unknown = { coreSet: 'cs_000000000000000000000000', evaluation: 'ev_000000000000000000000000' };

interface Things {
  readonly coreSet: string;
  readonly evaluation: string;
  readonly results: readonly object[];
}

let harness: Harness;
let mine: Things;
let theirs: Things;
/** With the key of one benchmark. */
let limited: Sender;

async function addThings(sender: Sender, benchmark: string): Promise<Things> {
  await addBenchmark(sender, benchmark, smallWideCsv);
  const at = `/v1/benchmarks/${benchmark}/core-sets`;
  const coreSet = expectStatus(await sender.send('POST', at, { size: 10, seed: 1 }), 201);
  const results = smallResults(
    coreSet.items.map(({ item }: { item: string }) => item),
    20,
  );
  const body = { model: 'new', results };
  const { id } = expectStatus(
    await sender.send('POST', `/v1/core-sets/${coreSet.id}/evaluations`, body),
    201,
  );
  return { coreSet: coreSet.id, evaluation: id, results };
}

beforeAll(async () => {
  harness = await openHarness();
  mine = await addThings(harness, 'mine');
  theirs = await addThings(harness, 'theirs');
  limited = withHeaders(harness, await keyOf(harness, 'admin', ['mine']));
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

function told({ status, text }: Reply, id: string): string {
  return `${status} ${text.replaceAll(id, 'ID').replace(/"request_id":"[^"]*"/, '')}`;
}

/** @param ask with an id that is theirs, and with one that nobody has */
async function expectNoDifference(
  ask: (id: string) => Promise<Reply>,
  kind: 'coreSet' | 'evaluation',
): Promise<Reply> {
  const [foreign, absent] = [await ask(theirs[kind]), await ask(unknown[kind])];
  expect(told(foreign, theirs[kind])).toBe(told(absent, unknown[kind]));
  expect(foreign.status).toBe(404);
  expect(foreign.text).not.toContain('theirs');
  return foreign;
}

describe('what a key for one benchmark cannot learn of another', () => {
  it('a comparison, on either side', async () => {
    const compare = (a: string, b: unknown) => limited.send('POST', '/v1/evaluations/compare', { a, b });
    await expectNoDifference((id) => compare(id, mine.evaluation), 'evaluation');
    await expectNoDifference((id) => compare(mine.evaluation, id), 'evaluation');
    await expectNoDifference((id) => compare(id, { model: smallModels[0] }), 'evaluation');
    await expectNoDifference((id) => compare(id, id), 'evaluation');
    expect((await compare(mine.evaluation, { model: smallModels[0] })).status).toBe(200);
  });

  it('an evaluation to carry results over from, in the body or in the query', async () => {
    const url = `/v1/core-sets/${mine.coreSet}/evaluations`;
    const { results } = mine;
    const body = { model: 'new', results };
    await expectNoDifference(
      (id) => limited.send('POST', url, { ...body, from_evaluation: id }),
      'evaluation',
    );
    await expectNoDifference(
      (id) => limited.send('POST', `${url}?from_evaluation=${id}`, body),
      'evaluation',
    );
    const own = { ...body, from_evaluation: mine.evaluation };
    expect((await limited.send('POST', url, own)).status).toBe(201);
  });

  it('a core set to evaluate on, as JSON, as a log, and with a request that is wrong', async () => {
    const url = (id: string) => `/v1/core-sets/${id}/evaluations`;
    const body = { model: 'new', results: theirs.results };
    await expectNoDifference((id) => limited.send('POST', url(id), body), 'coreSet');
    const log = { 'content-type': 'application/x-ndjson' };
    await expectNoDifference(
      (id) => limited.send('POST', url(id), '{"item":"q","score":1}\n', log),
      'coreSet',
    );
    for (const wrong of [undefined, {}, { ...body, results: [] }, { ...body, x: 1 }]) {
      const [foreign, absent] = [
        await limited.send('POST', url(theirs.coreSet), wrong),
        await limited.send('POST', url(unknown.coreSet), wrong),
      ];
      expect(told(foreign, theirs.coreSet)).toBe(told(absent, unknown.coreSet));
    }
  });

  it('a core set in the form of a harness, and its extension', async () => {
    for (const query of ['', '?format=lm-eval', '?format=txt&part=file']) {
      await expectNoDifference((id) => limited.send('GET', `/v1/core-sets/${id}${query}`), 'coreSet');
    }
    await expectNoDifference(
      (id) => limited.send('POST', `/v1/core-sets/${id}/extensions`, { add: 5 }),
      'coreSet',
    );
  });

  it('an evaluation, by any of its addresses', async () => {
    const at = (id: string) => `/v1/evaluations/${id}`;
    await expectNoDifference((id) => limited.send('GET', at(id)), 'evaluation');
    await expectNoDifference((id) => limited.send('GET', `${at(id)}?methods=pca`), 'evaluation');
    await expectNoDifference((id) => limited.send('GET', `${at(id)}/results`), 'evaluation');
    const { results } = theirs;
    await expectNoDifference((id) => limited.send('POST', `${at(id)}/results`, { results }), 'evaluation');
    await expectNoDifference((id) => limited.send('POST', `${at(id)}/extensions`, { add: 5 }), 'evaluation');
    await expectNoDifference((id) => limited.send('DELETE', at(id)), 'evaluation');
    const admin = withHeaders(harness, await keyOf(harness, 'admin'));
    expect((await admin.send('GET', at(theirs.evaluation))).status).toBe(200);
  });

  it('anything by changing the key that a retry was sent with', async () => {
    const retry = { 'idempotency-key': 'the-same' };
    const body = { model: 'other', results: theirs.results };
    const url = `/v1/core-sets/${theirs.coreSet}/evaluations`;
    const admin = withHeaders(harness, await keyOf(harness, 'admin'));
    expect((await admin.send('POST', url, body, retry)).status).toBe(201);
    expect((await limited.send('POST', url, body, retry)).status).toBe(404);
  });

  it('the whole database, in which metrics are not', async () => {
    expect((await limited.send('GET', '/v1/admin/backup')).json.type).toBe('/problems/benchmark-not-allowed');
    const metrics = await limited.send('GET', '/metrics');
    expect(metrics.status).toBe(200);
    expect(metrics.text).not.toContain('theirs');
  });
});
