import { gzipSync } from 'node:zlib';
import { badNames, type Case, csvType, deep, jsonType, ndjsonType, type Row } from './row.ts';

const url = '/v1/benchmarks/small/scores';

function row(
  kind: string,
  [body, headers]: readonly [unknown, Readonly<Record<string, string>>],
  status: number,
  code: string,
  path?: string,
): Row {
  return { kind, method: 'POST', url, body, headers, status, code, path };
}

const json = (body: unknown) => [typeof body === 'string' ? body : JSON.stringify(body), jsonType] as const;
const csv = (body: string | Buffer) => [body, csvType] as const;
const ndjson = (body: string) => [body, ndjsonType] as const;
const matrix = (...scores: unknown[]) => ({
  items: ['q1', 'q2'],
  models: [
    { model: 'a', scores: [1, 1] },
    { model: 'b', scores },
  ],
});

const invalidJson: readonly Case[] = [
  ['null', 'null', 'body'],
  ['an array', [], 'body'],
  ['a text', '"scores"', 'body'],
  ['an unknown field', { ...matrix(1, 0), itmes: [] }, 'itmes'],
  ['no items', { models: [] }, 'items'],
  ['items that are an object', { ...matrix(1, 0), items: {} }, 'items'],
  ['an item that is a number', { ...matrix(1, 0), items: ['q1', 2] }, 'items.1'],
  ['a model that is null', { items: ['q1'], models: [null] }, 'models.0'],
  ['an unknown field of a model', { items: ['q1'], models: [{ name: 'a', scores: [1] }] }, 'models.0.name'],
  ['fewer scores than items', matrix(1), 'models.1.scores'],
  ['more scores than items', matrix(1, 0, 1), 'models.1.scores'],
  ['scores by name', { items: ['q1'], models: [{ model: 'a', scores: { q1: 1 } }] }, 'models.0.scores'],
  ['a score that is a text', matrix(1, '0'), 'models.1.scores.1'],
  ['a score that is an object', matrix(1, {}), 'models.1.scores.1'],
  ['a score that is an array', matrix(1, [1]), 'models.1.scores.1'],
  ['a score of 1e999', '{"items":["q1"],"models":[{"model":"a","scores":[1e999]}]}', 'models.0.scores.0'],
  [
    'a score nested 100,000 deep',
    `{"items":["q1"],"models":[{"model":"a","scores":[${deep}]}]}`,
    'models.0.scores.0',
  ],
];

const jsonRows: readonly Row[] = [
  ...invalidJson.map(([kind, body, path]) =>
    row(`JSON scores: ${kind}`, json(body), 422, 'invalid-request', path),
  ),
  ...badNames.flatMap(([kind, name]) => [
    row(
      `JSON scores: item name ${kind}`,
      json({ items: [name], models: [{ model: 'a', scores: [1] }] }),
      422,
      'invalid-request',
      'items.0',
    ),
    row(
      `JSON scores: model name ${kind}`,
      json({ items: ['q1'], models: [{ model: name, scores: [1] }] }),
      422,
      'invalid-request',
      'models.0.model',
    ),
  ]),
  row('JSON scores: nothing', ['', jsonType], 422, 'invalid-request', 'body'),
  row('JSON scores: broken', json('{"items":["q1"],"models":[{"model":"a","sco'), 400, 'malformed-body'),
  row(
    'JSON scores: NaN',
    json('{"items":["q1"],"models":[{"model":"a","scores":[NaN]}]}'),
    400,
    'malformed-body',
  ),
  row(
    'JSON scores: a __proto__ key',
    json('{"items":["q1"],"models":[{"model":"a","scores":[1]}],"__proto__":{"items":[]}}'),
    400,
    'malformed-body',
  ),
  row('JSON scores: items empty', json({ items: [], models: [] }), 422, 'missing-scores', 'items'),
  row('JSON scores: models empty', json({ items: ['q1'], models: [] }), 422, 'missing-scores', 'models'),
  row(
    'JSON scores: an item twice',
    json({ ...matrix(1, 0), items: ['q1', 'q1'] }),
    422,
    'duplicate',
    'items.1',
  ),
  row(
    'JSON scores: a model twice',
    json({ items: ['q1'], models: Array(2).fill({ model: 'a', scores: [1] }) }),
    422,
    'duplicate',
    'models.1.model',
  ),
  row('JSON scores: a score above 1', json(matrix(1, 1.5)), 422, 'score-out-of-range', 'models.1.scores.1'),
  row('JSON scores: a score below 0', json(matrix(-1, 0)), 422, 'score-out-of-range', 'models.1.scores.0'),
  row('JSON scores: a model without any', json(matrix(null, null)), 422, 'missing-scores', 'model b'),
  row(
    'JSON scores: an item without any',
    json({ items: ['q1', 'q2'], models: [{ model: 'a', scores: [1, null] }] }),
    422,
    'missing-scores',
    'item q2',
  ),
  row(
    'JSON scores: a stored cell with another value',
    json({ items: ['q-new', 'item-00'], models: [{ model: 'model-00', scores: [1, 0] }] }),
    409,
    'score-conflict',
    'model model-00, item item-00',
  ),
  {
    ...row('an unknown on_conflict', json(matrix(1, 0)), 422, 'invalid-request', 'on_conflict'),
    url: `${url}?on_conflict=merge`,
  },
  {
    ...row('scores with an unknown query parameter', json(matrix(1, 0)), 422, 'invalid-request'),
    url: `${url}?on_conflcit=skip`,
  },
  {
    ...row('scores for an unknown benchmark', json(matrix(1, 0)), 404, 'benchmark-not-found'),
    url: '/v1/benchmarks/none/scores',
  },
];

const invalidCsv: readonly (readonly [string, string, string])[] = [
  ['not starting with model', 'item,q1\na,1\n', 'line 1, column 1'],
  ['starting with Model', 'Model,q1\na,1\n', 'line 1, column 1'],
  ['a row too short', 'model,q1,q2\na,1,0\nb,1\n', 'line 3'],
  ['a row too long', 'model,q1,q2\na,1,0\nb,1,0,1\n', 'line 3'],
  ['a row too long after empty lines', 'model,q1\n\n\na,1\nb,1,0\n', 'line 5'],
  ['a cell that is a word', 'model,q1,q2\na,1,0\nb,1,yes\n', 'line 3, column q2'],
  ['a cell that is NaN', 'model,q1,q2\na,1,0\nb,NaN,1\n', 'line 3, column q1'],
  ['a cell of 1e999', 'model,q1\na,1e999\n', 'line 2, column q1'],
  ['a cell in hexadecimal', 'model,q1\na,0x1\n', 'line 2, column q1'],
  ['a cell with a comma for a point', 'model,q1\na,"0,5"\n', 'line 2, column q1'],
  ['a long row too short', 'model,item,score\na,q1\n', 'line 2'],
  ['a long score that is a word', 'model,item,score\na,q1,1\na,q2,one\n', 'line 3, column score'],
];

const csvRows: readonly Row[] = [
  ...invalidCsv.map(([kind, body, path]) => row(`CSV: ${kind}`, csv(body), 422, 'invalid-request', path)),
  ...badNames.flatMap(([kind, name]) => {
    // A lone surrogate cannot be written in UTF-8 at all.
    if (!name.isWellFormed()) return [];
    return [
      row(
        `CSV: item name ${kind}`,
        csv(`model,q1,"${name}"\na,1,1\n`),
        422,
        'invalid-request',
        'line 1, column 3',
      ),
      // A row is named by the line it ends on, which is one further after a line break in a name.
      row(
        `CSV: model name ${kind}`,
        csv(`model,q1\n"${name}",1\n`),
        422,
        'invalid-request',
        `line ${name.includes('\n') ? 3 : 2}, column model`,
      ),
    ];
  }),
  row('CSV: empty', csv(''), 422, 'missing-scores', 'line 1'),
  row('CSV: a header only', csv('model,q1\n'), 422, 'missing-scores', 'line 2'),
  row('CSV: a header without items', csv('model\na\n'), 422, 'missing-scores', 'line 1'),
  row('CSV: a model twice', csv('model,q1\na,1\na,1\n'), 422, 'duplicate', 'line 3, column model'),
  row('CSV: an item column twice', csv('model,q1,q1\na,1,1\n'), 422, 'duplicate', 'line 1, column 3'),
  row(
    'CSV: a long cell twice',
    csv('model,item,score\na,q1,1\na,q1,1\n'),
    422,
    'duplicate',
    'line 3, column score',
  ),
  row(
    'CSV: an item in two groups',
    csv('model,item,score,group\na,q1,1,x\nb,q1,1,y\n'),
    422,
    'duplicate',
    'line 3, column group',
  ),
  row('CSV: a score above 1', csv('model,q1\na,2\n'), 422, 'score-out-of-range', 'line 2, column q1'),
  row('CSV: an item without any score', csv('model,q1,q2\na,1,\nb,0,\n'), 422, 'missing-scores', 'item q2'),
  row('CSV: a model without any score', csv('model,q1\na,1\nb,\n'), 422, 'missing-scores', 'model b'),
  row('CSV: a quote that never closes', csv('model,q1\n"a,1\nb,0\n'), 400, 'malformed-body'),
  row('CSV: a quote inside a name', csv('model,q1\na"b,1\n'), 400, 'malformed-body'),
  row('CSV: not UTF-8', csv(Buffer.from('model,q1\ncaf\xe9,1\n', 'latin1')), 400, 'malformed-body'),
  row('CSV: UTF-16', csv(Buffer.from('\ufeffmodel,q1\na,1\n', 'utf16le')), 400, 'malformed-body'),
  row(
    'CSV: a stored cell with another value, after a new model',
    csv('model,item-00,q1\na,1,1\nmodel-00,0,1\n'),
    409,
    'score-conflict',
    'model model-00, item item-00',
  ),
  row(
    'CSV: a stored item in another group',
    csv('model,item,score,group\na,item-00,1,geometry\n'),
    409,
    'score-conflict',
    'item item-00',
  ),
];

const good = '{"model":"a","scores":{"q1":1}}\n';

const ndjsonRows: readonly Row[] = [
  row('NDJSON: a broken line', ndjson(`${good}{"model":"b",\n`), 400, 'malformed-body', 'line 2'),
  row('NDJSON: NaN', ndjson('{"model":"a","item":"q1","score":NaN}\n'), 400, 'malformed-body', 'line 1'),
  row('NDJSON: a line that is an array', ndjson(`${good}[]\n`), 422, 'invalid-request', 'line 2'),
  row(
    'NDJSON: an unknown field, after an empty line',
    ndjson(`${good}\n{"model":"b","item":"q1","scor":1}\n`),
    422,
    'invalid-request',
    'line 3, scor',
  ),
  row(
    'NDJSON: a __proto__ key',
    ndjson('{"model":"a","scores":{"q1":1},"__proto__":{"polluted":1}}\n'),
    422,
    'invalid-request',
    'line 1, __proto__',
  ),
  row('NDJSON: no model', ndjson('{"scores":{"q1":1}}\n'), 422, 'invalid-request', 'line 1, model'),
  row('NDJSON: no score', ndjson('{"model":"a","item":"q1"}\n'), 422, 'invalid-request', 'line 1, score'),
  row(
    'NDJSON: scores in an array',
    ndjson('{"model":"a","scores":[1]}\n'),
    422,
    'invalid-request',
    'line 1, scores',
  ),
  row(
    'NDJSON: a score that is a text',
    ndjson(`${good}{"model":"b","scores":{"q1":"1"}}\n`),
    422,
    'invalid-request',
    'line 2, scores.q1',
  ),
  row(
    'NDJSON: a score of 1e999',
    ndjson('{"model":"a","item":"q1","score":1e999}\n'),
    422,
    'invalid-request',
    'line 1, score',
  ),
  row(
    'NDJSON: a score nested 100,000 deep',
    ndjson(`{"model":"a","item":"q1","score":${deep}}\n`),
    422,
    'invalid-request',
    'line 1, score',
  ),
  row(
    'NDJSON: a score above 1',
    ndjson('{"model":"a","item":"q1","score":3}\n'),
    422,
    'score-out-of-range',
    'line 1, score',
  ),
  row(
    'NDJSON: a group that is a number',
    ndjson('{"model":"a","item":"q1","score":1,"group":7}\n'),
    422,
    'invalid-request',
    'line 1, group',
  ),
  row(
    'NDJSON: an item name that is a lone surrogate',
    ndjson('{"model":"a","item":"\\ud83d","score":1}\n'),
    422,
    'invalid-request',
    'line 1, item',
  ),
  row(
    'NDJSON: a cell twice',
    ndjson('{"model":"a","item":"q1","score":1}\n'.repeat(2)),
    422,
    'duplicate',
    'line 2, score',
  ),
  row('NDJSON: a model twice', ndjson(good.repeat(2)), 422, 'duplicate', 'line 2, model'),
  row('NDJSON: nothing', ndjson(''), 422, 'missing-scores', 'line 1'),
  row('NDJSON: empty lines only', ndjson('\n\n'), 422, 'missing-scores', 'line 1'),
  row('NDJSON: a model without any score', ndjson('{"model":"a","scores":{}}\n'), 422, 'missing-scores'),
];

const zipped = gzipSync('model,q1\na,1\nb,0\n');
const gzip = { 'content-encoding': 'gzip' };

const encodedRows: readonly Row[] = [
  row('gzip that is none', ['model,q1\na,1\n', { ...csvType, ...gzip }], 400, 'malformed-body'),
  row('gzip cut off', [zipped.subarray(0, -9), { ...csvType, ...gzip }], 400, 'malformed-body'),
  row('gzip cut in its header', [zipped.subarray(0, 5), { ...csvType, ...gzip }], 400, 'malformed-body'),
  row(
    'gzip with a wrong checksum',
    [Buffer.concat([zipped.subarray(0, -8), Buffer.alloc(8, 1)]), { ...csvType, ...gzip }],
    400,
    'malformed-body',
  ),
  row('gzip of nothing', ['', { ...csvType, ...gzip }], 400, 'malformed-body'),
  row(
    'gzip cut off, NDJSON',
    [gzipSync(good).subarray(0, -4), { ...ndjsonType, ...gzip }],
    400,
    'malformed-body',
  ),
  row(
    'gzip cut off, JSON',
    [gzipSync(JSON.stringify(matrix(1, 0))).subarray(0, -4), { ...jsonType, ...gzip }],
    400,
    'malformed-body',
  ),
  row('gzip not announced, CSV', [zipped, csvType], 400, 'malformed-body'),
  row('gzip not announced, NDJSON', [gzipSync(good), ndjsonType], 400, 'malformed-body'),
  row('gzip not announced, JSON', [gzipSync('{}'), jsonType], 400, 'malformed-body'),
  ...['br', 'deflate', 'zstd', 'gzip, gzip', 'nonsense'].map((encoding) =>
    row(
      `content encoding ${encoding}`,
      ['model,q1\na,1\n', { ...csvType, 'content-encoding': encoding }],
      415,
      'unsupported-media-type',
    ),
  ),
  ...['application/xml', 'text/plain', 'multipart/form-data; boundary=x', 'nonsense'].map((type) =>
    row(`content type ${type}`, ['model,q1\na,1\n', { 'content-type': type }], 415, 'unsupported-media-type'),
  ),
  ...['text/csv; charset=iso-8859-1', 'application/x-ndjson; charset="utf-16"'].map((type) =>
    row(`content type ${type}`, ['model,q1\na,1\n', { 'content-type': type }], 415, 'unsupported-media-type'),
  ),
  row('no content type and no body', [undefined, {}], 415, 'unsupported-media-type'),
];

export const scoreRows: readonly Row[] = [...jsonRows, ...csvRows, ...ndjsonRows, ...encodedRows];
