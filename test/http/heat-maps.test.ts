import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { addBenchmark, csvType, expectStatus, smallItems, smallWideCsv } from '../support/fixtures.ts';
import { openHarness, type Reply, type Sender } from '../support/open-harness.ts';
import type { Wire } from './chosen-core-set.ts';

const url = '/v1/benchmarks/b/heat-map';

/** b and c are equal, as q1 and q3 are; e has one score, q5 none. */
const csv = 'model,q1,q2,q3,q4,q5\nc,1,0,1,0,\nb,1,1,0,0,\na,1,1,1,1,\nd,0,0,0,0,\ne,,,1,,\nx,,,,,1\n';

async function openSmall() {
  const harness = await openHarness();
  await addBenchmark(harness, 'b', csv);
  expectStatus(await harness.send('DELETE', '/v1/benchmarks/b/models/x'), 204);
  return harness;
}

async function read(sender: Sender, query = ''): Promise<Wire> {
  return expectStatus(await sender.send('GET', `${url}${query}`), 200);
}

function cellsOf({ cells, rows, columns }: Wire): number[][] {
  const bytes = [...Buffer.from(cells, 'base64')];
  expect(bytes).toHaveLength(rows * columns);
  return Array.from({ length: rows }, (_, row) => bytes.slice(row * columns, (row + 1) * columns));
}

describe('a heat map', () => {
  it('has models best first and items easiest first, every cell of a small matrix, and no item without a score', async () => {
    await using harness = await openSmall();
    const { cells, ...map } = await read(harness);
    expect(map).toEqual({
      benchmark: 'b',
      revision: 2,
      score_range: [0, 1],
      model_count: 5,
      item_count: 4,
      rows: 5,
      columns: 4,
      models: [
        { model: 'a', mean_score: 1 },
        { model: 'e', mean_score: 1 },
        { model: 'b', mean_score: 0.5 },
        { model: 'c', mean_score: 0.5 },
        { model: 'd', mean_score: 0 },
      ],
      items: ['q1', 'q3', 'q2', 'q4'],
      difficulties: [0.75, 0.6, 0.5, 0.25],
    });
    expect(cellsOf({ cells, ...map })).toEqual([
      [254, 254, 254, 254],
      [255, 254, 255, 255],
      [254, 0, 254, 0],
      [254, 254, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('is binned to so many rows and columns, whose names it does not list then', async () => {
    await using harness = await openSmall();
    const map = await read(harness, '?rows=2&columns=2');
    expect([map.rows, map.columns, map.items]).toEqual([2, 2, null]);
    expect(map.models).toHaveLength(5);
    // a and e above b, c and d; q1 and q3 left of q2 and q4.
    expect(cellsOf(map)).toEqual([
      [254, 254],
      [127, Math.round(254 / 6)],
    ]);
    expect(map.difficulties).toEqual([0.666666666667, 0.375]);
    expect((await read(harness, '?rows=2&columns=4')).items).toEqual(['q1', 'q3', 'q2', 'q4']);
  });

  it('is in score units outside and the same inside', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2\na,1,10\nb,1,5.5\n', { score_range: [1, 10] });
    const map = await read(harness);
    expect(map.score_range).toEqual([1, 10]);
    expect(map.models.map((model: Wire) => model.mean_score)).toEqual([5.5, 3.25]);
    expect([map.items, map.difficulties]).toEqual([
      ['q2', 'q1'],
      [7.75, 1],
    ]);
    expect(cellsOf(map)).toEqual([
      [254, 0],
      [127, 0],
    ]);
  });

  it('of a benchmark without a history is empty', async () => {
    await using harness = await openHarness();
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 201);
    expect(await read(harness)).toEqual({
      ...{ benchmark: 'b', revision: 0, score_range: [0, 1], model_count: 0, item_count: 0 },
      ...{ rows: 0, columns: 0, models: [], items: [], difficulties: [], cells: '' },
    });
  });

  it('of a benchmark whose models were all deleted is empty', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1\na,1\n');
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/b/models/a'), 204);
    expect(await read(harness)).toMatchObject({ model_count: 0, item_count: 0, rows: 0, cells: '' });
  });

  it('takes the largest sizes there are', async () => {
    await using harness = await openSmall();
    for (const query of ['?rows=1024&columns=16384', '?rows=2000&columns=8388', '?rows=1&columns=1']) {
      expect((await read(harness, query)).model_count).toBe(5);
    }
  });

  it('comes compressed to whoever takes that', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const options = { method: 'GET', url, headers: { 'accept-encoding': 'gzip' } } as const;
    const { headers, rawPayload } = await harness.app.inject(options);
    expect(headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(rawPayload).toString())).toEqual(await read(harness));
    expect((await read(harness)).items.toSorted()).toEqual(smallItems);
  });
});

describe('the tag of a heat map', () => {
  const ask = (sender: Sender, tag: unknown): Promise<Reply> =>
    sender.send('GET', url, undefined, { 'if-none-match': String(tag) });

  it('spares an answer that is known, until the history changes', async () => {
    await using harness = await openSmall();
    const { headers } = await harness.send('GET', url);
    expect(headers['cache-control']).toBe('no-cache');
    const again = await ask(harness, headers.etag);
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag]);
    expect((await ask(harness, `"other", ${headers.etag}`)).status).toBe(304);
    expect((await ask(harness, '"other"')).status).toBe(200);

    expectStatus(await harness.send('POST', '/v1/benchmarks/b/scores', 'model,q1\nnew,1\n', csvType), 200);
    const changed = await ask(harness, headers.etag);
    expect(expectStatus(changed, 200).model_count).toBe(6);
    expect(changed.headers.etag).not.toBe(headers.etag);
  });

  it('is another for a benchmark that took the name of a deleted one', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1\na,1\n');
    const { headers } = await harness.send('GET', url);
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/b'), 204);
    await addBenchmark(harness, 'b', 'model,q1\na,0\n');
    expect((await ask(harness, headers.etag)).status).toBe(200);
  });
});
