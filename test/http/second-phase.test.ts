import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallItems,
  smallLongCsv,
  smallModels,
  smallResults,
  smallScore,
  type WireCoreSet,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { answerOf, byMethod, choose, refusal, report, type Wire } from './chosen-core-set.ts';

const designs = ['balanced', 'random', 'stratified', 'informative'];

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
});

afterAll(() => harness[Symbol.asyncDispose]());

async function next(evaluation: Wire, request: object, service = harness): Promise<WireCoreSet & Wire> {
  return expectStatus(
    await service.send('POST', `/v1/evaluations/${evaluation.id}/extensions`, request),
    201,
  );
}

async function start(
  design: string,
  size = 12,
  model = 'new',
): Promise<{ parent: WireCoreSet; first: Wire }> {
  const parent = await drawCoreSet(harness, 'small', { size, design, seed: 7 });
  return { parent, first: await report(harness, parent, undefined, { model }) };
}

const exact = smallItems.reduce((sum, _, j) => sum + smallScore(19, j), 0) / 40;

describe.each(designs)('the next items after an evaluation on a %s core set', (design) => {
  it('come with those before, for this model alone, and read back the same', async () => {
    const { parent, first } = await start(design);
    const reply = await harness.send('POST', `/v1/evaluations/${first.id}/extensions`, { add: 9, seed: 5 });
    const whole = expectStatus(reply, 201);
    expect(reply.headers.location).toBe(`/v1/core-sets/${whole.id}`);
    expect(whole).toMatchObject({
      status: 'ready',
      progress: 1,
      design,
      size: 21,
      seed: 5,
      extends: parent.id,
      for_model: 'new',
      population: 40,
    });
    expect(new Set(itemsOf(whole)).size).toBe(21);
    expect(itemsOf(whole)).toEqual(expect.arrayContaining(itemsOf(parent)));
    const before = new Map(
      parent.items.map(({ item, inclusion_probability }) => [item, inclusion_probability]),
    );
    for (const { item, inclusion_probability } of whole.items) {
      expect(inclusion_probability).toBeGreaterThanOrEqual(before.get(item) ?? 0);
      expect(inclusion_probability).toBeGreaterThan(0);
      expect(inclusion_probability).toBeLessThanOrEqual(1);
    }
    expect(expectStatus(await harness.send('GET', `/v1/core-sets/${whole.id}`), 200)).toEqual(whole);
    const { items, ...summary } = whole;
    const list = expectStatus(await harness.send('GET', '/v1/benchmarks/small/core-sets?limit=1'), 200);
    expect(list.data).toEqual([summary]);
    expect(parent).toMatchObject({ for_model: null });
  });

  it('are the same for the same seed, and one is drawn and echoed where none is given', async () => {
    const { first } = await start(design);
    const once = await next(first, { add: 9, seed: 5 });
    expect((await next(first, { add: 9, seed: 5 })).items).toEqual(once.items);
    const drawn = await next(first, { add: 9 });
    expect((await next(first, { add: 9, seed: drawn.seed })).items).toEqual(drawn.items);
  });

  it('are evaluated with what was run before', async () => {
    const { parent, first } = await start(design);
    const whole = await next(first, { add: 9, seed: 5 });
    const carried = await report(harness, whole, [], { from_evaluation: first.id });
    expect(carried).toMatchObject({ status: 'partial', observed_items: 12 });
    const added = itemsOf(whole).filter((item) => !itemsOf(parent).includes(item));
    const rest = { results: smallResults(added, 19) };
    const complete = expectStatus(
      await harness.send('POST', `/v1/evaluations/${carried.id}/results`, rest),
      200,
    );
    expect(complete).toMatchObject({ status: 'complete', observed_items: 21 });
    expect(answerOf(complete)).toEqual(answerOf(await report(harness, whole)));
  });

  it('may be all that are left: then the score is exact, whatever the method', async () => {
    const { first } = await start(design);
    const whole = await next(first, { add: 28, seed: 5 });
    expect(itemsOf(whole)).toEqual(smallItems);
    for (const { item, inclusion_probability } of whole.items) expect(inclusion_probability, item).toBe(1);
    const evaluation = await report(harness, whole);
    for (const method of ['aipw', 'random-sampling']) {
      expect(byMethod(evaluation, method)).toMatchObject({
        estimate: exact,
        interval: { lower: exact, upper: exact },
      });
    }
    const more = await harness.send('POST', `/v1/evaluations/${evaluation.id}/extensions`, { add: 1 });
    expect(refusal(more)).toBe('422 invalid-request add');
  });

  it('can be drawn again and again', async () => {
    let evaluation = (await start(design, 6)).first;
    let size = 6;
    for (const add of [1, 4, 9, 19]) {
      size += add;
      const larger = await next(evaluation, { add, seed: add });
      expect([larger.size, larger.items.length, new Set(itemsOf(larger)).size]).toEqual(Array(3).fill(size));
      evaluation = await report(harness, larger, undefined, { from_evaluation: evaluation.id });
      expect(evaluation.status).toBe('complete');
      expect(byMethod(evaluation, 'aipw').estimate).toBeGreaterThan(0);
    }
  });

  it('may follow on a part of the results, of at least two', async () => {
    const { parent } = await start(design);
    const results = smallResults(itemsOf(parent), 19);
    const some = await report(harness, parent, results.slice(0, 2), { model: 'some' });
    expect((await next(some, { add: 5 })).size).toBe(17);
    const one = await report(harness, parent, results.slice(0, 1), { model: 'one' });
    const reply = await harness.send('POST', `/v1/evaluations/${one.id}/extensions`, { add: 5 });
    expect(refusal(reply)).toBe('422 insufficient-data');
  });
});

describe('a core set for one model', () => {
  it('is for nobody else, and has no extension that would be', async () => {
    const { first } = await start('balanced');
    const whole = await next(first, { add: 9, seed: 5 });
    const body = { model: 'other', results: smallResults(itemsOf(whole), 19) };
    const reply = await harness.send('POST', `/v1/core-sets/${whole.id}/evaluations`, body);
    expect(refusal(reply)).toMatch(/^422 not-comparable/);
    expect(reply.json.detail).toContain('"new"');
    const extension = await harness.send('POST', `/v1/core-sets/${whole.id}/extensions`, { add: 1 });
    expect(refusal(extension)).toMatch(/^422 not-comparable/);
  });

  it('is compared with others on the items before', async () => {
    const { parent, first } = await start('balanced');
    const other = await report(harness, parent, smallResults(itemsOf(parent), 12), { model: 'other' });
    const whole = await next(first, { add: 9, seed: 5 });
    const evaluation = await report(harness, whole, undefined, { from_evaluation: first.id });
    const compared = { a: evaluation.id, b: other.id };
    const answer = expectStatus(await harness.send('POST', '/v1/evaluations/compare', compared), 200);
    expect(answer.observed_items).toBe(12);
    const before = { a: first.id, b: other.id };
    const answered = expectStatus(await harness.send('POST', '/v1/evaluations/compare', before), 200);
    expect(answer).toEqual({ ...answered, evaluation_a: evaluation.id });
  });

  // The probabilities of its items hold for its model alone; another's answers on them are no sample by them.
  it('lends its probabilities to no comparison with another model', async () => {
    const { first } = await start('balanced');
    const whole = await next(first, { add: 9, seed: 5 });
    const mine = await report(harness, whole, undefined, { from_evaluation: first.id });
    const all = await drawCoreSet(harness, 'small', { size: 40, seed: 1 });
    const other = await report(harness, all, smallResults(smallItems, 12), { model: 'other' });
    const reply = await harness.send('POST', '/v1/evaluations/compare', { a: mine.id, b: other.id });
    expect(refusal(reply)).toMatch(/^422 not-comparable/);
  });

  it('has the same items in other score units', async () => {
    const csv = smallLongCsv.replace(/,([01]),/g, (_, score) => `,${1 + 9 * Number(score)},`);
    await addBenchmark(harness, 'tens', csv, { score_range: [1, 10] });
    const { parent, first } = await start('balanced');
    const twin = await drawCoreSet(harness, 'tens', { size: 12, design: 'balanced', seed: 7 });
    expect(itemsOf(twin)).toEqual(itemsOf(parent));
    const scaled = smallResults(itemsOf(twin), 19).map(({ item, score }) => ({ item, score: 1 + 9 * score }));
    const tens = await report(harness, twin, scaled);
    expect(itemsOf(await next(tens, { add: 9, seed: 5 }))).toEqual(
      itemsOf(await next(first, { add: 9, seed: 5 })),
    );
  });

  it('does not follow on a purposive core set, nor without sources', async () => {
    const chosen = await choose(harness, 'small', { size: 8, design: 'lasso', seed: 1 });
    const on = await report(harness, chosen);
    const reply = await harness.send('POST', `/v1/evaluations/${on.id}/extensions`, { add: 3 });
    expect(refusal(reply)).toBe('422 invalid-request');
    await using own = await openHarness();
    await addBenchmark(own, 'small', smallLongCsv);
    const set = await drawCoreSet(own, 'small', { size: 12, seed: 1, exclude_models: smallModels.slice(1) });
    const evaluation = await report(own, set);
    expectStatus(await own.send('DELETE', '/v1/benchmarks/small/models/model-00'), 204);
    const alone = await own.send('POST', `/v1/evaluations/${evaluation.id}/extensions`, { add: 3 });
    expect(refusal(alone)).toBe('422 insufficient-data');
  });

  it('learns nothing from the same model in the history', async () => {
    const { first } = await start('balanced', 12, 'model-05');
    const whole = await next(first, { add: 5, seed: 1 });
    expect(whole.source_models).toBe(11);
    await using own = await openHarness();
    await addBenchmark(own, 'small', smallLongCsv);
    const set = await drawCoreSet(own, 'small', { size: 12, design: 'balanced', seed: 7 });
    const same = await report(own, set, undefined, { model: 'model-05' });
    expectStatus(await own.send('DELETE', '/v1/benchmarks/small/models/model-05'), 204);
    expect(itemsOf(await next(same, { add: 5, seed: 1 }, own))).toEqual(itemsOf(whole));
  });

  it.each([
    ['an unknown evaluation', 'ev_none', { add: 1 }, '404 evaluation-not-found'],
    ['nothing', undefined, {}, '422 invalid-request add'],
    ['add 0', undefined, { add: 0 }, '422 invalid-request add'],
    ['more than is left', undefined, { add: 29 }, '422 invalid-request add'],
    ['a seed below 0', undefined, { add: 1, seed: -1 }, '422 invalid-request seed'],
    ['an unknown field', undefined, { add: 1, size: 3 }, '422 invalid-request size'],
  ])('is refused for %s', async (_, id, body, expected) => {
    const { first } = await start('balanced');
    const reply = await harness.send('POST', `/v1/evaluations/${id ?? first.id}/extensions`, body);
    expect(refusal(reply)).toBe(expected);
  });
});
