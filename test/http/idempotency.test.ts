import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  addBenchmark,
  csvType,
  drawCoreSet,
  expectStatus,
  itemsOf,
  ndjsonType,
  numbered,
  smallLongCsv,
  smallResults,
} from '../support/fixtures.ts';
import { formOf } from '../support/forms.ts';
import { type Harness, openHarness, type Reply, type Sender } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Post {
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

function postWith(harness: Sender, key: string, { url, body, headers = {} }: Post): Promise<Reply> {
  return harness.send('POST', url, body, { ...headers, 'idempotency-key': key });
}

async function openSmall(): Promise<Harness> {
  const harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  return harness;
}

const moreScores = { url: '/v1/benchmarks/small/scores', body: 'model,item-00\nnew,1\n', headers: csvType };

/** A request of every kind, one after the other on the same benchmark. */
async function everyKind(harness: Harness): Promise<Record<string, Post>> {
  const set = await drawCoreSet(harness, 'small', { size: 10, seed: 3 });
  const results = smallResults(itemsOf(set), 17);
  const send = (url: string, body: unknown) => harness.send('POST', url, body);
  const evaluations = [];
  for (const model of ['a', 'b'])
    evaluations.push(
      expectStatus(await send(`/v1/core-sets/${set.id}/evaluations`, { model, results }), 201),
    );
  const [first, second] = evaluations;
  const form = formOf([{ path: 'new.csv', content: 'model,item-00,item-01\nx,1,0\n' }]);
  return {
    addScores: moreScores,
    importLogs: {
      url: '/v1/benchmarks/small/imports?filename=y.csv',
      body: 'model,item-00\ny,1\n',
      headers: csvType,
    },
    importForm: { url: '/v1/benchmarks/small/imports', ...form },
    createCoreSet: { url: '/v1/benchmarks/small/core-sets', body: { size: 9 } },
    createPurposiveCoreSet: { url: '/v1/benchmarks/small/core-sets', body: { size: 5, design: 'k-center' } },
    extendCoreSet: { url: `/v1/core-sets/${set.id}/extensions`, body: { add: 3 } },
    createEvaluation: { url: `/v1/core-sets/${set.id}/evaluations?level=0.9`, body: { model: 'c', results } },
    addResults: { url: `/v1/evaluations/${first.id}/results`, body: { results: results.slice(0, 2) } },
    extendEvaluation: { url: `/v1/evaluations/${first.id}/extensions`, body: { add: 3 } },
    compare: { url: '/v1/evaluations/compare', body: { a: first.id, b: second.id } },
    createBacktest: { url: '/v1/benchmarks/small/backtests', body: { sizes: [5], repeats: 1 } },
    estimate: { url: '/v1/benchmarks/small/estimates', body: { results } },
  };
}

/** Large bodies take so long that the service has to breathe. */
async function patiently(send: () => Promise<Reply>): Promise<Reply> {
  for (;;) {
    const reply = await send();
    if (reply.status !== 503) return reply;
    await delay(100);
  }
}

/** What there is of everything, in numbers that any repetition would change. */
async function census(harness: Harness): Promise<object> {
  const read = async (url: string) => expectStatus(await harness.send('GET', url), 200);
  const { revision, model_count } = await read('/v1/benchmarks/small');
  const lists = await Promise.all(
    ['core-sets', 'evaluations', 'backtests'].map((what) => read(`/v1/benchmarks/small/${what}?limit=500`)),
  );
  const evaluations = lists[1].data.map((entry: { updated_at: string }) => entry.updated_at);
  return { revision, model_count, counts: lists.map(({ data }) => data.length), evaluations };
}

describe('a POST with an Idempotency-Key', () => {
  it('is documented, whichever it is', async () => {
    await using harness = await openHarness();
    const { paths } = expectStatus(await harness.send('GET', '/openapi.json'), 200);
    const posts = Object.values<Record<string, { operationId: string; parameters?: object[] }>>(
      paths,
    ).flatMap(({ post }) => (post === undefined ? [] : [post]));
    expect(posts.length).toBeGreaterThanOrEqual(10);
    for (const { operationId, parameters } of posts) {
      expect(parameters ?? [], operationId).toContainEqual(
        expect.objectContaining({ name: 'idempotency-key', in: 'header', required: false }),
      );
    }
    await addBenchmark(harness, 'small', smallLongCsv);
    const covered = Object.keys(await everyKind(harness));
    for (const { operationId } of posts) expect(covered).toContain(operationId);
  });

  it('is done once and answered the same ever after; with another body it is refused', async () => {
    await using harness = await openSmall();
    for (const [kind, post] of Object.entries(await everyKind(harness))) {
      const key = randomUUID();
      const first = await postWith(harness, key, post);
      expect([200, 201, 202], kind).toContain(first.status);
      const before = await census(harness);
      const again = await postWith(harness, key, post);
      expect([kind, again.status, again.text]).toEqual([kind, first.status, first.text]);
      for (const name of ['location', 'retry-after', 'content-type'])
        expect([kind, again.headers[name]]).toEqual([kind, first.headers[name]]);
      expect(first.headers).not.toHaveProperty('idempotent-replayed');
      expect(again.headers['idempotent-replayed']).toBe('true');
      const other = await postWith(harness, key, otherThan(post));
      expect([kind, other.status, other.json.type]).toEqual([kind, 422, '/problems/idempotency-key-reused']);
      expect([kind, await census(harness)]).toEqual([kind, before]);
    }
  });

  it('keeps to its address: method, path and query', async () => {
    await using harness = await openSmall();
    expectStatus(await postWith(harness, 'k', moreScores), 200);
    const elsewhere = { ...moreScores, url: `${moreScores.url}?on_conflict=skip` };
    expect(await postWith(harness, 'k', elsewhere)).toMatchObject({ status: 422 });
    const otherType = { ...moreScores, headers: ndjsonType };
    expect(await postWith(harness, 'k', otherType)).toMatchObject({ status: 422 });
  });

  it('answers the same after a restart', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    const first = await openHarness(path);
    await addBenchmark(first, 'small', smallLongCsv);
    const created = await postWith(first, 'k', { url: '/v1/benchmarks/small/core-sets', body: { size: 4 } });
    await first[Symbol.asyncDispose]();
    await using second = await openHarness(path);
    const again = await postWith(second, 'k', { url: '/v1/benchmarks/small/core-sets', body: { size: 4 } });
    expect([again.status, again.text]).toEqual([201, created.text]);
  });

  it('may be a form with another boundary, or compressed another way', async () => {
    await using harness = await openSmall();
    const files = [{ path: 'new.csv', content: 'model,item-00,item-01\nx,1,0\n' }];
    const url = '/v1/benchmarks/small/imports';
    const first = expectStatus(
      await postWith(harness, 'form', { url, ...formOf(files, 'one-boundary') }),
      200,
    );
    const again = await postWith(harness, 'form', { url, ...formOf(files, 'quite-another-boundary') });
    expect([again.status, again.json]).toEqual([200, first]);
    const other = [{ path: 'new.csv', content: 'model,item-00,item-01\nx,1,1\n' }];
    expect(await postWith(harness, 'form', { url, ...formOf(other) })).toMatchObject({ status: 422 });

    const plain = await postWith(harness, 'gzip', moreScores);
    const headers = { ...csvType, 'content-encoding': 'gzip' };
    for (const level of [1, 9]) {
      const zipped = { ...moreScores, body: gzipSync(moreScores.body, { level }), headers };
      expect(await postWith(harness, 'gzip', zipped)).toMatchObject({ status: 200, text: plain.text });
    }
  });

  it('is done again where it was refused before', async () => {
    await using harness = await openHarness();
    expect(await postWith(harness, 'k', moreScores)).toMatchObject({ status: 404 });
    await addBenchmark(harness, 'small', smallLongCsv);
    expect(await postWith(harness, 'k', moreScores)).toMatchObject({ status: 200 });
    const wrong = { ...moreScores, body: 'model,item-00\nnew2,7\n' };
    expect(await postWith(harness, 'other', wrong)).toMatchObject({ status: 422 });
    expect(
      await postWith(harness, 'other', { ...moreScores, body: 'model,item-00\nnew2,1\n' }),
    ).toMatchObject({
      status: 200,
    });
  });

  it('is not remembered from a dry run as if it had been done', async () => {
    await using harness = await openSmall();
    const url = '/v1/benchmarks/small/imports?dry_run=true&filename=z.csv';
    const post = { url, body: 'model,item-00\nz,1\n', headers: csvType };
    const before = await census(harness);
    const first = await postWith(harness, 'k', post);
    expect(first).toMatchObject({ status: 200 });
    expect((await postWith(harness, 'k', post)).text).toBe(first.text);
    expect(await postWith(harness, 'k', { ...post, url: url.replace('true', 'false') })).toMatchObject({
      status: 422,
    });
    expect(await census(harness)).toEqual(before);
  });

  it('says so where its answer was too large to be kept', async () => {
    await using harness = await openHarness();
    const items = Array.from(
      { length: 13_000 },
      (_, j) => `an-item-with-as-long-a-name-as-may-be-${'x'.repeat(200)}-${j}`,
    );
    const rows = numbered('m', 3).map((model, m) => `${model},${items.map((_, j) => (j + m) % 2).join(',')}`);
    await addBenchmark(harness, 'wide', `model,${items.join(',')}\n${rows.join('\n')}\n`);
    const post = { url: '/v1/benchmarks/wide/core-sets', body: { size: 12_900, design: 'random' } };
    const first = await patiently(() => postWith(harness, 'k', post));
    expect(first.status).toBe(201);
    expect(first.text.length).toBeGreaterThan(4 * 1024 * 1024);
    const again = await patiently(() => postWith(harness, 'k', post));
    expect(again).toMatchObject({ status: 409, json: { type: '/problems/idempotent-answer-too-large' } });
    expect(again.json.detail).toContain(first.headers.location);
    const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/wide/core-sets'), 200);
    expect(data).toHaveLength(1);
  });

  it.each(['', 'x'.repeat(256), 'caf\u00e9', 'tab\there'])('is refused with the key %j', async (key) => {
    await using harness = await openSmall();
    const refused = await postWith(harness, key, moreScores);
    expect(refused).toMatchObject({ status: 422, json: { type: '/problems/invalid-request' } });
    expect(refused.json.errors[0].path).toBe('idempotency-key');
  });

  it('may have a key of 255 characters', async () => {
    await using harness = await openSmall();
    expect(await postWith(harness, 'k'.repeat(255), moreScores)).toMatchObject({ status: 200 });
  });
});

/** The same, asking for something else. */
function otherThan(post: Post): Post {
  if (typeof post.body === 'string') return { ...post, body: `${post.body}\n` };
  if (Buffer.isBuffer(post.body)) {
    const text = post.body.toString('latin1').replace(',1,', ',0,');
    return { ...post, body: Buffer.from(text, 'latin1') };
  }
  const headers = { 'content-type': 'application/json' };
  return { ...post, body: `${JSON.stringify(post.body)} `, headers };
}

/** A request that has begun and does not end. */
async function beginUpload(harness: Harness, beginning: string) {
  await harness.app.listen({ port: 0 });
  const { port } = harness.app.server.address() as AddressInfo;
  const headers = { ...csvType, 'idempotency-key': 'k' };
  const upload = httpRequest({ port, method: 'POST', path: moreScores.url, headers });
  const answered = new Promise<number>((resolve, reject) => {
    upload.on('response', ({ statusCode }) => resolve(statusCode!)).on('error', reject);
  });
  answered.catch(() => {});
  upload.write(beginning);
  await expect.poll(() => isFree(harness)).toBe(false);
  return { upload, answered };
}

async function isFree({ services }: Harness): Promise<boolean> {
  return services.retries.alone('', 'k', async () => true).catch(() => false);
}

describe('two requests under one key at a time', () => {
  it('are one request and a refusal, which may be tried again', async () => {
    await using harness = await openSmall();
    const { upload, answered } = await beginUpload(harness, moreScores.body.slice(0, 8));
    const early = await postWith(harness, 'k', moreScores);
    expect(early).toMatchObject({ status: 409, json: { type: '/problems/idempotency-key-in-use' } });
    expect(early.headers['retry-after']).toBe('1');
    upload.end(moreScores.body.slice(8));
    expect(await answered).toBe(200);
    const late = await postWith(harness, 'k', moreScores);
    expect([late.status, late.headers['idempotent-replayed']]).toEqual([200, 'true']);
  });

  it('leave the key free when the client gives up', async () => {
    await using harness = await openSmall();
    const { upload } = await beginUpload(harness, 'model,item-00\nother,1\n');
    upload.destroy();
    await expect.poll(() => isFree(harness)).toBe(true);
    expect(await postWith(harness, 'k', moreScores)).toMatchObject({ status: 200 });
    expect(await harness.send('GET', '/v1/benchmarks/small/models/other')).toMatchObject({ status: 404 });
  });
});
