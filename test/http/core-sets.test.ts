import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallGroup,
  smallItems,
  smallLongCsv,
  smallModels,
  smallWideCsv,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

const designs = ['balanced', 'random', 'stratified', 'informative'];

async function openSmall(): Promise<Harness> {
  const harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  return harness;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** For tests that only draw. */
let harness: Harness;

beforeAll(async () => {
  harness = await openSmall();
  await addBenchmark(harness, 'copy', smallLongCsv);
});

afterAll(() => harness[Symbol.asyncDispose]());

describe.each(designs)('a %s core set', (design) => {
  it('is what was asked for, and reads back the same', async () => {
    const reply = await harness.send('POST', '/v1/benchmarks/small/core-sets', { size: 12, design, seed: 7 });
    const set = expectStatus(reply, 201);
    expect(set).toMatchObject({
      benchmark: 'small',
      status: 'ready',
      design,
      size: 12,
      seed: 7,
      population: 40,
      source_models: 12,
      groups: null,
      revision: 1,
    });
    expect(reply.headers.location).toBe(`/v1/core-sets/${set.id}`);
    expect(expectStatus(await harness.send('GET', `/v1/core-sets/${set.id}`), 200)).toEqual(set);
    const { items, ...summary } = set;
    const list = expectStatus(await harness.send('GET', '/v1/benchmarks/small/core-sets'), 200);
    expect(list.data[0]).toEqual(summary);
    expect(items).toHaveLength(12);
  });

  it('names items of the benchmark, each once, with their group and difficulty', async () => {
    const known = expectStatus(await harness.send('GET', '/v1/benchmarks/small/items'), 200).data;
    const { items } = await drawCoreSet(harness, 'small', { size: 13, design, seed: 3 });
    expect(new Set(items.map(({ item }) => item)).size).toBe(13);
    for (const { item, group, difficulty } of items) {
      const j = smallItems.indexOf(item);
      expect([item, group]).toEqual([smallItems[j], smallGroup(j)]);
      expect(difficulty).toBeCloseTo(known[j].difficulty, 12);
    }
  });

  it('is the same for the same seed, also in another benchmark with the same history', async () => {
    const request = { size: 10, design, seed: 2 ** 53 - 1 };
    const first = await drawCoreSet(harness, 'small', request);
    expect((await drawCoreSet(harness, 'small', request)).items).toEqual(first.items);
    expect((await drawCoreSet(harness, 'copy', request)).items).toEqual(first.items);
    const others = [];
    for (let seed = 1; seed <= 5; seed++) {
      others.push(itemsOf(await drawCoreSet(harness, 'small', { ...request, seed })).join());
    }
    expect(new Set(others).size).toBeGreaterThan(1);
  });

  it('draws and echoes a seed where none is given', async () => {
    const drawn = await drawCoreSet(harness, 'small', { size: 10, design });
    expect(drawn.seed).toBeGreaterThanOrEqual(0);
    const again = await drawCoreSet(harness, 'small', { size: 10, design, seed: drawn.seed });
    expect(again.items).toEqual(drawn.items);
    const seeds = [drawn.seed];
    for (let i = 0; i < 3; i++) seeds.push((await drawCoreSet(harness, 'small', { size: 10, design })).seed);
    expect(new Set(seeds).size).toBe(4);
  });

  it.each([4, 12, 39, 40])('has inclusion probabilities that fit size %i', async (size) => {
    const { items } = await drawCoreSet(harness, 'small', { size, design, seed: 5 });
    const probabilities = items.map((item) => item.inclusion_probability);
    for (const probability of probabilities) {
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
    if (design === 'balanced' || design === 'random') {
      for (const probability of probabilities) expect(probability).toBeCloseTo(size / 40, 12);
      expect(sum(probabilities)).toBeCloseTo((size * size) / 40, 10);
    }
    if (size === 40) {
      expect(new Set(items.map(({ item }) => item))).toEqual(new Set(smallItems));
      for (const probability of probabilities) expect(probability).toBeCloseTo(1, 12);
    }
  });

  it('can be of one item', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'small', smallWideCsv);
    const { items, population } = await drawCoreSet(harness, 'small', { size: 1, design });
    expect([items.length, population]).toEqual([1, 40]);
  });

  it('keeps to the groups it is restricted to', async () => {
    const set = await drawCoreSet(harness, 'small', {
      size: 9,
      design,
      seed: 1,
      groups: ['logic', 'algebra'],
    });
    expect(set).toMatchObject({ population: 24, groups: ['logic', 'algebra'] });
    for (const { group } of set.items) expect(['algebra', 'logic']).toContain(group);
    const all = await drawCoreSet(harness, 'small', { size: 24, design, groups: ['logic', 'algebra'] });
    expect(itemsOf(all)).toEqual(
      smallItems.filter((_, j) => ['algebra', 'logic'].includes(smallGroup(j) ?? '')),
    );
  });

  it('has the sources that are not excluded, and takes their difficulties only', async () => {
    const excluded = smallModels.slice(0, 5);
    const set = await drawCoreSet(harness, 'small', {
      size: 8,
      design,
      seed: 1,
      exclude_models: [...excluded, 'nobody'],
    });
    expect(set.source_models).toBe(7);
    const rows = smallWideCsv
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    for (const { item, difficulty } of set.items) {
      const column = rows[0].indexOf(item);
      const scores = rows.slice(1).filter(([model]) => !excluded.includes(model));
      expect(difficulty).toBeCloseTo(sum(scores.map((row) => Number(row[column]))) / 7, 12);
    }
  });
});

describe('a core set', () => {
  it('is informative where no design is given', async () => {
    await using harness = await openSmall();
    expect((await drawCoreSet(harness, 'small', { size: 5 })).design).toBe('informative');
  });

  it('gives every item of the population its probability under the informative design', async () => {
    await using harness = await openSmall();
    const known = new Map<string, number>();
    // Probabilities do not depend on the draw, so that many draws show those of every item.
    for (let seed = 0; seed < 40 && known.size < 40; seed++) {
      const { items } = await drawCoreSet(harness, 'small', { size: 12, design: 'informative', seed });
      for (const { item, inclusion_probability } of items) {
        expect(known.get(item) ?? inclusion_probability).toBe(inclusion_probability);
        known.set(item, inclusion_probability);
      }
    }
    expect(known.size).toBe(40);
    expect(sum([...known.values()])).toBeCloseTo(12, 10);
    // Which items the history foretells an error on is tested where it is computed; they are not all alike.
    expect(new Set(known.values()).size).toBeGreaterThan(5);
  });

  it('is drawn by group under the stratified design, by largest remainder', async () => {
    await using harness = await openSmall();
    const groups = (set: { items: { group: string | null }[] }) =>
      ['algebra', 'geometry', 'logic', null].map(
        (name) => set.items.filter(({ group }) => group === name).length,
      );
    const shares: readonly (readonly [number, number[]])[] = [
      [4, [1, 1, 1, 1]],
      [5, [2, 1, 1, 1]],
      [10, [4, 3, 2, 1]],
      [11, [5, 3, 2, 1]],
      [20, [8, 6, 4, 2]],
      [39, [15, 12, 8, 4]],
    ];
    for (const [size, expected] of shares) {
      const set = await drawCoreSet(harness, 'small', { size, design: 'stratified', seed: size });
      expect(groups(set)).toEqual(expected);
      for (const { group, inclusion_probability } of set.items) {
        const g = ['algebra', 'geometry', 'logic', null].indexOf(group);
        expect(inclusion_probability).toBeCloseTo(groups(set)[g] / [16, 12, 8, 4][g], 12);
      }
    }
  });

  it('stays as it was drawn when the history changes', async () => {
    await using harness = await openSmall();
    const set = await drawCoreSet(harness, 'small', { size: 12, seed: 7 });
    const changes = [
      harness.send('DELETE', '/v1/benchmarks/small/models/model-00'),
      harness.send('PUT', '/v1/benchmarks/small/items', {
        items: smallItems.map((item) => ({ item, group: 'one' })),
      }),
      harness.send('POST', '/v1/benchmarks/small/scores', {
        items: ['item-40'],
        models: [{ model: 'model-01', scores: [1] }],
      }),
    ];
    for (const change of changes) expect((await change).status).toBeLessThan(300);
    expect(expectStatus(await harness.send('GET', `/v1/core-sets/${set.id}`), 200)).toEqual(set);
    const later = await drawCoreSet(harness, 'small', { size: 12, seed: 7 });
    expect(later).toMatchObject({ population: 41, source_models: 11, revision: 4 });
  });
});
