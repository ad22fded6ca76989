import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { csvType, expectStatus, ndjsonType } from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { datasetNames, hasShared, readShared } from '../support/shared.ts';

const gzip = { 'content-encoding': 'gzip' };
const types = { csv: csvType, ndjson: ndjsonType };

async function put(harness: Harness, name: string, zipped: Buffer, format: keyof typeof types) {
  expectStatus(await harness.send('PUT', `/v1/benchmarks/${name}`), 201);
  const headers = { ...types[format], ...gzip };
  return expectStatus(await harness.send('POST', `/v1/benchmarks/${name}/scores`, zipped, headers), 200);
}

async function exported(harness: Harness, name: string, format: keyof typeof types): Promise<string> {
  const accept = types[format]['content-type'];
  const reply = await harness.send('GET', `/v1/benchmarks/${name}/scores`, undefined, { accept });
  expectStatus(reply, 200);
  return reply.text;
}

/** A difference in a megabyte of text is not worth printing. */
function expectSame(a: string, b: string): void {
  expect(a.length).toBe(b.length);
  expect(a === b).toBe(true);
}

describe.skipIf(!hasShared)('the public matrices', () => {
  it('are seven', () => {
    expect(datasetNames).toHaveLength(7);
  });

  it.each(datasetNames)('%s goes in as gzipped CSV and comes out again, in both formats', async (name) => {
    await using harness = await openHarness();
    const zipped = readShared('data', `${name}.csv.gz`);
    const original = gunzipSync(zipped).toString('utf8');
    const [header, ...rows] = original.trimEnd().split('\n');
    const models = rows.length;
    const items = header.split(',').length - 1;
    expect(await put(harness, name, zipped, 'csv')).toEqual({
      models_added: models,
      models_updated: 0,
      models_skipped: 0,
      items_added: items,
      cells: models * items,
      revision: 1,
    });
    const csv = await exported(harness, name, 'csv');
    const ndjson = await exported(harness, name, 'ndjson');
    expectSame(csv, original);
    await put(harness, 'by-csv', gzipSync(csv, { level: 1 }), 'csv');
    await put(harness, 'by-ndjson', gzipSync(ndjson, { level: 1 }), 'ndjson');
    expectSame(await exported(harness, 'by-csv', 'csv'), csv);
    expectSame(await exported(harness, 'by-ndjson', 'csv'), csv);
    expectSame(await exported(harness, 'by-ndjson', 'ndjson'), ndjson);
    const described = expectStatus(await harness.send('GET', '/v1/benchmarks/by-ndjson'), 200);
    expect(described).toMatchObject({ model_count: models, item_count: items, missing_share: 0 });
  });

  it('give an evaluation of a held-out model whose interval holds its score', async () => {
    await using harness = await openHarness();
    const [header, ...rows] = gunzipSync(readShared('data', 'gsm.csv.gz'))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    const [model, ...scores] = rows[20].split(',');
    await put(harness, 'gsm', gzipSync([header, ...rows.toSpliced(20, 1)].join('\n')), 'csv');
    const request = { size: 50, seed: 7 };
    const set = expectStatus(await harness.send('POST', '/v1/benchmarks/gsm/core-sets', request), 201);
    const columns = new Map(
      header
        .split(',')
        .slice(1)
        .map((item, j) => [item, j]),
    );
    const results = set.items.map(({ item }: { item: string }) => ({
      item,
      score: Number(scores[columns.get(item)!]),
    }));
    const reply = await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, { model, results });
    const { estimates } = expectStatus(reply, 201);
    const truth = scores.reduce((sum, score) => sum + Number(score), 0) / scores.length;
    for (const { interval } of estimates.slice(0, 2)) {
      expect(interval.lower).toBeLessThan(truth);
      expect(interval.upper).toBeGreaterThan(truth);
      expect(interval.upper - interval.lower).toBeLessThan(0.35);
    }
  });
});
