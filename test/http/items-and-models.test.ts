import { describe, expect, it } from 'vitest';
import { addBenchmark, expectStatus, smallGroup, smallItems, smallLongCsv } from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

const url = '/v1/benchmarks/b';

interface WireItem {
  item: string;
  group: string | null;
  difficulty: number | null;
  discrimination: number | null;
  metadata: Record<string, unknown> | null;
}

async function items(harness: Harness): Promise<WireItem[]> {
  return expectStatus(await harness.send('GET', `${url}/items?limit=500`), 200).data;
}

async function change(harness: Harness, ...changes: object[]): Promise<void> {
  const reply = await harness.send('PUT', `${url}/items`, { items: changes });
  expect(expectStatus(reply, 200)).toEqual({ updated: changes.length });
}

describe('items', () => {
  it('have the difficulty and item-rest correlation worked out by hand', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2,q3,q4\na,1,1,0,\nb,1,0,0,\nc,1,1,1,1\n');
    const [q1, q2, q3, q4] = await items(harness);
    // q1 and q4 do not vary over their models.
    expect([q1.difficulty, q1.discrimination]).toEqual([1, null]);
    expect([q4.difficulty, q4.discrimination]).toEqual([1, null]);
    // q2 = (1, 0, 1); rests = (1/2, 1/2, 1): r = (1/6) / sqrt(2/3 * 1/6) = 1/2.
    expect(q2.difficulty).toBeCloseTo(2 / 3, 12);
    expect(q2.discrimination).toBeCloseTo(1 / 2, 12);
    // q3 = (0, 0, 1); rests = (1, 1/2, 1): r = (1/6) / sqrt(2/3 * 1/6) = 1/2.
    expect(q3.difficulty).toBeCloseTo(1 / 3, 12);
    expect(q3.discrimination).toBeCloseTo(1 / 2, 12);
  });

  it('follow the history', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2\na,1,0\nb,0,\n');
    expect((await items(harness)).map(({ difficulty }) => difficulty)).toEqual([0.5, 0]);
    expectStatus(await harness.send('DELETE', `${url}/models/a`), 204);
    expect((await items(harness)).map(({ difficulty }) => difficulty)).toEqual([0, null]);
  });

  it('come in the order of the import with their groups', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallLongCsv);
    const listed = await items(harness);
    expect(listed.map(({ item }) => item)).toEqual(smallItems);
    expect(listed.map(({ group }) => group)).toEqual(smallItems.map((_, j) => smallGroup(j)));
    const { groups } = expectStatus(await harness.send('GET', url), 200);
    expect(groups).toEqual([
      { name: 'algebra', item_count: 16 },
      { name: 'geometry', item_count: 12 },
      { name: 'logic', item_count: 8 },
    ]);
  });

  it('change only in what is named', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2,q3\na,1,0,1\n');
    await change(
      harness,
      { item: 'q2', group: 'g', metadata: { task: 't', native_id: 7 } },
      { item: 'q1', group: 'h' },
    );
    await change(harness, { item: 'q2', metadata: { content_hash: 'abc', native_id: null } });
    await change(harness, { item: 'q1' });
    const [q1, q2, q3] = await items(harness);
    expect([q1.group, q1.metadata]).toEqual(['h', null]);
    expect([q2.group, q2.metadata]).toEqual(['g', { task: 't', content_hash: 'abc' }]);
    expect([q3.group, q3.metadata]).toEqual([null, null]);
  });

  it('leave their group by null, and lose metadata key by key', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1\na,1\n');
    await change(harness, { item: 'q1', group: 'g', metadata: { a: 1, b: { deep: [1, null] } } });
    await change(harness, { item: 'q1', group: null, metadata: { a: null } });
    expect(await items(harness)).toMatchObject([{ group: null, metadata: { b: { deep: [1, null] } } }]);
    await change(harness, { item: 'q1', metadata: { b: null } });
    expect((await items(harness))[0].metadata).toBeNull();
    expect(expectStatus(await harness.send('GET', url), 200).groups).toEqual([]);
  });
});

describe('models', () => {
  const names = [
    'org/name',
    'org/sub/name:7b',
    'a b',
    '100%',
    '%2F',
    'a?b#c',
    'ünïcödé 模型',
    'it\'s "q"',
    'x'.repeat(255),
    '😀'.repeat(255),
    '...',
  ];

  it.each(names)('named %s are read and deleted by their encoded name', async (name) => {
    await using harness = await openHarness();
    await harness.send('PUT', url);
    const models = [
      { model: name, scores: [1, 0, null] },
      { model: 'other', scores: [1, 1, 1] },
    ];
    expectStatus(await harness.send('POST', `${url}/scores`, { items: ['q1', 'q2', 'q3'], models }), 200);
    const path = `${url}/models/${encodeURIComponent(name)}`;
    expect(expectStatus(await harness.send('GET', path), 200)).toEqual({
      model: name,
      mean_score: 0.5,
      scored_items: 2,
      source: 'json',
      created_at: expect.stringMatching(/Z$/),
    });
    expectStatus(await harness.send('DELETE', path), 204);
    expectStatus(await harness.send('GET', path), 404);
    expectStatus(await harness.send('DELETE', path), 404);
    const left = expectStatus(await harness.send('GET', `${url}/models`), 200).data;
    expect(left.map(({ model }: { model: string }) => model)).toEqual(['other']);
  });

  it('keep the format in which they came first', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1\na,1\n');
    const line = '{"model":"a","item":"q2","score":0}\n{"model":"b","item":"q2","score":0}\n';
    const sent = await harness.send('POST', `${url}/scores`, line, {
      'content-type': 'application/x-ndjson',
    });
    expectStatus(sent, 200);
    const listed = expectStatus(await harness.send('GET', `${url}/models`), 200).data;
    expect(listed).toMatchObject([
      { model: 'a', source: 'csv', mean_score: 0.5, scored_items: 2 },
      { model: 'b', source: 'ndjson', mean_score: 0, scored_items: 1 },
    ]);
  });

  it('are told apart by case and by Unicode form', async () => {
    await using harness = await openHarness();
    const names = ['a', 'A', '\u00e9', 'e\u0301', 'a '];
    await addBenchmark(harness, 'b', `model,q1\n${names.map((name) => `${name},1\n`).join('')}`);
    const listed = expectStatus(await harness.send('GET', `${url}/models`), 200).data;
    expect(listed.map(({ model }: { model: string }) => model)).toEqual(names);
  });
});
