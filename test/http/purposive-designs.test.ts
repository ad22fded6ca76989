import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  lines,
  numbered,
  smallItems,
  smallLongCsv,
  smallModels,
  smallResults,
  smallScore,
  type WireCoreSet,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import {
  allMethods,
  answerOf,
  byMethod,
  choose,
  codesOf,
  commonMethods,
  purposiveDesigns,
  refusal,
  report,
  settled,
  startChoosing,
  type Wire,
} from './chosen-core-set.ts';

/** What an answer holds besides the common methods, the recommended one first. */
const ownMethods: Readonly<Record<string, readonly string[]>> = {
  'k-center': ['k-center'],
  'anchor-points': ['anchor-points-weighted', 'anchor-points-predictor'],
  'anchor-points-absolute': ['anchor-points-predictor', 'anchor-points-weighted'],
  'random-search': ['random-search-learn'],
  lasso: ['lasso'],
  'double-optimize': ['double-optimize'],
  'irt-clusters': ['gp-irt', 'p-irt'],
};

/** Those that predict with what was learned while the items were chosen. */
const learning = {
  'random-search': ['random-search-learn'],
  lasso: ['lasso'],
  'double-optimize': ['double-optimize'],
  'irt-clusters': ['p-irt', 'gp-irt'],
};

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  await addBenchmark(harness, 'copy', smallLongCsv);
});

afterAll(() => harness[Symbol.asyncDispose]());

describe.each(purposiveDesigns)('a core set of the design %s', (design) => {
  it('is accepted at once, chosen later, and reads back the same from then on', async () => {
    const request = { size: 10, design, seed: 3, exclude_models: ['model-11'] };
    const reply = await harness.send('POST', '/v1/benchmarks/small/core-sets', request);
    const accepted = expectStatus(reply, 202);
    expect(reply.headers.location).toBe(`/v1/core-sets/${accepted.id}`);
    expect(['pending', 'running']).toContain(accepted.status);
    const known = { benchmark: 'small', design, seed: 3, population: 40, source_models: 11, extends: null };
    const never = { error: null, half_width: null, level: null, groups: null, imputed_share: 0, revision: 1 };
    expect(accepted).toMatchObject({ ...known, ...never, size: 10, items: [] });

    const ready = await settled(harness, accepted.id);
    expect(ready).toMatchObject({ ...known, ...never, status: 'ready', progress: 1 });
    expect(ready.created_at).toBe(accepted.created_at);
    expect(ready.items).toHaveLength(ready.size);
    expect(ready.size).toBeGreaterThan(0);
    expect(ready.size).toBeLessThanOrEqual(10);
    // The Lasso alone may find that fewer will do.
    if (design !== 'lasso') expect(ready.size).toBe(10);
    expect(new Set(itemsOf(ready)).size).toBe(ready.size);
    for (const { item, inclusion_probability, difficulty } of ready.items) {
      expect(smallItems).toContain(item);
      expect(inclusion_probability).toBeNull();
      expect(difficulty).toBeGreaterThanOrEqual(0);
      expect(difficulty).toBeLessThanOrEqual(1);
    }
    expect(expectStatus(await harness.send('GET', `/v1/core-sets/${ready.id}`), 200)).toEqual(ready);
    const { items, ...summary } = ready;
    const list = expectStatus(await harness.send('GET', '/v1/benchmarks/small/core-sets'), 200);
    expect(list.data.find(({ id }: Wire) => id === ready.id)).toEqual(summary);
  });

  it('says how far it is, from 0 to 1 and never back', async () => {
    const { id, progress } = await startChoosing(harness, 'small', { size: 10, design, seed: 4 });
    const seen = [progress];
    for (let attempt = 0; attempt < 2000 && seen.at(-1) < 1; attempt++) {
      const list = expectStatus(await harness.send('GET', '/v1/benchmarks/small/core-sets?limit=1'), 200);
      expect(list.data[0].id).toBe(id);
      expect(list.data[0].status).toMatch(/^(pending|running|ready)$/);
      seen.push(list.data[0].progress);
      await delay(3);
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen[0]).toBeGreaterThanOrEqual(0);
    expect(seen.at(-1)).toBe(1);
  });

  it('is the same for the same seed, and draws and echoes one where none is given', async () => {
    const request = { size: 8, design, seed: 2 ** 53 - 1 };
    const first = await choose(harness, 'small', request);
    expect((await choose(harness, 'small', request)).items).toEqual(first.items);
    expect((await choose(harness, 'copy', request)).items).toEqual(first.items);
    const drawn = await choose(harness, 'small', { size: 8, design });
    expect(Number.isSafeInteger(drawn.seed)).toBe(true);
    expect((await choose(harness, 'small', { size: 8, design, seed: drawn.seed })).items).toEqual(
      drawn.items,
    );
  });

  it('keeps to the groups it is restricted to', async () => {
    const set = await choose(harness, 'small', { size: 6, design, seed: 1, groups: ['algebra', 'logic'] });
    expect(set).toMatchObject({ population: 24, groups: ['algebra', 'logic'] });
    for (const { group } of set.items) expect(['algebra', 'logic']).toContain(group);
  });

  it.each([1, 39, 40])('can be of %i items, or fewer', async (size) => {
    const set = await choose(harness, 'small', { size, design, seed: 1 });
    expect(set.size).toBeLessThanOrEqual(size);
    if (design !== 'lasso') expect(set.size).toBe(size);
    const evaluation = await report(harness, set);
    for (const { estimate } of evaluation.estimates) {
      expect(estimate).toBeGreaterThanOrEqual(0);
      expect(estimate).toBeLessThanOrEqual(1);
    }
    if (set.size === 40) {
      const exact = smallItems.reduce((sum, _, j) => sum + smallScore(19, j), 0) / 40;
      expect(evaluation.recommended).toBe('random-sampling');
      expect(byMethod(evaluation, 'random-sampling').estimate).toBe(exact);
    }
  });

  it('is evaluated with its own methods, which are recommended, under a warning', async () => {
    const set = await choose(harness, 'small', { size: 10, design, seed: 3 });
    const evaluation = await report(harness, set);
    const own = ownMethods[design];
    const methods = evaluation.estimates.map(({ method }: Wire) => method);
    expect(methods.slice(0, 3)).toEqual(commonMethods);
    expect(methods.slice(3).toSorted()).toEqual(own.toSorted());
    expect(evaluation.recommended).toBe(own[0] ?? 'random-sampling');
    expect(evaluation.recommended_reason).toMatch(/chosen for this method/);
    expect(codesOf(evaluation)).toContain('purposive-design');
    for (const method of own) {
      const { estimate, interval, standard_error, effective_sample_size, reason } = byMethod(
        evaluation,
        method,
      );
      expect(estimate).toBeGreaterThanOrEqual(0);
      expect(estimate).toBeLessThanOrEqual(1);
      expect([interval, standard_error, effective_sample_size]).toEqual([null, null, null]);
      expect(reason).toMatch(/no interval/);
    }
    expect(expectStatus(await harness.send('GET', `/v1/evaluations/${evaluation.id}`), 200)).toEqual(
      evaluation,
    );
  });

  it('leaves the methods of other designs without an estimate, and says which design they need', async () => {
    const set = await choose(harness, 'small', { size: 10, design, seed: 3 });
    const evaluation = await report(harness, set, undefined, { query: `?methods=${allMethods.join(',')}` });
    expect(evaluation.estimates.map(({ method }: Wire) => method)).toEqual(allMethods);
    for (const { method, estimate, interval, reason } of evaluation.estimates) {
      const answers = [...commonMethods, 'pca', 'aipw-paper', ...ownMethods[design]].includes(method);
      if (answers) expect(estimate, method).toEqual(expect.any(Number));
      else {
        expect([estimate, interval], method).toEqual([null, null]);
        const needed = Object.keys(ownMethods).filter((name) => ownMethods[name].includes(method));
        expect(
          needed.some((name) => reason.includes(`"${name}"`)),
          reason,
        ).toBe(true);
      }
    }
  });

  it('has a place on the leaderboard, with the method recommended', async () => {
    await using alone = await openHarness();
    await addBenchmark(alone, 'small', smallLongCsv);
    const evaluation = await report(alone, await choose(alone, 'small', { size: 10, design, seed: 3 }));
    const { data } = expectStatus(await alone.send('GET', '/v1/benchmarks/small/leaderboard'), 200);
    const entry = data.find(({ model }: Wire) => model === 'new');
    const { recommended } = evaluation;
    expect(entry).toMatchObject({ kind: 'estimated', method: recommended, evaluation: evaluation.id });
    expect(entry.score).toBe(byMethod(evaluation, recommended).estimate);
    expect(entry.interval).toEqual(byMethod(evaluation, recommended).interval);
    expect(entry.rank).toBeGreaterThanOrEqual(1);
  });

  it('cannot be extended, nor asked for by precision', async () => {
    const set = await choose(harness, 'small', { size: 10, design, seed: 3 });
    const extension = await harness.send('POST', `/v1/core-sets/${set.id}/extensions`, { add: 5 });
    expect(refusal(extension)).toBe('422 invalid-request');
    expect(extension.json.detail).toContain(design);
    const precise = { half_width: 0.1, design };
    const byPrecision = await harness.send('POST', '/v1/benchmarks/small/core-sets', precise);
    expect(refusal(byPrecision)).toBe('422 invalid-request half_width');
    const plan = await harness.send('GET', `/v1/benchmarks/small/plan?half_width=0.1&design=${design}`);
    expect(refusal(plan)).toBe('422 invalid-request design');
  });

  it('needs results on all its items where its method learned weights', async () => {
    const set = await choose(harness, 'small', { size: 10, design, seed: 3 });
    const results = smallResults(itemsOf(set), 19);
    const partial = await report(harness, set, results.slice(1));
    expect(partial).toMatchObject({ status: 'partial', observed_items: set.size - 1 });
    const learned = (learning as Record<string, string[]>)[design] ?? [];
    for (const { method, estimate, reason } of partial.estimates) {
      if (!learned.includes(method)) expect(estimate, method).toEqual(expect.any(Number));
      else {
        expect(estimate, method).toBeNull();
        expect(reason).toMatch(/every item/);
      }
    }
    if (learned.length > 0) expect(learned).not.toContain(partial.recommended);
    const added = await harness.send('POST', `/v1/evaluations/${partial.id}/results`, {
      results: results.slice(0, 1),
    });
    expect(answerOf(expectStatus(added, 200))).toEqual(answerOf(await report(harness, set, results)));
  });

  it('does not repeat to a source model its own answers', async () => {
    const set = await choose(harness, 'small', { size: 10, design, seed: 3 });
    const own = smallResults(itemsOf(set), 18);
    const evaluation = await report(harness, set, own, { model: 'model-05' });
    const learned = (learning as Record<string, string[]>)[design] ?? [];
    for (const method of learned) {
      expect(byMethod(evaluation, method).estimate).toBeNull();
      expect(byMethod(evaluation, method).reason).toContain('exclude_models');
    }
    if (learned.length > 0) expect(learned).not.toContain(evaluation.recommended);
    const without = { size: 10, design, seed: 3, exclude_models: ['model-05'] };
    const fair = await choose(harness, 'small', without);
    const answer = await report(harness, fair, smallResults(itemsOf(fair), 18), { model: 'model-05' });
    expect(byMethod(answer, answer.recommended).estimate).toEqual(expect.any(Number));
    expect(answer.recommended).toBe(ownMethods[design][0] ?? 'random-sampling');
  });

  it('knows a source model again that was deleted, or imported anew', async () => {
    await using alone = await openHarness();
    await addBenchmark(alone, 'small', smallLongCsv);
    const set = await choose(alone, 'small', { size: 10, design, seed: 3 });
    const own = smallResults(itemsOf(set), 18);
    const learned = (learning as Record<string, string[]>)[design] ?? [];
    const expectNothingLearned = async () => {
      const evaluation = await report(alone, set, own, { model: 'model-05' });
      for (const method of learned) expect(byMethod(evaluation, method).estimate).toBeNull();
    };
    expectStatus(await alone.send('DELETE', '/v1/benchmarks/small/models/model-05'), 204);
    await expectNothingLearned();
    const rows = smallLongCsv
      .split('\n')
      .filter((line, number) => number === 0 || line.startsWith('model-05,'));
    const csv = `${rows.join('\n')}\n`;
    const again = await alone.send('POST', '/v1/benchmarks/small/scores', csv, {
      'content-type': 'text/csv',
    });
    expectStatus(again, 200);
    await expectNothingLearned();
  });

  it('gives the same estimates in other score units', async () => {
    const inUnits = (unit: number) => 1 + 9 * unit;
    const csv = smallLongCsv.replace(/,([01]),/g, (_, score) => `,${inUnits(Number(score))},`);
    const name = `tens-${design}`;
    await addBenchmark(harness, name, csv, { score_range: [1, 10] });
    const request = { size: 10, design, seed: 3 };
    const set = await choose(harness, 'small', request);
    const twin = await choose(harness, name, request);
    expect(itemsOf(twin)).toEqual(itemsOf(set));
    const scaled = smallResults(itemsOf(set), 19).map(({ item, score }) => ({ item, score: inUnits(score) }));
    const unit = await report(harness, set);
    const tens = await report(harness, twin, scaled);
    expect(tens.recommended).toBe(unit.recommended);
    tens.estimates.forEach(({ estimate }: Wire, index: number) => {
      expect(estimate).toBeCloseTo(inUnits(unit.estimates[index].estimate), 8);
    });
  });

  // What a design learned is in the units of its time.
  it('keeps its estimates when the score range is widened later', async () => {
    await using alone = await openHarness();
    await addBenchmark(alone, 'small', smallLongCsv);
    const set = await choose(alone, 'small', { size: 10, design, seed: 3 });
    const before = await report(alone, set);
    const wider = { score_range: [-1, 3] };
    expectStatus(await alone.send('PUT', '/v1/benchmarks/small', wider), 200);
    const after = await report(alone, set);
    for (const method of ownMethods[design]) {
      const { estimate, reason } = byMethod(after, method);
      const earlier = byMethod(before, method).estimate;
      if (estimate === null) expect(reason).toMatch(/\w/);
      // A response model is no linear function of the scores: its answer may change a little where it is learned anew.
      else if (method.endsWith('irt')) expect(Math.abs(estimate - earlier), method).toBeLessThan(0.05);
      else
        expect(Math.abs(estimate - earlier), method).toBeLessThan(design === 'random-search' ? 0.05 : 1e-8);
    }
  });
});

describe('methods on a balanced core set', () => {
  it('answer where they can, each with a reason where they cannot', async () => {
    const set = await drawCoreSet(harness, 'small', { size: 24, seed: 7 });
    const stored = await report(harness, set);
    const query = `?methods=${allMethods.join(',')}`;
    const { estimates } = expectStatus(
      await harness.send('GET', `/v1/evaluations/${stored.id}${query}`),
      200,
    );
    const answering = estimates.filter(({ estimate }: Wire) => estimate !== null);
    expect(answering.map(({ method }: Wire) => method)).toEqual([...commonMethods, 'pca', 'aipw-paper']);
    for (const { method, estimate, reason } of estimates) {
      if (estimate === null) expect(reason, method).toMatch(/design "[a-z-]+"/);
      else {
        const right = smallResults(itemsOf(set), 19).filter(({ score }) => score === 1).length;
        expect(estimate).toBeGreaterThanOrEqual(right / 40);
        expect(estimate).toBeLessThanOrEqual((right + 16) / 40);
      }
    }
    const again = expectStatus(await harness.send('GET', `/v1/evaluations/${stored.id}${query}`), 200);
    expect(again.estimates).toEqual(estimates);
    expect(byMethod(stored, 'aipw')).toEqual(estimates[0]);
  });

  it('answer stateless estimates too', async () => {
    const results = smallResults(smallItems.slice(0, 30), 19);
    const body = { results, methods: allMethods };
    const reply = await harness.send('POST', '/v1/benchmarks/small/estimates', body);
    const { estimates } = expectStatus(reply, 200);
    const answering = estimates.filter(({ estimate }: Wire) => estimate !== null);
    expect(answering.map(({ method }: Wire) => method)).toEqual([...commonMethods, 'pca', 'aipw-paper']);
  });
});

describe('a choice that is impossible', () => {
  const onlyOne = `${smallLongCsv.split('\n').slice(0, 41).join('\n')}\n`;

  it.each([
    'anchor-points',
    'anchor-points-absolute',
    'random-search',
    'lasso',
    'double-optimize',
    'irt-clusters',
  ])('fails under %s with one source model, and says why', async (design) => {
    await using alone = await openHarness();
    await addBenchmark(alone, 'one', onlyOne);
    const { id } = await startChoosing(alone, 'one', { size: 5, design, seed: 1 });
    const set = await settled(alone, id);
    expect(set).toMatchObject({
      status: 'failed',
      size: 5,
      items: [],
      error: expect.stringMatching(/\w{3}/),
    });
    expect(set.progress).toBeGreaterThanOrEqual(0);
    expect(set.progress).toBeLessThan(1);
    const list = expectStatus(await alone.send('GET', '/v1/benchmarks/one/core-sets'), 200);
    expect(list.data[0]).toMatchObject({ id, status: 'failed', error: set.error });
    const body = { model: 'new', results: [{ item: 'item-00', score: 1 }] };
    const evaluation = await alone.send('POST', `/v1/core-sets/${id}/evaluations`, body);
    expect(refusal(evaluation)).toBe('409 core-set-failed');
    expect(evaluation.json.detail).toContain(set.error);
    const extension = await alone.send('POST', `/v1/core-sets/${id}/extensions`, { add: 1 });
    expect(refusal(extension)).toMatch(/^(409 core-set-failed|422 invalid-request)/);
    expect(expectStatus(await alone.send('GET', '/v1/benchmarks/one/evaluations'), 200).data).toEqual([]);
  });

  it('is refused at once where there are not so many items, or none are left to learn from', async () => {
    const url = '/v1/benchmarks/small/core-sets';
    expect(refusal(await harness.send('POST', url, { size: 41, design: 'lasso' }))).toBe(
      '422 invalid-request size',
    );
    const nobody = { size: 5, design: 'lasso', exclude_models: smallModels };
    expect(refusal(await harness.send('POST', url, nobody))).toBe('422 insufficient-data');
  });
});

describe('while a core set is being chosen', () => {
  /** Some seconds of random search. */
  const slow = { size: 100, design: 'random-search', seed: 5 };
  const items = numbered('q', 400);
  const csv = lines([
    ['model', ...items],
    ...numbered('m', 90).map((model, m) => [
      model,
      ...items.map((_, j) => Number((j * 7919) % 400 < 4 * m + ((j * m) % 37))),
    ]),
  ]);
  let service: Harness;

  beforeAll(async () => {
    service = await openHarness();
    await addBenchmark(service, 'large', csv);
    await addBenchmark(service, 'small', smallLongCsv);
  });

  afterAll(() => service[Symbol.asyncDispose]());

  it('others are answered, evaluations on it are refused, and a deleted benchmark takes it along', async () => {
    const { id } = await startChoosing(service, 'large', slow);
    const body = { model: 'new', results: [{ item: items[0], score: 1 }] };
    const early = await service.send('POST', `/v1/core-sets/${id}/evaluations`, body);
    expect(refusal(early)).toBe('409 core-set-pending');
    expect(refusal(await service.send('POST', `/v1/core-sets/${id}/extensions`, { add: 1 }))).toMatch(
      /^(409 core-set-pending|422 invalid-request)/,
    );
    let answered = 0;
    let busy = true;
    for (; busy && answered < 300; answered++) {
      expectStatus(await service.send('GET', '/livez'), 200);
      const small = await drawCoreSet(service, 'small', { size: 20, seed: answered });
      await report(service, small);
      const { status } = expectStatus(await service.send('GET', `/v1/core-sets/${id}`), 200);
      busy = status !== 'ready';
    }
    // Many more requests than a blocked event loop would let through before the choice is made.
    expect(answered).toBeGreaterThan(50);
    expectStatus(await service.send('DELETE', '/v1/benchmarks/large'), 204);
    expectStatus(await service.send('GET', `/v1/core-sets/${id}`), 404);
    expectStatus(await service.send('GET', '/readyz'), 200);
  });

  it('several are worked off, each with the outcome it would have had alone', async () => {
    const requests = purposiveDesigns.map((design) => ({ size: 10, design, seed: 3 }));
    const started = await Promise.all(requests.map((request) => startChoosing(service, 'small', request)));
    const together: WireCoreSet[] = [];
    for (const { id } of started) together.push(await settled(service, id));
    for (const [index, request] of requests.entries()) {
      expect(together[index].items).toEqual((await choose(service, 'small', request)).items);
    }
  });
});
