import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { coreSetRequest } from '../../src/http/schemas/core-sets.ts';
import { estimateRequest, evaluationRequest, resultsRequest } from '../../src/http/schemas/evaluations.ts';
import { itemChanges } from '../../src/http/schemas/items.ts';
import {
  addBenchmark,
  csvType,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallResults,
  smallWideCsv,
} from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';

describe('a body of very many bad entries', () => {
  it.each([
    ['POST', '/v1/core-sets/none/evaluations', 'model":"m","results'],
    ['PUT', '/v1/benchmarks/none/items', 'items'],
    ['POST', '/v1/benchmarks/none/estimates', 'results'],
    ['POST', '/v1/benchmarks/none/estimates', 'methods'],
  ] as const)('is refused naming the first twenty: %s %s', async (method, url, key) => {
    await using harness = await openHarness();
    const body = `{"${key}":[${'0,'.repeat(100_000)}0]}`;
    const { status, json } = await harness.send(method, url, body, { 'content-type': 'application/json' });
    expect(status).toBe(422);
    expect(json.errors).toHaveLength(20);
  });
});

describe('a schema of many entries', () => {
  const many = Array(100_000).fill(0);
  it.each([
    ['results of an evaluation', evaluationRequest, { model: 'm', results: many }],
    ['further results', resultsRequest, { results: many }],
    ['results of an estimate', estimateRequest, { results: many }],
    ['methods of an estimate', estimateRequest, { results: [{ item: 'a', score: 1 }], methods: many }],
    ['changes of items', itemChanges, { items: many }],
    ['excluded models', coreSetRequest, { size: 1, exclude_models: many }],
    ['groups of a core set', coreSetRequest, { size: 1, groups: many }],
  ])('stops gathering complaints: %s', (_, schema: z.ZodType, body) => {
    expect(schema.safeParse(body).error?.issues.length).toBeLessThanOrEqual(20);
  });
});

describe('metadata that grows by merging', () => {
  it('is refused at its limit and stays readable', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const put = (key: string) =>
      harness.send('PUT', '/v1/benchmarks/b/items', {
        items: [{ item: 'item-00', metadata: { [key]: 'x'.repeat(10_000) } }],
      });
    expectStatus(await put('first'), 200);
    const refused = expectStatus(await put('second'), 422);
    expect(refused.errors[0].path).toBe('items.0.metadata');
    const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/b/items'), 200);
    expect(Object.keys(data[0].metadata)).toEqual(['first']);
  });
});

describe('an evaluation beside a change of the score range', () => {
  it('is computed on one of them, and can be read', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const set = await drawCoreSet(harness, 'b', { size: 10, seed: 1 });
    const results = smallResults(itemsOf(set), 20).map((result, k) => ({
      ...result,
      score: k === 0 ? 5 : result.score,
    }));
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b', { score_range: [0, 10] }), 200);
    const [posted] = await Promise.all([
      harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, { model: 'new', results }),
      harness.send('PUT', '/v1/benchmarks/b', { score_range: [0, 1] }),
    ]);
    const { score_range: range } = expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 200);
    if (posted.status === 201) {
      expect(range).toEqual([0, 10]);
      expectStatus(await harness.send('GET', `/v1/evaluations/${posted.json.id}?level=0.9`), 200);
    } else {
      expect(posted.status).toBe(422);
      expect(range).toEqual([0, 1]);
    }
  });
});

describe('items that lost their last score', () => {
  it('are not drawn, and are back once they are scored again', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    await harness.send('POST', '/v1/benchmarks/b/scores', 'model,typo\nslip,1\n', csvType);
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/b/models/slip'), 204);
    const { population } = await drawCoreSet(harness, 'b', { size: 40 });
    expect(population).toBe(40);
    expectStatus(await harness.send('POST', '/v1/benchmarks/b/core-sets', { size: 41 }), 422);
    await harness.send('POST', '/v1/benchmarks/b/scores', 'model,typo\nslip,1\n', csvType);
    expect((await drawCoreSet(harness, 'b', { size: 41 })).population).toBe(41);
  });

  it('do not cost the other models their rank', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const ranks = async () =>
      expectStatus(await harness.send('GET', '/v1/benchmarks/b/leaderboard'), 200).data.map(
        ({ rank }: { rank: number | null }) => rank,
      );
    const before = await ranks();
    await harness.send('POST', '/v1/benchmarks/b/scores', 'model,typo\nslip,1\n', csvType);
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/b/models/slip'), 204);
    expect(await ranks()).toEqual(before);
    expect(before).not.toContain(null);
  });
});

describe('a long CSV with a misspelt header', () => {
  it.each(['model,item,value', 'model,item,score,category', 'model,item,result,group'])(
    'is not read as wide: %s',
    async (header) => {
      await using harness = await openHarness();
      await addBenchmark(harness, 'b', smallWideCsv);
      const body = `${header}\nm,0,1${header.split(',').length === 4 ? ',0' : ''}\n`;
      const { errors } = expectStatus(
        await harness.send('POST', '/v1/benchmarks/b/scores', body, csvType),
        422,
      );
      expect(errors[0].message).toContain('model,item,score');
    },
  );
});

describe('a replaced history', () => {
  it('lets go of the earlier ones: answers follow every revision', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const set = await drawCoreSet(harness, 'b', { size: 20, seed: 3 });
    const results = smallResults(itemsOf(set), 18);
    const estimates = new Set<number>();
    for (const share of [2, 5, 2, 5]) {
      const changed = itemsOf(set).map((item, k) => `model-11,${item},${Number(k % share === 0)}`);
      const body = ['model,item,score', ...changed].join('\n');
      await harness.send('POST', '/v1/benchmarks/b/scores?on_conflict=replace', body, csvType);
      const answer = expectStatus(
        await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, { model: 'new', results }),
        201,
      );
      estimates.add(answer.estimates[0].estimate);
    }
    expect(estimates.size).toBe(2);
  });
});
