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
import { answerOf, byMethod, choose, refusal, report, type Wire } from './chosen-core-set.ts';

const designs = ['balanced', 'random', 'stratified', 'informative'];

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  await addBenchmark(harness, 'other', smallLongCsv);
});

afterAll(() => harness[Symbol.asyncDispose]());

async function extend(id: string, request: object, service = harness): Promise<WireCoreSet & Wire> {
  return expectStatus(await service.send('POST', `/v1/core-sets/${id}/extensions`, request), 201);
}

const probabilities = (set: WireCoreSet) =>
  new Map(set.items.map(({ item, inclusion_probability }) => [item, inclusion_probability]));

describe.each(designs)('an extension of a %s core set', (design) => {
  it('holds all of it, and reads back the same', async () => {
    const parent = await drawCoreSet(harness, 'small', { size: 12, design, seed: 7 });
    const reply = await harness.send('POST', `/v1/core-sets/${parent.id}/extensions`, { add: 9, seed: 5 });
    const whole = expectStatus(reply, 201);
    expect(reply.headers.location).toBe(`/v1/core-sets/${whole.id}`);
    expect(whole).toMatchObject({
      benchmark: 'small',
      status: 'ready',
      progress: 1,
      error: null,
      design,
      size: 21,
      seed: 5,
      extends: parent.id,
      population: 40,
      source_models: 12,
      groups: null,
      half_width: null,
      level: null,
    });
    expect(whole.id).not.toBe(parent.id);
    expect(whole.items).toHaveLength(21);
    expect(new Set(itemsOf(whole)).size).toBe(21);
    expect(itemsOf(whole)).toEqual(expect.arrayContaining(itemsOf(parent)));
    expect(itemsOf(whole)).toEqual(itemsOf(whole).toSorted());
    expect(expectStatus(await harness.send('GET', `/v1/core-sets/${whole.id}`), 200)).toEqual(whole);
    expect(expectStatus(await harness.send('GET', `/v1/core-sets/${parent.id}`), 200)).toEqual(parent);
    const { items, ...summary } = whole;
    const list = expectStatus(await harness.send('GET', '/v1/benchmarks/small/core-sets?limit=2'), 200);
    expect(list.data[0]).toEqual(summary);
    expect(list.data[1]).toMatchObject({ id: parent.id, extends: null });
  });

  it('has the probabilities of a core set of its size', async () => {
    const parent = await drawCoreSet(harness, 'small', { size: 12, design, seed: 7 });
    const whole = await extend(parent.id, { add: 9, seed: 5 });
    const known = new Map<string, number>();
    for (let seed = 0; seed < 60; seed++) {
      const same = await drawCoreSet(harness, 'small', { size: 21, design, seed });
      for (const [item, probability] of probabilities(same)) known.set(item, probability);
    }
    for (const [item, probability] of probabilities(whole))
      expect(probability).toBeCloseTo(known.get(item)!, 10);
  });

  it('has every item as often as its probability says', async () => {
    const draws = 400;
    const counts = new Map<string, number>();
    const stated = new Map<string, number>();
    for (let seed = 0; seed < draws; seed++) {
      const parent = await drawCoreSet(harness, 'small', { size: 8, design, seed });
      const whole = await extend(parent.id, { add: 8, seed: 10_000 + seed });
      for (const [item, probability] of probabilities(whole)) {
        counts.set(item, (counts.get(item) ?? 0) + 1);
        stated.set(item, probability);
      }
    }
    for (const item of smallItems) {
      const probability = stated.get(item)!;
      const deviation = Math.sqrt((probability * (1 - probability)) / draws);
      // Exact for equal probabilities; the scale of the informative design is 1 on average only.
      const margin = design === 'informative' ? 0.03 : 0;
      expect(Math.abs((counts.get(item) ?? 0) / draws - probability)).toBeLessThan(4.5 * deviation + margin);
    }
  });

  it('is the same for the same seed, and draws and echoes one where none is given', async () => {
    const { id } = await drawCoreSet(harness, 'small', { size: 12, design, seed: 7 });
    const first = await extend(id, { add: 9, seed: 5 });
    expect((await extend(id, { add: 9, seed: 5 })).items).toEqual(first.items);
    const drawn = await extend(id, { add: 9 });
    expect((await extend(id, { add: 9, seed: drawn.seed })).items).toEqual(drawn.items);
    const seeds = [drawn.seed];
    for (let k = 0; k < 3; k++) seeds.push((await extend(id, { add: 9 })).seed);
    expect(new Set(seeds).size).toBe(4);
  });

  it('can be extended again, up to all items', async () => {
    let set: WireCoreSet & Wire = await drawCoreSet(harness, 'small', { size: 5, design, seed: 1 });
    for (const add of [1, 3, 11, 19, 1]) {
      const larger = await extend(set.id, { add, seed: add });
      expect(larger).toMatchObject({ size: set.size + add, extends: set.id });
      expect(larger.items).toHaveLength(larger.size);
      expect(itemsOf(larger)).toEqual(expect.arrayContaining(itemsOf(set)));
      for (const [item, before] of probabilities(set)) {
        expect(probabilities(larger).get(item)).toBeGreaterThanOrEqual(before - 1e-12);
      }
      for (const { inclusion_probability } of larger.items) {
        expect(inclusion_probability).toBeGreaterThan(0);
        expect(inclusion_probability).toBeLessThanOrEqual(1);
      }
      set = larger;
    }
    expect(itemsOf(set)).toEqual(smallItems);
    for (const { inclusion_probability } of set.items) expect(inclusion_probability).toBeCloseTo(1, 12);
    const full = await harness.send('POST', `/v1/core-sets/${set.id}/extensions`, { add: 1 });
    expect(refusal(full)).toBe('422 invalid-request add');
  });

  it.each([1, 2, 7, 27, 28])('of %i items is exactly that much larger', async (add) => {
    for (let seed = 0; seed < 5; seed++) {
      const parent = await drawCoreSet(harness, 'small', { size: 12, design, seed });
      const whole = await extend(parent.id, { add, seed });
      expect([whole.size, whole.items.length, new Set(itemsOf(whole)).size]).toEqual(Array(3).fill(12 + add));
    }
  });

  it('keeps to the population of the first', async () => {
    const request = {
      size: 8,
      design,
      seed: 7,
      groups: ['algebra', 'geometry'],
      exclude_models: ['model-00'],
    };
    const parent = await drawCoreSet(harness, 'small', request);
    const whole = await extend(parent.id, { add: 10, seed: 1 });
    expect(whole).toMatchObject({ population: 28, groups: ['algebra', 'geometry'], source_models: 11 });
    for (const { group } of whole.items) expect(['algebra', 'geometry']).toContain(group);
    const more = await harness.send('POST', `/v1/core-sets/${parent.id}/extensions`, { add: 21 });
    expect(refusal(more)).toBe('422 invalid-request add');
    expect(more.json.errors[0].message).toContain('20');
  });

  const changes: Readonly<Record<string, (service: Harness) => Promise<unknown>>> = {
    'models were deleted': async (service) => {
      for (const model of smallModels.slice(0, 6)) {
        expectStatus(await service.send('DELETE', `/v1/benchmarks/small/models/${model}`), 204);
      }
    },
    'every model was deleted': async (service) => {
      for (const model of smallModels) {
        expectStatus(await service.send('DELETE', `/v1/benchmarks/small/models/${model}`), 204);
      }
    },
    'items, models and scores were added': (service) =>
      service.send('POST', '/v1/benchmarks/small/scores', {
        items: [...smallItems, 'late-1', 'late-2'],
        models: [{ model: 'late', scores: [...smallItems.map((_, j) => j % 2), 1, 0] }],
      }),
    'scores were replaced': (service) =>
      service.send('POST', '/v1/benchmarks/small/scores?on_conflict=replace', {
        items: smallItems,
        models: smallModels.map((model, m) => ({
          model,
          scores: smallItems.map((_, j) => (j < 20 ? 1 : (m + j) % 2)),
        })),
      }),
    'items were put into other groups': (service) =>
      service.send('PUT', '/v1/benchmarks/small/items', {
        items: smallItems.map((item, j) => ({ item, group: `g${j % 7}` })),
      }),
    'items were put into more groups than the core set has items': (service) =>
      service.send('PUT', '/v1/benchmarks/small/items', {
        items: smallItems.map((item, j) => ({ item, group: `g${j % 30}` })),
      }),
    'all items were put into one group': (service) =>
      service.send('PUT', '/v1/benchmarks/small/items', {
        items: smallItems.map((item) => ({ item, group: 'one' })),
      }),
    'the score range was widened': (service) =>
      service.send('PUT', '/v1/benchmarks/small', { score_range: [-1, 3] }),
  };

  it.each(Object.keys(changes))('is sound after %s', async (change) => {
    await using own = await openHarness();
    await addBenchmark(own, 'small', smallLongCsv);
    const parent = await drawCoreSet(own, 'small', { size: 12, design, seed: 3 });
    await changes[change](own);
    for (const add of [1, 9, 28]) {
      const reply = await own.send('POST', `/v1/core-sets/${parent.id}/extensions`, { add, seed: 5 });
      // A refusal that says why is sound too; a failure or a wrong core set is not.
      if (reply.status === 422) {
        expect(refusal(reply)).toMatch(/^422 (invalid-request|insufficient-data)( add)?$/);
        continue;
      }
      const whole = expectStatus(reply, 201);
      expect(whole.population).toBe(40);
      expect([whole.size, whole.items.length, new Set(itemsOf(whole)).size]).toEqual(Array(3).fill(12 + add));
      expect(itemsOf(whole)).toEqual(expect.arrayContaining(itemsOf(parent)));
      for (const [item, before] of probabilities(parent)) {
        // It was in the parent that often already.
        expect(probabilities(whole).get(item), item).toBeGreaterThanOrEqual(before - 1e-12);
      }
      for (const { inclusion_probability } of whole.items) {
        expect(inclusion_probability).toBeGreaterThan(0);
        expect(inclusion_probability).toBeLessThanOrEqual(1);
      }
      const { revision } = expectStatus(await own.send('GET', '/v1/benchmarks/small'), 200);
      expect(whole.revision).toBe(revision);
      const evaluation = await report(own, whole);
      expect(byMethod(evaluation, 'aipw').estimate).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('a stratified core set whose items were regrouped', () => {
  it.each([
    [
      'one of its items put into another group',
      (set: WireCoreSet) => [{ item: itemsOf(set)[0], group: 'geometry' }],
    ],
    [
      'two of its items changed places, so that no count changes',
      (set: WireCoreSet) => {
        const [a, b] = ['algebra', 'geometry'].map((name) => set.items.find(({ group }) => group === name)!);
        return [
          { item: a.item, group: b.group },
          { item: b.item, group: a.group },
        ];
      },
    ],
    ['all items put into new groups', () => smallItems.map((item, j) => ({ item, group: `g${j % 7}` }))],
  ] as const)('is not extended: %s', async (_, regroup) => {
    await using own = await openHarness();
    await addBenchmark(own, 'small', smallLongCsv);
    const set = await drawCoreSet(own, 'small', { size: 12, design: 'stratified', seed: 3 });
    expectStatus(await own.send('PUT', '/v1/benchmarks/small/items', { items: regroup(set) }), 200);
    for (const add of [1, 10]) {
      expect(refusal(await own.send('POST', `/v1/core-sets/${set.id}/extensions`, { add }))).toBe(
        '422 invalid-request',
      );
    }
  });
});

describe('from_evaluation', () => {
  let parent: WireCoreSet;
  let whole: WireCoreSet;
  let earlier: Wire;

  beforeAll(async () => {
    parent = await drawCoreSet(harness, 'small', { size: 12, seed: 7 });
    whole = await extend(parent.id, { add: 12, seed: 5 });
    earlier = await report(harness, parent);
  });

  const added = () => itemsOf(whole).filter((item) => !itemsOf(parent).includes(item));

  it('carries results over, to which the rest is added', async () => {
    const carried = await report(harness, whole, [], { from_evaluation: earlier.id });
    expect(carried).toMatchObject({
      status: 'partial',
      observed_items: 12,
      from_evaluation: earlier.id,
      core_set: whole.id,
    });
    const stored = expectStatus(await harness.send('GET', `/v1/evaluations/${carried.id}/results`), 200);
    expect(stored.results).toEqual(
      itemsOf(whole).map((item) => ({
        item,
        score: itemsOf(parent).includes(item) ? smallScore(19, smallItems.indexOf(item)) : null,
      })),
    );
    const rest = await harness.send('POST', `/v1/evaluations/${carried.id}/results`, {
      results: smallResults(added(), 19),
    });
    const complete = expectStatus(rest, 200);
    expect(complete).toMatchObject({ status: 'complete', observed_items: 24, from_evaluation: earlier.id });
    expect(answerOf(complete)).toEqual(answerOf(await report(harness, whole)));
    expect(expectStatus(await harness.send('GET', `/v1/evaluations/${earlier.id}`), 200)).toEqual(earlier);
  });

  it('may come without the field of results, and with the new ones at once', async () => {
    const url = `/v1/core-sets/${whole.id}/evaluations`;
    const bare = await harness.send('POST', url, { model: 'new', from_evaluation: earlier.id });
    expect(expectStatus(bare, 201).observed_items).toBe(12);
    const results = smallResults(added(), 19);
    const atOnce = await report(harness, whole, results, { from_evaluation: earlier.id });
    expect(answerOf(atOnce)).toEqual(answerOf(await report(harness, whole)));
  });

  it('gives way to results of its own', async () => {
    const [item] = itemsOf(parent);
    const truth = smallScore(19, smallItems.indexOf(item));
    const body = [{ item, score: 1 - truth }];
    const carried = await report(harness, whole, body, { from_evaluation: earlier.id });
    expect(carried.observed_items).toBe(12);
    const stored = expectStatus(await harness.send('GET', `/v1/evaluations/${carried.id}/results`), 200);
    expect(stored.results.find((result: Wire) => result.item === item).score).toBe(1 - truth);
  });

  it('takes from any core set of the benchmark what it has in common', async () => {
    const stranger = await drawCoreSet(harness, 'small', { size: 30, seed: 99 });
    const before = await report(harness, stranger);
    const shared = itemsOf(stranger).filter((item) => itemsOf(whole).includes(item));
    expect(shared.length).toBeGreaterThan(10);
    const carried = await report(harness, whole, [], { from_evaluation: before.id });
    expect(carried.observed_items).toBe(shared.length);
    const purposive = await choose(harness, 'small', { size: 20, design: 'k-center', seed: 1 });
    const back = await report(harness, purposive, [], { from_evaluation: before.id });
    expect(back.observed_items).toBeGreaterThan(0);
  });

  it('takes the predictions over where the population is the same', async () => {
    const predictions = smallItems.map((item, j) => ({ item, score: (j % 3) / 2 }));
    const before = await report(harness, parent, undefined, { predictions });
    const carried = await report(harness, whole, [], { from_evaluation: before.id });
    const anew = await report(harness, whole, smallResults(itemsOf(parent), 19), { predictions });
    expect(carried.predictions).not.toBeNull();
    expect(answerOf(carried)).toEqual(answerOf(anew));
    const some = await drawCoreSet(harness, 'small', { size: 10, seed: 1, groups: ['algebra'] });
    expect((await report(harness, some, [], { from_evaluation: before.id })).predictions).toBeNull();
  });

  it('is refused where it cannot be', async () => {
    const post = async (set: WireCoreSet, body: object) =>
      refusal(await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, body));
    const from = { from_evaluation: earlier.id };
    expect(await post(whole, { model: 'someone-else', ...from })).toBe('422 invalid-request from_evaluation');
    const elsewhere = await drawCoreSet(harness, 'other', { size: 12, seed: 7 });
    expect(await post(elsewhere, { model: 'new', ...from })).toBe('422 invalid-request from_evaluation');
    expect(await post(whole, { model: 'new', from_evaluation: 'ev_none' })).toMatch(
      /^(404 evaluation-not-found|422 .* from_evaluation)/,
    );
    expect(await post(whole, { model: 'new', results: [] })).toBe('422 invalid-request results');
    expect(await post(whole, { model: 'new' })).toBe('422 invalid-request results');
    const disjoint = await drawCoreSet(harness, 'small', { size: 4, seed: 1, groups: ['logic'] });
    const logic = await report(harness, disjoint);
    const algebra = await drawCoreSet(harness, 'small', { size: 4, seed: 1, groups: ['algebra'] });
    expect(await post(algebra, { model: 'new', from_evaluation: logic.id })).toBe(
      '422 missing-scores results',
    );
    const bad = { model: 'new', ...from, results: [{ item: 'item-99', score: 1 }] };
    expect(await post(whole, bad)).toBe('422 unknown-item results.0.item');
  });

  it('says which is not there when the earlier evaluation was deleted', async () => {
    const gone = await report(harness, parent);
    const after = await report(harness, whole, [], { from_evaluation: gone.id });
    expectStatus(await harness.send('DELETE', `/v1/evaluations/${gone.id}`), 204);
    const reply = await harness.send('POST', `/v1/core-sets/${whole.id}/evaluations`, {
      model: 'new',
      from_evaluation: gone.id,
    });
    expect(reply.status).toBeGreaterThanOrEqual(404);
    expect(reply.json.detail).toContain(gone.id);
    // What was carried over is there for good.
    expect(expectStatus(await harness.send('GET', `/v1/evaluations/${after.id}`), 200)).toEqual(after);
  });
});

describe('an extension of a large core set', () => {
  it('narrows the interval', async () => {
    const items = numbered('q', 90);
    const rows = numbered('m', 20).map((model, m) => [
      model,
      ...items.map((_, j) => Number(((j * 37) % 90) + ((j * 11 + m * 7) % 41) < 30 + 4 * m)),
    ]);
    await using own = await openHarness();
    await addBenchmark(own, 'b', lines([['model', ...items], ...rows]));
    const parent = await drawCoreSet(own, 'b', { size: 30, seed: 1 });
    const score = (item: string) => ({ item, score: Number((items.indexOf(item) * 37) % 90 < 45) });
    const before = await report(own, parent, itemsOf(parent).map(score));
    const whole = await extend(parent.id, { add: 40 }, own);
    const after = await report(own, whole, itemsOf(whole).map(score), { from_evaluation: before.id });
    expect(after.plan.half_width).toBeLessThan(before.plan.half_width);
  });
});
