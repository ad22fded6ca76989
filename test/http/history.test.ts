import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addBenchmark,
  csvType,
  expectStatus,
  ndjsonType,
  smallLongCsv,
  smallModels,
  smallWideCsv,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

const jsonType = { 'content-type': 'application/json' };

async function exportAs(harness: Harness, name: string, type: string): Promise<string> {
  const reply = await harness.send('GET', `/v1/benchmarks/${name}/scores`, undefined, { accept: type });
  expectStatus(reply, 200);
  expect(reply.headers['content-type']).toBe(`${type}; charset=utf-8`);
  return reply.text;
}

const exportCsv = (harness: Harness, name: string) => exportAs(harness, name, 'text/csv');
const exportNdjson = (harness: Harness, name: string) => exportAs(harness, name, 'application/x-ndjson');

async function add(harness: Harness, body: unknown, headers: Record<string, string> = csvType, query = '') {
  return harness.send('POST', `/v1/benchmarks/b/scores${query}`, body, headers);
}

async function revision(harness: Harness, name = 'b'): Promise<number> {
  return expectStatus(await harness.send('GET', `/v1/benchmarks/${name}`), 200).revision;
}

describe('a benchmark', () => {
  it('is created with its defaults by an empty body and by none', async () => {
    await using harness = await openHarness();
    const reply = await harness.send('PUT', '/v1/benchmarks/a.b_c-1', {});
    expect(expectStatus(reply, 201)).toEqual({
      name: 'a.b_c-1',
      title: null,
      description: null,
      score_range: [0, 1],
      similarity_thresholds: { low: 0.1, high: 0.4 },
      item_count: 0,
      model_count: 0,
      cell_count: 0,
      missing_share: 0,
      groups: [],
      revision: 0,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updated_at: reply.json.created_at,
    });
    expect(expectStatus(await harness.send('GET', '/v1/benchmarks/a.b_c-1'), 200)).toEqual(reply.json);
    expectStatus(await harness.send('PUT', '/v1/benchmarks/nobody'), 201);
    // Clients that announce JSON on every request.
    const announced = { 'content-type': 'application/json' };
    expectStatus(await harness.send('PUT', '/v1/benchmarks/announced', '', announced), 201);
  });

  it('has all its settings replaced by a second PUT, what is left out taking its default', async () => {
    await using harness = await openHarness();
    const settings = {
      title: 'GSM8K',
      description: 'Grade school',
      score_range: [-1, 3],
      similarity_thresholds: { low: 0, high: 0.5 },
    };
    expect(expectStatus(await harness.send('PUT', '/v1/benchmarks/b', settings), 201)).toMatchObject(
      settings,
    );
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b', settings), 200);
    const again = expectStatus(await harness.send('PUT', '/v1/benchmarks/b', { title: 'GSM' }), 200);
    expect(again).toMatchObject({ title: 'GSM', description: null, score_range: [0, 1] });
    expect(again.similarity_thresholds).toEqual({ low: 0.1, high: 0.4 });
  });

  it('goes with everything under it, and its name is free again', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallLongCsv);
    const deleted = await harness.send('DELETE', '/v1/benchmarks/b');
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 404);
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/b'), 404);
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 201);
    const fresh = expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 200);
    expect(fresh).toMatchObject({ item_count: 0, model_count: 0, revision: 0 });
    expect(expectStatus(await harness.send('GET', '/v1/benchmarks/b/items'), 200).data).toEqual([]);
  });

  it('takes a wider score range than its scores, and none that excludes one', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2\na,2,5\n', { score_range: [1, 5] });
    for (const range of [
      [3, 5],
      [1, 4],
    ]) {
      expectStatus(await harness.send('PUT', '/v1/benchmarks/b', { score_range: range }), 409);
    }
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 409);
    const stored = expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 200);
    expect([stored.score_range, stored.revision]).toEqual([[1, 5], 1]);
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b', { score_range: [2, 5] }), 200);
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b', { score_range: [0, 10] }), 200);
  });

  it('takes no score range that excludes the results of an evaluation', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2\na,2,3\n', { score_range: [1, 5] });
    const drawn = expectStatus(await harness.send('POST', '/v1/benchmarks/b/core-sets', { size: 1 }), 201);
    const results = [{ item: drawn.items[0].item, score: 5 }];
    const evaluations = `/v1/core-sets/${drawn.id}/evaluations`;
    expectStatus(await harness.send('POST', evaluations, { model: 'new', results }), 201);
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b', { score_range: [1, 4] }), 409);
  });
});

/** One matrix in every form: two missing cells, a boolean, a group. */
const formsCsv = 'model,q1,q2,q3\na,1,0,\nb,,1,0.5\n';
const forms: readonly (readonly [name: string, body: string, type: Record<string, string>])[] = [
  [
    'JSON',
    JSON.stringify({
      items: ['q1', 'q2', 'q3'],
      models: [
        { model: 'a', scores: [1, 0, null] },
        { model: 'b', scores: [null, 1, 0.5] },
      ],
    }),
    jsonType,
  ],
  [
    'JSON with booleans',
    '{"items":["q1","q2","q3"],"models":[{"model":"a","scores":[true,false,null]},{"model":"b","scores":[null,true,0.5]}]}',
    jsonType,
  ],
  ['wide CSV', formsCsv, csvType],
  ['wide CSV with booleans', 'model,q1,q2,q3\na,true,FALSE,\nb,,True,.5\n', csvType],
  ['wide CSV with a byte order mark', `\ufeff${formsCsv}`, csvType],
  ['wide CSV with CRLF', formsCsv.replaceAll('\n', '\r\n'), csvType],
  ['wide CSV without a last line break', formsCsv.trimEnd(), csvType],
  ['wide CSV with empty lines', formsCsv.replaceAll('\n', '\n\n'), csvType],
  ['wide CSV in quotes', 'model,"q1","q2",q3\n"a","1",0,""\nb,,1,5e-1\n', csvType],
  ['wide CSV with a charset', formsCsv, { 'content-type': 'text/csv; charset=utf-8; header=present' }],
  ['long CSV', 'model,item,score\na,q1,1\na,q2,0\nb,q2,1\nb,q3,0.5\n', csvType],
  ['long CSV with an empty score', 'model,item,score\na,q1,1\na,q2,0\na,q3,\nb,q2,1\nb,q3,0.5\n', csvType],
  ['long CSV with groups', 'model,item,score,group\na,q1,1,g\na,q2,0,\nb,q2,1,\nb,q3,0.5,h\n', csvType],
  [
    'NDJSON by model',
    '{"model":"a","scores":{"q1":1,"q2":0}}\n{"model":"b","scores":{"q1":null,"q2":true,"q3":0.5}}\n',
    ndjsonType,
  ],
  [
    'NDJSON by cell',
    [
      '{"model":"a","item":"q1","score":true}',
      '{"model":"a","item":"q2","score":0,"group":null}',
      '',
      '{"model":"b","item":"q2","score":1}',
      '{"model":"b","item":"q3","score":0.5,"group":"h"}',
    ].join('\r\n'),
    ndjsonType,
  ],
  [
    'NDJSON of both sorts',
    '\ufeff{"model":"a","scores":{"q1":1,"q2":0}}\n{"model":"b","item":"q2","score":1}\n{"model":"b","item":"q3","score":0.5}',
    ndjsonType,
  ],
];

describe('every form of one matrix gives the same history', () => {
  const variants = forms.flatMap(([name, body, type]) => [
    [name, body, type] as const,
    [`${name}, gzipped`, gzipSync(body), { ...type, 'content-encoding': 'gzip' }] as const,
  ]);

  let harness: Harness;
  beforeAll(async () => {
    harness = await openHarness();
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  it.each(variants)('%s', async (_, body, headers) => {
    await harness.send('DELETE', '/v1/benchmarks/b');
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 201);
    expect(expectStatus(await add(harness, body, headers), 200)).toEqual({
      models_added: 2,
      models_updated: 0,
      models_skipped: 0,
      items_added: 3,
      cells: 4,
      revision: 1,
    });
    expect(await exportCsv(harness, 'b')).toBe(formsCsv);
    expect(await exportNdjson(harness, 'b')).toBe(
      '{"model":"a","scores":{"q1":1,"q2":0,"q3":null}}\n{"model":"b","scores":{"q1":null,"q2":1,"q3":0.5}}\n',
    );
    const described = expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 200);
    expect(described).toMatchObject({ item_count: 3, model_count: 2, cell_count: 4 });
    expect(described.missing_share).toBeCloseTo(1 / 3, 12);
  });

  it('in several gzip members', async () => {
    await using harness = await openHarness();
    await harness.send('PUT', '/v1/benchmarks/b');
    const body = Buffer.concat([gzipSync(formsCsv.slice(0, 20)), gzipSync(formsCsv.slice(20))]);
    expectStatus(await add(harness, body, { ...csvType, 'content-encoding': 'gzip' }), 200);
    expect(await exportCsv(harness, 'b')).toBe(formsCsv);
  });

  it('in one part or in several', async () => {
    await using harness = await openHarness();
    await harness.send('PUT', '/v1/benchmarks/b');
    for (const part of ['model,q1,q2\na,1,0\n', 'model,q2\nb,1\n', 'model,q3\nb,0.5\n']) {
      expectStatus(await add(harness, part), 200);
    }
    expect(await exportCsv(harness, 'b')).toBe(formsCsv);
  });
});

/** What an import answers: models added, updated and skipped, items added, cells, revision. */
const counts = (reply: { json: Record<string, number> }) => [
  reply.json.models_added,
  reply.json.models_updated,
  reply.json.models_skipped,
  reply.json.items_added,
  reply.json.cells,
  reply.json.revision,
];

/** One new model, one that gets a new cell beside a conflict, one that is as stored, one with a conflict only. */
const base = 'model,q1,q2\na,1,0\nb,1,1\nc,0,0\n';
const clash = 'model,q1,q2,q3\na,0,0,1\nb,1,1,\nc,1,,\nd,1,0,1\n';

describe('a cell that is stored with another value', () => {
  const outcomes = [
    ['replace', [1, 2, 1, 1, 6, 2], 'model,q1,q2,q3\na,0,0,1\nb,1,1,\nc,1,0,\nd,1,0,1\n'],
    ['skip', [1, 1, 2, 1, 4, 2], 'model,q1,q2,q3\na,1,0,1\nb,1,1,\nc,0,0,\nd,1,0,1\n'],
  ] as const;

  it.each(outcomes)('with on_conflict=%s', async (policy, expected, exported) => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', base);
    expect(counts(await add(harness, clash, csvType, `?on_conflict=${policy}`))).toEqual(expected);
    expect(await exportCsv(harness, 'b')).toBe(exported);
  });

  it.each(['', '?on_conflict=error'])('is refused with "%s", and the rest with it', async (query) => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', base);
    const reply = await add(harness, clash, csvType, query);
    expect(reply.json).toMatchObject({
      status: 409,
      type: '/problems/score-conflict',
      errors: [{ path: 'model a, item q1', message: 'stored as 1, sent as 0' }],
    });
    expect(await exportCsv(harness, 'b')).toBe(base);
    expect(await revision(harness)).toBe(1);
  });

  it('is no conflict where the value is the same, whatever it is spelt like', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', base);
    for (const same of [base, base.replaceAll(',1', ',true').replaceAll(',0', ',0.0')]) {
      expect(counts(await add(harness, same))).toEqual([0, 0, 3, 0, 0, 1]);
    }
  });

  it('names at most twenty cells', async () => {
    await using harness = await openHarness();
    const row = (score: number) => `a,${Array(30).fill(score).join(',')}\n`;
    const header = `model,${Array.from({ length: 30 }, (_, i) => `q${i}`).join(',')}\n`;
    await addBenchmark(harness, 'b', header + row(1));
    const { errors } = expectStatus(await add(harness, header + row(0)), 409);
    expect(errors).toHaveLength(20);
    expect(errors[19].path).toBe('model a, item q19');
  });

  it('holds for groups too', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,item,score,group\na,q1,1,g\na,q2,1,\n');
    const regrouped = 'model,item,score,group\na,q1,1,h\na,q2,1,h\n';
    expectStatus(await add(harness, regrouped), 409);
    const groups = async () =>
      expectStatus(await harness.send('GET', '/v1/benchmarks/b/items'), 200).data.map(
        ({ group }: { group: string }) => group,
      );
    expect(await groups()).toEqual(['g', null]);
    expectStatus(await add(harness, regrouped, csvType, '?on_conflict=skip'), 200);
    expect(await groups()).toEqual(['g', 'h']);
    expectStatus(await add(harness, regrouped, csvType, '?on_conflict=replace'), 200);
    expect(await groups()).toEqual(['h', 'h']);
  });
});

describe('imports at the same time', () => {
  it('all get in where they do not touch each other', async () => {
    await using harness = await openHarness();
    await harness.send('PUT', '/v1/benchmarks/b');
    const bodies = smallModels.map((model, m) => `model,q1,own-${m}\n${model},1,0\n`);
    const replies = await Promise.all(bodies.map((body) => add(harness, body)));
    expect(replies.map(({ status }) => status)).toEqual(smallModels.map(() => 200));
    const revisions = replies.map(({ json }) => json.revision).sort((a, b) => a - b);
    expect(revisions).toEqual(smallModels.map((_, m) => m + 1));
    expect(expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 200)).toMatchObject({
      model_count: 12,
      item_count: 13,
      cell_count: 24,
    });
  });

  it('contradict each other where they do', async () => {
    await using harness = await openHarness();
    await harness.send('PUT', '/v1/benchmarks/b');
    const replies = await Promise.all([0, 1].map((score) => add(harness, `model,q1\na,${score}\n`)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = replies.findIndex(({ status }) => status === 200);
    expect(await exportCsv(harness, 'b')).toBe(`model,q1\na,${winner}\n`);
  });
});

describe('the revision', () => {
  const item = (change: object) => ({ items: [{ item: 'item-00', ...change }] });
  const steps: readonly (readonly [string, number, 'POST' | 'PUT' | 'DELETE', string, unknown])[] = [
    ['a new model', 1, 'POST', '/scores', 'model,item-00\nnew,1\n'],
    ['a new item', 1, 'POST', '/scores', 'model,item-99\nmodel-00,1\n'],
    ['a new group', 1, 'PUT', '/items', item({ group: 'other' })],
    ['no group any more', 1, 'PUT', '/items', item({ group: null })],
    ['a group in an import', 1, 'POST', '/scores', 'model,item,score,group\nmodel-00,item-36,0,late\n'],
    ['another score range', 1, 'PUT', '', { score_range: [0, 2] }],
    ['a model deleted', 1, 'DELETE', '/models/model-00', undefined],
    ['the same scores again', 0, 'POST', '/scores', smallLongCsv],
    ['the same group again', 0, 'PUT', '/items', item({ group: 'algebra' })],
    ['metadata', 0, 'PUT', '/items', item({ metadata: { task: 'x' } })],
    ['a title', 0, 'PUT', '', { title: 'Small' }],
    ['a conflict left alone', 0, 'POST', '/scores?on_conflict=skip', 'model,item-00\nmodel-00,0\n'],
    ['a conflict refused', 0, 'POST', '/scores', 'model,item-00\nmodel-00,0\n'],
    ['a core set', 0, 'POST', '/core-sets', { size: 5 }],
  ];

  it.each(steps)('with %s moves by %i', async (_, step, method, path, body) => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallLongCsv);
    const reply = await harness.send(
      method,
      `/v1/benchmarks/b${path}`,
      body,
      typeof body === 'string' ? csvType : {},
    );
    expect([200, 201, 204, 409]).toContain(reply.status);
    expect(await revision(harness)).toBe(1 + step);
    if (reply.json?.revision !== undefined) expect(reply.json.revision).toBe(1 + step);
  });
});

/** Exported, imported elsewhere in either form and exported again. */
async function expectRoundTrip(harness: Harness, name: string): Promise<void> {
  const csv = await exportCsv(harness, name);
  const ndjson = await exportNdjson(harness, name);
  const { score_range } = expectStatus(await harness.send('GET', `/v1/benchmarks/${name}`), 200);
  for (const [copy, body, type] of [
    ['by-csv', csv, csvType],
    ['by-ndjson', ndjson, ndjsonType],
  ] as const) {
    expectStatus(await harness.send('PUT', `/v1/benchmarks/${copy}`, { score_range }), 201);
    expectStatus(await harness.send('POST', `/v1/benchmarks/${copy}/scores`, body, type), 200);
    expect(await exportCsv(harness, copy)).toBe(csv);
    expect(await exportNdjson(harness, copy)).toBe(ndjson);
  }
}

const oddNames = [
  'org/model:7b',
  'a "quoted" name',
  'comma, comma',
  "it's",
  '  spaces  ',
  'ünïcödé 模型 🤖',
  '100%',
  '%2F',
  'a?b#c&d=e+f',
  'back\\slash',
  '<b>bold</b>',
  '=1+1',
  '{"json":1}',
  '__proto__',
  'constructor',
  'null',
  '0.5',
  '...',
  'x'.repeat(255),
  '😀'.repeat(255),
  '\u{1F469}\u200D\u{1F52C}',
];

describe('an export', () => {
  it('is CSV unless NDJSON is asked for, and the preferred one of both', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', formsCsv);
    const get = async (accept?: string) => {
      const reply = await harness.send('GET', '/v1/benchmarks/b/scores', undefined, accept ? { accept } : {});
      return expectStatus(reply, 200) ?? reply.headers['content-type'];
    };
    expect(await get()).toBe('text/csv; charset=utf-8');
    expect(await get('*/*')).toBe('text/csv; charset=utf-8');
    expect(await get('text/csv;q=0.1, application/x-ndjson')).toBe('application/x-ndjson; charset=utf-8');
  });

  it('imports again to the same matrix, whatever the names', async () => {
    await using harness = await openHarness();
    await harness.send('PUT', '/v1/benchmarks/b');
    const models = oddNames.map((model, m) => ({
      model,
      scores: oddNames.map((_, j) => ((m * 5 + j * 3) % 7 === 0 ? null : (m + j) % 2)),
    }));
    expectStatus(await harness.send('POST', '/v1/benchmarks/b/scores', { items: oddNames, models }), 200);
    const listed = expectStatus(await harness.send('GET', '/v1/benchmarks/b/items'), 200);
    expect(listed.data.map(({ item }: { item: string }) => item)).toEqual(oddNames);
    await expectRoundTrip(harness, 'b');
  });

  const longLookalikes = [['item', 'score'], ['item', 'score', 'group'], ['item', 'score', 'q1'], ['item']];
  it.each(longLookalikes)('imports again with items named %s %s %s', async (...names) => {
    await using harness = await openHarness();
    await harness.send('PUT', '/v1/benchmarks/b');
    const items = names.filter((name) => name !== undefined);
    const models = [
      { model: 'a', scores: items.map((_, j) => (j === 1 ? null : 1)) },
      { model: 'b', scores: items.map(() => 0) },
    ];
    expectStatus(await harness.send('POST', '/v1/benchmarks/b/scores', { items, models }), 200);
    await expectRoundTrip(harness, 'b');
  });

  it('keeps the order of items that are named by numbers', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,10,9,a,2,-1\nm,1,0,1,0,1\n');
    await expectRoundTrip(harness, 'b');
  });

  it('keeps real scores to the last digit', async () => {
    await using harness = await openHarness();
    const scores = [0.1 + 0.2, 1 / 3, 1e-7, 10, 2 ** -40, 5e-324];
    await addBenchmark(
      harness,
      'b',
      `model,${scores.map((_, j) => `q${j}`).join(',')}\nm,${scores.join(',')}\n`,
      { score_range: [0, 10] },
    );
    const line = JSON.parse(await exportNdjson(harness, 'b'));
    expect(Object.values(line.scores)).toEqual(scores);
    await expectRoundTrip(harness, 'b');
  });

  it('leaves out items that lost their last score', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2\na,1,\nb,1,0\n');
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/b/models/b'), 204);
    expect(await exportCsv(harness, 'b')).toBe('model,q1\na,1\n');
    await expectRoundTrip(harness, 'b');
  });

  it('comes gzipped where the client takes that, with the same text', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const response = await harness.app.inject({
      url: '/v1/benchmarks/b/scores',
      headers: { accept: 'text/csv', 'accept-encoding': 'gzip' },
    });
    expect(response.headers['content-encoding']).toBe('gzip');
    await harness.send('PUT', '/v1/benchmarks/copy');
    const sent = await harness.send('POST', '/v1/benchmarks/copy/scores', response.rawPayload, {
      ...csvType,
      'content-encoding': 'gzip',
    });
    expect(expectStatus(sent, 200).models_added).toBe(smallModels.length);
    expect(await exportCsv(harness, 'copy')).toBe(smallWideCsv);
  });
});

describe('real scores in a range of 1 to 10', () => {
  it('are described in their own units', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2\na,1,10\nb,7.5,\n', { score_range: [1, 10] });
    const models = expectStatus(await harness.send('GET', '/v1/benchmarks/b/models'), 200).data;
    expect(models.map((model: { mean_score: number }) => model.mean_score)).toEqual([5.5, 7.5]);
    const items = expectStatus(await harness.send('GET', '/v1/benchmarks/b/items'), 200).data;
    expect(items[0].difficulty).toBeCloseTo(4.25, 12);
    expect(items[1].difficulty).toBe(10);
    await expectRoundTrip(harness, 'b');
  });

  it.each(['0', '0.999', '10.01', '-1', 'true1'])('refuse %s', async (score) => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1\na,1\n', { score_range: [1, 10] });
    expectStatus(await add(harness, `model,q1\nb,${score}\n`), 422);
    expect(await exportCsv(harness, 'b')).toBe('model,q1\na,1\n');
  });
});
