import { expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallLongCsv,
  smallResults,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function fill(harness: Harness): Promise<{ coreSet: string; evaluation: string }> {
  await addBenchmark(harness, 'small', smallLongCsv, { title: 'Small', score_range: [0, 2] });
  const changes = { items: [{ item: 'item-00', metadata: { task: 't' } }] };
  expectStatus(await harness.send('PUT', '/v1/benchmarks/small/items', changes), 200);
  const set = await drawCoreSet(harness, 'small', { size: 24, design: 'informative', seed: 7 });
  const reply = await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, {
    model: 'new',
    results: smallResults(itemsOf(set), 19).slice(2),
    metadata: { run: 1 },
  });
  return { coreSet: set.id, evaluation: expectStatus(reply, 201).id };
}

const under = ({ coreSet, evaluation }: { coreSet: string; evaluation: string }) => [
  `/v1/core-sets/${coreSet}`,
  `/v1/evaluations/${evaluation}`,
  `/v1/evaluations/${evaluation}?level=0.9&methods=aipw,random-sampling-learn`,
  `/v1/evaluations/${evaluation}/results`,
];

const lists = ['', '/items?limit=500', '/models', '/leaderboard', '/core-sets', '/evaluations', '/scores'];

async function readAll(harness: Harness, urls: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const url of urls) {
    const reply = await harness.send('GET', url);
    expectStatus(reply, 200);
    texts.push(reply.text);
  }
  return texts;
}

it('finds everything again in a database file that is opened once more', async () => {
  using folder = temporaryFolder();
  let urls: string[] = [];
  let before: string[] = [];
  {
    await using harness = await openHarness(folder.path('benchcast.db'));
    urls = [...lists.map((list) => `/v1/benchmarks/small${list}`), ...under(await fill(harness))];
    before = await readAll(harness, urls);
  }
  await using harness = await openHarness(folder.path('benchcast.db'));
  expect(await readAll(harness, urls)).toEqual(before);
  // And it goes on: the missing results complete the evaluation.
  const results = JSON.parse(before[urls.length - 1]).results;
  const missing = results.filter(({ score }: { score: number | null }) => score === null);
  expect(missing).toHaveLength(2);
  const added = await harness.send('POST', `${urls[urls.length - 1]}`, {
    results: missing.map(({ item }: { item: string }) => ({ item, score: 1 })),
  });
  expect(expectStatus(added, 200).status).toBe('complete');
});

it('answers 404 for everything under a deleted benchmark, also when its name is used again', async () => {
  await using harness = await openHarness();
  const ids = await fill(harness);
  await readAll(harness, under(ids));
  expectStatus(await harness.send('DELETE', '/v1/benchmarks/small'), 204);
  const expectGone = async () => {
    for (const url of under(ids)) expectStatus(await harness.send('GET', url), 404);
    const results = [{ item: 'item-00', score: 1 }];
    const posts: readonly (readonly [string, object])[] = [
      [`/v1/core-sets/${ids.coreSet}/evaluations`, { model: 'late', results }],
      [`/v1/evaluations/${ids.evaluation}/results`, { results }],
    ];
    for (const [url, body] of posts) expectStatus(await harness.send('POST', url, body), 404);
    expectStatus(await harness.send('DELETE', `/v1/evaluations/${ids.evaluation}`), 404);
  };
  await expectGone();
  await addBenchmark(harness, 'small', smallLongCsv);
  await expectGone();
  for (const list of ['core-sets', 'evaluations']) {
    expect(expectStatus(await harness.send('GET', `/v1/benchmarks/small/${list}`), 200).data).toEqual([]);
  }
});

it('leaves the other benchmarks alone when one is deleted', async () => {
  await using harness = await openHarness();
  await addBenchmark(harness, 'other', smallLongCsv);
  await fill(harness);
  const urls = lists.map((list) => `/v1/benchmarks/other${list}`);
  const before = await readAll(harness, urls);
  expectStatus(await harness.send('DELETE', '/v1/benchmarks/small'), 204);
  expect(await readAll(harness, urls)).toEqual(before);
});
