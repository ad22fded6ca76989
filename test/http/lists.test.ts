import { describe, expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  numbered,
  smallResults,
  smallWideCsv,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

/** Every entry of a list, page by page. */
async function readPages(harness: Harness, url: string, limit: number) {
  const pages: Record<string, unknown>[][] = [];
  let cursor: string | null = null;
  do {
    const query = `${url.includes('?') ? '&' : '?'}limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page = expectStatus(await harness.send('GET', url + query), 200);
    expect(Object.keys(page).sort()).toEqual(['data', 'next_cursor']);
    pages.push(page.data);
    cursor = page.next_cursor;
  } while (cursor !== null && pages.length < 100);
  return pages;
}

/** Five benchmarks; in the first five items, models, core sets and evaluations, two of them of one model. */
async function openFilled(): Promise<Harness> {
  const harness = await openHarness();
  const header = `model,${numbered('item', 5).join(',')}\n`;
  const history = `${header}a,1,1,1,1,1\nb,1,0,0,0,0\nc,1,1,0,0,0\nd,1,1,1,0,0\ne,1,1,1,1,0\n`;
  for (const name of numbered('b', 5)) await addBenchmark(harness, name, history);
  for (const [index, model] of ['v', 'w', 'w', 'x', 'y'].entries()) {
    const set = expectStatus(await harness.send('POST', '/v1/benchmarks/b-00/core-sets', { size: 2 }), 201);
    const results = set.items.map(({ item }: { item: string }) => ({ item, score: index % 2 }));
    expectStatus(await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, { model, results }), 201);
  }
  return harness;
}

const lists: readonly (readonly [url: string, key: string, count: number])[] = [
  ['/v1/benchmarks', 'name', 5],
  ['/v1/benchmarks/b-00/items', 'item', 5],
  ['/v1/benchmarks/b-00/models', 'model', 5],
  ['/v1/benchmarks/b-00/leaderboard', 'model', 9],
  ['/v1/benchmarks/b-00/core-sets', 'id', 5],
  ['/v1/benchmarks/b-00/evaluations', 'id', 5],
  ['/v1/benchmarks/b-00/evaluations?model=w', 'id', 2],
  ['/v1/evaluations', 'id', 5],
];

describe('a list', () => {
  it.each(lists)('%s gives every entry once, whatever the size of its pages', async (url, key, count) => {
    await using harness = await openFilled();
    const [whole, ...none] = await readPages(harness, url, 500);
    expect(none).toEqual([]);
    expect(whole).toHaveLength(count);
    expect(new Set(whole.map((entry) => entry[key])).size).toBe(count);
    for (const limit of [1, 2, count, count + 1]) {
      const pages = await readPages(harness, url, limit);
      expect(pages.flat()).toEqual(whole);
      expect(pages).toHaveLength(Math.ceil(count / limit));
    }
  });

  it('holds fifty entries where no limit is given', async () => {
    await using harness = await openHarness();
    const models = numbered('m', 51).map((model) => `${model},1\n`);
    await addBenchmark(harness, 'b', `model,q1\n${models.join('')}`);
    const page = expectStatus(await harness.send('GET', '/v1/benchmarks/b/models'), 200);
    expect(page.data).toHaveLength(50);
    const rest = await harness.send('GET', `/v1/benchmarks/b/models?cursor=${page.next_cursor}`);
    expect(expectStatus(rest, 200)).toMatchObject({ data: [{ model: 'm-50' }], next_cursor: null });
  });

  it('goes on where it stopped when entries come and go', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1\na,1\nb,1\nc,1\n');
    const url = '/v1/benchmarks/b/models';
    const { next_cursor } = expectStatus(await harness.send('GET', `${url}?limit=2`), 200);
    expectStatus(await harness.send('DELETE', `${url}/b`), 204);
    expectStatus(
      await harness.send('POST', '/v1/benchmarks/b/scores', {
        items: ['q1'],
        models: [{ model: 'd', scores: [1] }],
      }),
      200,
    );
    const rest = expectStatus(await harness.send('GET', `${url}?limit=5&cursor=${next_cursor}`), 200);
    expect(rest.data.map(({ model }: { model: string }) => model)).toEqual(['c', 'd']);
  });

  it('has the evaluations of all benchmarks as each benchmark has them, newest first', async () => {
    await using harness = await openFilled();
    const list = async (url: string) => expectStatus(await harness.send('GET', url), 200).data;
    const set = await drawCoreSet(harness, 'b-01', { size: 2 });
    const results = itemsOf(set).map((item) => ({ item, score: 1 }));
    const report = await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, { model: 'z', results });
    const last = expectStatus(report, 201);
    expect(await list('/v1/evaluations')).toEqual([last, ...(await list('/v1/benchmarks/b-00/evaluations'))]);
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/b-00'), 204);
    expect(await list('/v1/evaluations')).toEqual([last]);
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/b-01'), 204);
    expect(await list('/v1/evaluations')).toEqual([]);
  });

  it('has the newest core sets and evaluations first', async () => {
    await using harness = await openFilled();
    const evaluations = expectStatus(await harness.send('GET', '/v1/benchmarks/b-00/evaluations'), 200).data;
    expect(evaluations.map(({ model }: { model: string }) => model)).toEqual(['y', 'x', 'w', 'w', 'v']);
    const sets = expectStatus(await harness.send('GET', '/v1/benchmarks/b-00/core-sets'), 200).data;
    expect(sets.map(({ id }: { id: string }) => id)).toEqual(
      evaluations.map(({ core_set }: { core_set: string }) => core_set),
    );
  });
});

describe('the leaderboard', () => {
  async function leaderboard(harness: Harness) {
    return expectStatus(await harness.send('GET', '/v1/benchmarks/b/leaderboard'), 200).data;
  }

  it('ranks by score, equal scores alike and by name', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2\nd,0,1\nc,1,1\nb,1,0\na,0,0\ne,1,\n');
    // e was not scored on every item: its mean is of other items than the others'.
    const shown = (await leaderboard(harness)).map((entry: Record<string, unknown>) => [
      entry.rank,
      entry.model,
      entry.score,
      entry.scored_items,
    ]);
    expect(shown).toEqual([
      [1, 'c', 1, 2],
      [2, 'b', 0.5, 2],
      [2, 'd', 0.5, 2],
      [4, 'a', 0, 2],
      [null, 'e', 1, 1],
    ]);
  });

  it('holds the latest evaluation of each new model beside the history', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const set = expectStatus(
      await harness.send('POST', '/v1/benchmarks/b/core-sets', { size: 20, seed: 7 }),
      201,
    );
    const names = set.items.map(({ item }: { item: string }) => item);
    const report = async (model: string, ability: number) =>
      expectStatus(
        await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, {
          model,
          results: smallResults(names, ability),
        }),
        201,
      );
    await report('new', 35);
    const later = await report('new', 19);
    await report('model-05', 35);

    const entries = await leaderboard(harness);
    expect(entries).toHaveLength(13);
    const estimated = entries.filter(({ kind }: { kind: string }) => kind === 'estimated');
    const recommended = later.estimates.find(
      ({ method }: { method: string }) => method === later.recommended,
    );
    expect(estimated).toEqual([
      {
        rank: expect.any(Number),
        model: 'new',
        kind: 'estimated',
        score: recommended.estimate,
        method: later.recommended,
        interval: recommended.interval,
        scored_items: 20,
        evaluation: later.id,
        severity: later.warnings[0]?.severity ?? null,
      },
    ]);
    // A model of the history stays as it was measured.
    const measured = entries.find(({ model }: { model: string }) => model === 'model-05');
    expect(measured).toMatchObject({ kind: 'measured', score: 17 / 40, interval: null, evaluation: null });
    const scores = entries.map(({ score }: { score: number }) => score);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
    expect(estimated[0].rank).toBe(1 + scores.filter((score: number) => score > recommended.estimate).length);

    expectStatus(await harness.send('DELETE', `/v1/evaluations/${later.id}`), 204);
    const before = (await leaderboard(harness)).find(({ model }: { model: string }) => model === 'new');
    expect(before.evaluation).not.toBe(later.id);
    expect(before.rank).toBe(1);
  });

  it('prefers a complete evaluation to a later partial one, and needs an interval', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const set = await drawCoreSet(harness, 'b', { size: 20, seed: 7 });
    const url = `/v1/core-sets/${set.id}/evaluations`;
    const results = smallResults(itemsOf(set), 20);
    const shown = async () =>
      (await leaderboard(harness)).find(({ model }: { model: string }) => model === 'new')?.evaluation;
    expectStatus(await harness.send('POST', url, { model: 'new', results: results.slice(0, 1) }), 201);
    expect(await shown()).toBeUndefined();
    const partial = expectStatus(
      await harness.send('POST', url, { model: 'new', results: results.slice(0, 2) }),
      201,
    );
    expect(await shown()).toBe(partial.id);
    const complete = expectStatus(await harness.send('POST', url, { model: 'new', results }), 201);
    expectStatus(await harness.send('POST', url, { model: 'new', results: results.slice(0, 2) }), 201);
    expect(await shown()).toBe(complete.id);
  });
});
