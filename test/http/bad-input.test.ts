import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addBenchmark, expectStatus, smallLongCsv, smallResults } from '../support/fixtures.ts';
import { type Harness, openHarness, type Reply } from '../support/open-harness.ts';
import { backtestRows } from './bad-input/backtests.ts';
import { benchmarkRows } from './bad-input/benchmarks.ts';
import { comparisonRows } from './bad-input/comparisons.ts';
import { coreSetRows } from './bad-input/core-sets.ts';
import { evaluationTable } from './bad-input/evaluations.ts';
import { importRows } from './bad-input/imports.ts';
import { pictureRows } from './bad-input/pictures.ts';
import { precisionRows } from './bad-input/precision.ts';
import { requestRows } from './bad-input/requests.ts';
import type { Row } from './bad-input/row.ts';
import { scoreRows } from './bad-input/scores.ts';

const rows: readonly Row[] = [
  ...benchmarkRows,
  ...scoreRows,
  ...coreSetRows,
  ...evaluationTable,
  ...importRows,
  ...precisionRows,
  ...comparisonRows,
  ...backtestRows,
  ...pictureRows,
  ...requestRows,
];

let harness: Harness;
let coreSet: string;
let evaluation: string;
let before: string;
/** What the row before left, so that a row answers for its own writes only. */
let last: string;

/** The core set holds all 16 items of its group, item-00 to item-15, so that rows can name items in and outside it. */
beforeAll(async () => {
  harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  expectStatus(await harness.send('PUT', '/v1/benchmarks/empty'), 201);
  const drawn = await harness.send('POST', '/v1/benchmarks/small/core-sets', {
    size: 16,
    groups: ['algebra'],
    seed: 1,
  });
  coreSet = expectStatus(drawn, 201).id;
  const items = drawn.json.items.slice(0, 12).map(({ item }: { item: string }) => item);
  const stored = await harness.send('POST', `/v1/core-sets/${coreSet}/evaluations`, {
    model: 'newcomer',
    results: smallResults(items, 19),
  });
  evaluation = expectStatus(stored, 201).id;
  before = await everythingStored(11);
  last = await everythingStored();
});

afterAll(() => harness[Symbol.asyncDispose]());

/** Every answer that shows what is stored, as text; the first ones alone leave nothing out, the others say it again. */
async function everythingStored(reads = 7): Promise<string> {
  const small = '/v1/benchmarks/small';
  const urls = [
    ['/v1/benchmarks'],
    [`${small}/scores`, 'text/csv'],
    [`${small}/items?limit=500`],
    [`${small}/core-sets`],
    [`${small}/evaluations`],
    [`${small}/backtests`],
    [`/v1/evaluations/${evaluation}/results`],
    [`${small}/scores`, 'application/x-ndjson'],
    [`${small}/models`],
    [`/v1/core-sets/${coreSet}`],
    [`${small}/leaderboard`],
  ];
  const texts: string[] = [];
  for (const [url, accept = 'application/json'] of urls.slice(0, reads)) {
    const reply = await harness.send('GET', url, undefined, { accept });
    expectStatus(reply, 200);
    texts.push(`${url}\n${reply.text}`);
  }
  return texts.join('\n');
}

function send({ method, url, body, headers }: Row): Promise<Reply> {
  const filled = url.replace('{coreSet}', coreSet).replace('{evaluation}', evaluation);
  return harness.send(method, filled, body, { ...headers });
}

function expectProblem({ status, headers, text, json }: Reply, row: Row): void {
  expect(`${status} ${json?.type}`, text.slice(0, 500)).toBe(`${row.status} /problems/${row.code}`);
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  const { errors, ...rest } = json;
  expect(Object.keys(rest).sort()).toEqual(['detail', 'instance', 'request_id', 'status', 'title', 'type']);
  expect(json.status).toBe(status);
  expect(json.title).toMatch(/\w/);
  expect(json.detail).toMatch(/\w/);
  expect(json.instance).toBe(
    row.url.split('?')[0].replace('{coreSet}', coreSet).replace('{evaluation}', evaluation),
  );
  expect(json.request_id).toBe(headers['x-request-id']);
  expect(text).not.toMatch(/\.(ts|js):\d+|node_modules|\n\s+at /);
  if (row.path !== undefined) expect(errors?.[0].path).toBe(row.path);
  if (errors !== undefined) {
    expect(errors.length).toBeLessThanOrEqual(20);
    for (const { message } of errors) expect(message).toMatch(/\w/);
  }
  expect(headers.allow).toBe(row.allow);
}

describe('bad input', () => {
  it('is tried in many kinds, each named once', () => {
    expect(rows.length).toBeGreaterThan(200);
    expect(new Set(rows.map(({ kind }) => kind)).size).toBe(rows.length);
  });

  it.each(rows.map((row) => [row.kind, row] as const))('%s', async (_, row) => {
    const reply = await send(row);
    const earlier = last;
    last = await everythingStored();
    expectProblem(reply, row);
    expect(last === earlier, 'nothing was written').toBe(true);
  });

  it('has left everything as it was', async () => {
    expect(await everythingStored(11)).toBe(before);
  });
});
