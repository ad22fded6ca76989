import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallLongCsv,
  smallResults,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { byMethod, refusal, report, type Wire } from './chosen-core-set.ts';

const designs = ['balanced', 'random', 'stratified', 'informative'];

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  const tens = smallLongCsv.replace(/,([01]),/g, (_, score) => `,${1 + 9 * Number(score)},`);
  await addBenchmark(harness, 'tens', tens, { score_range: [1, 10] });
});

afterAll(() => harness[Symbol.asyncDispose]());

async function plan(query: string, name = 'small', service = harness): Promise<Wire> {
  return expectStatus(await service.send('GET', `/v1/benchmarks/${name}/plan?${query}`), 200);
}

describe('a plan', () => {
  it('says what it is a plan of, and how many items are needed', async () => {
    const { items, ...rest } = await plan('half_width=0.1');
    const { design } = await drawCoreSet(harness, 'small', { size: 5 });
    expect(rest).toEqual({
      benchmark: 'small',
      half_width: 0.1,
      level: 0.95,
      design,
      population: 40,
      source_models: 12,
      revision: 1,
      backtest: null,
    });
    for (const { median, p90 } of [items.aipw, items.random_sampling]) {
      expect(median).toBeGreaterThanOrEqual(2);
      expect(p90).toBeGreaterThanOrEqual(median);
      expect(p90).toBeLessThanOrEqual(40);
    }
  });

  it('is the same when asked for again, and on a service that has not been asked before', async () => {
    const first = await plan('half_width=0.07&level=0.9');
    expect(await plan('half_width=0.07&level=0.9')).toEqual(first);
    await using other = await openHarness();
    await addBenchmark(other, 'small', smallLongCsv);
    expect(await plan('half_width=0.07&level=0.9', 'small', other)).toEqual(first);
  });

  it('needs more items for narrower intervals and higher levels', async () => {
    for (const [queries, isFirstLess] of [
      [['half_width=0.2', 'half_width=0.1', 'half_width=0.05', 'half_width=0.01'], true],
      [['half_width=0.1&level=0.5', 'half_width=0.1&level=0.8', 'half_width=0.1&level=0.99'], true],
    ] as const) {
      const plans: Wire[] = [];
      for (const query of queries) plans.push((await plan(query)).items);
      for (const at of ['aipw', 'random_sampling']) {
        for (const figure of ['median', 'p90']) {
          const needed = plans.map((items) => items[at][figure]);
          expect(needed).toEqual(needed.toSorted((a, b) => (isFirstLess ? a - b : b - a)));
        }
      }
      expect(plans.at(-1).aipw.p90).toBeGreaterThan(plans[0].aipw.p90);
    }
  });

  it.each([
    ['half_width=1e-9', 40],
    ['half_width=5', 2],
  ])('of %s is %i items', async (query, expected) => {
    const { items } = await plan(query);
    expect(items.aipw.p90).toBe(expected);
    expect(items.random_sampling.p90).toBe(expected);
  });

  it('is in the score units of its benchmark', async () => {
    const { items } = await plan('half_width=0.9', 'tens');
    expect(items).toEqual((await plan('half_width=0.1')).items);
  });

  it.each(designs)('is of the design %s where asked', async (design) => {
    const { items, design: echoed } = await plan(`half_width=0.1&design=${design}`);
    expect(echoed).toBe(design);
    // The plain mean does not mind the design.
    expect(items.random_sampling).toEqual((await plan('half_width=0.1')).items.random_sampling);
  });

  it('follows the history', async () => {
    await using own = await openHarness();
    await addBenchmark(own, 'small', smallLongCsv);
    const before = await plan('half_width=0.1', 'small', own);
    for (const model of ['model-00', 'model-01', 'model-02', 'model-03']) {
      expectStatus(await own.send('DELETE', `/v1/benchmarks/small/models/${model}`), 204);
    }
    const after = await plan('half_width=0.1', 'small', own);
    expect(after).toMatchObject({ source_models: 8, revision: 5 });
    expect(after.items).not.toEqual(before.items);
  });

  it.each([
    ['one model', 'model,q1,q2,q3,q4,q5\nm,1,0,1,1,0\n'],
    ['one item', 'model,q1\nm,1\nn,0\n'],
    ['one model and one item', 'model,q1\nm,1\n'],
    ['models that agree on everything', 'model,q1,q2,q3\nm,1,1,1\nn,1,1,1\n'],
    ['holes', 'model,q1,q2,q3,q4\nm,1,,1,0\nn,,0,,\no,,1,1,1\n'],
  ])('can be made of %s, under every design, and core sets by it', async (_, csv) => {
    await using own = await openHarness();
    await addBenchmark(own, 'odd', csv);
    for (const design of designs) {
      const { items, population } = await plan(`half_width=0.1&design=${design}`, 'odd', own);
      expect(items.aipw.p90).toBeGreaterThanOrEqual(1);
      expect(items.aipw.p90).toBeLessThanOrEqual(population);
      const set = await drawCoreSet(own, 'odd', { half_width: 0.1, design });
      expect(set.size).toBe(items.aipw.p90);
    }
  });

  it('needs a history', async () => {
    await using own = await openHarness();
    expectStatus(await own.send('PUT', '/v1/benchmarks/empty'), 201);
    const reply = await own.send('GET', '/v1/benchmarks/empty/plan?half_width=0.1');
    expect(refusal(reply)).toBe('422 insufficient-data');
  });
});

describe('a core set by precision', () => {
  it.each(designs)('of the design %s is as large as nine of ten models need', async (design) => {
    for (const [half, level] of [
      [0.1, undefined],
      [0.07, 0.8],
    ] as const) {
      const request = { half_width: half, design, seed: 7, ...(level !== undefined && { level }) };
      const set = await drawCoreSet(harness, 'small', request);
      const { items } = await plan(`half_width=${half}&design=${design}&level=${level ?? 0.95}`);
      expect(set).toMatchObject({
        half_width: half,
        level: level ?? 0.95,
        size: items.aipw.p90,
        status: 'ready',
      });
      expect(set.items).toHaveLength(set.size);
      // It is then the same as one of that size.
      const plain = await drawCoreSet(harness, 'small', { size: set.size, design, seed: 7 });
      expect(plain).toMatchObject({ half_width: null, level: null, items: set.items });
      expect(expectStatus(await harness.send('GET', `/v1/core-sets/${set.id}`), 200)).toEqual(set);
      const { items: _, ...summary } = set;
      const list = expectStatus(await harness.send('GET', '/v1/benchmarks/small/core-sets?limit=2'), 200);
      expect(list.data[1]).toEqual(summary);
    }
  });

  it('gives most models of the history an interval about so narrow', async () => {
    const set = await drawCoreSet(harness, 'small', { half_width: 0.1, seed: 7 });
    const halves: number[] = [];
    for (let model = 0; model < 12; model++) {
      const name = `model-${String(model).padStart(2, '0')}`;
      const results = smallResults(itemsOf(set), 8 + 2 * model);
      const { interval } = byMethod(await report(harness, set, results, { model: name }), 'aipw');
      halves.push((interval.upper - interval.lower) / 2);
    }
    expect(halves.filter((half) => half <= 0.125).length).toBeGreaterThanOrEqual(9);
  });

  it('is in the score units of its benchmark', async () => {
    const set = await drawCoreSet(harness, 'tens', { half_width: 0.9, seed: 7 });
    const twin = await drawCoreSet(harness, 'small', { half_width: 0.1, seed: 7 });
    expect(set.items.map(({ item }) => item)).toEqual(itemsOf(twin));
    expect(set).toMatchObject({ half_width: 0.9 });
  });

  it('plans for the groups and the sources it is restricted to', async () => {
    const groups = { half_width: 0.1, seed: 1, groups: ['algebra'] };
    const set = await drawCoreSet(harness, 'small', groups);
    expect(set.population).toBe(16);
    expect(set.size).toBeLessThanOrEqual(16);
    const few = { half_width: 0.1, seed: 1, exclude_models: ['model-00', 'model-01', 'nobody'] };
    expect((await drawCoreSet(harness, 'small', few)).source_models).toBe(10);
  });

  it('has one item of each group at least under the stratified design', async () => {
    const set = await drawCoreSet(harness, 'small', { half_width: 5, design: 'stratified', seed: 1 });
    expect(set.size).toBe(4);
  });
});

describe('an evaluation', () => {
  it('says how precise it is, how many items would make it more so, and what it rests on', async () => {
    const set = await drawCoreSet(harness, 'small', { size: 24, seed: 7 });
    const evaluation = await report(harness, set);
    const { interval } = byMethod(evaluation, 'aipw');
    expect(evaluation).toMatchObject({
      source_models: 12,
      imputed_share: 0,
      predictions: null,
      from_evaluation: null,
    });
    expect(evaluation.plan.half_width).toBeCloseTo((interval.upper - interval.lower) / 2, 10);
    const { items_for_half_width: needed } = evaluation.plan;
    expect(needed.map(({ half_width }: Wire) => half_width)).toEqual([0.1, 0.05, 0.02, 0.01]);
    const items = needed.map((entry: Wire) => entry.items);
    expect(items).toEqual(items.toSorted((a: number, b: number) => a - b));
    for (const { half_width, items: count } of needed) {
      expect(count).toBeLessThanOrEqual(40);
      // What it has is enough for as wide as it is, and not for narrower.
      if (half_width > evaluation.plan.half_width) expect(count).toBeLessThanOrEqual(25);
      else expect(count).toBeGreaterThanOrEqual(24);
    }
  });

  it('has no plan without an interval, and one of nothing to do with every item', async () => {
    const one = await drawCoreSet(harness, 'small', { size: 1, seed: 7 });
    expect((await report(harness, one)).plan).toBeNull();
    const all = await drawCoreSet(harness, 'small', { size: 40, seed: 7 });
    const { plan: done } = await report(harness, all);
    expect(done.half_width).toBe(0);
  });

  it('says what share of its sources was imputed', async () => {
    await using own = await openHarness();
    const rows = smallLongCsv.split('\n');
    const holes = rows.filter((line, number) => number === 0 || number % 9 !== 5 || line === '').join('\n');
    await addBenchmark(own, 'holes', holes);
    const { missing_share } = expectStatus(await own.send('GET', '/v1/benchmarks/holes'), 200);
    const set: Wire = await drawCoreSet(own, 'holes', { size: 24, seed: 7 });
    expect(set.imputed_share).toBeCloseTo(missing_share, 10);
    expect((await report(own, set)).imputed_share).toBeCloseTo(missing_share, 10);
    const some = await drawCoreSet(own, 'holes', { size: 6, seed: 7, groups: ['logic'] });
    const rowsOfLogic = rows.filter((line) => line.endsWith(',logic'));
    const kept = holes.split('\n').filter((line) => line.endsWith(',logic'));
    const share = 1 - kept.length / rowsOfLogic.length;
    expect((await report(own, some)).imputed_share).toBeCloseTo(share, 10);
  });

  it('counts its own name out of the sources', async () => {
    const set = await drawCoreSet(harness, 'small', { size: 24, seed: 7 });
    const results = smallResults(itemsOf(set), 18);
    expect(await report(harness, set, results, { model: 'model-05' })).toMatchObject({ source_models: 11 });
  });
});

it('an empty population is refused, whatever is asked for', async () => {
  await using own = await openHarness();
  await addBenchmark(own, 'small', smallLongCsv);
  const alone = { items: ['lonely'], models: [{ model: 'passing', scores: [1] }] };
  expectStatus(await own.send('POST', '/v1/benchmarks/small/scores', alone), 200);
  const items = [{ item: 'lonely', group: 'g' }];
  expectStatus(await own.send('PUT', '/v1/benchmarks/small/items', { items }), 200);
  expectStatus(await own.send('DELETE', '/v1/benchmarks/small/models/passing'), 204);
  for (const wanted of [{ half_width: 0.1 }, { size: 1 }, { size: 1, design: 'k-center' }]) {
    const request = { ...wanted, groups: ['g'] };
    const reply = await own.send('POST', '/v1/benchmarks/small/core-sets', request);
    expect(refusal(reply)).toBe('422 insufficient-data groups');
  }
});
