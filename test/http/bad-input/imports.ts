import { gzipSync } from 'node:zlib';
import { formOf, type SentBody, zipOf } from '../../support/forms.ts';
import { badNames, csvType, jsonType, type Row } from './row.ts';

const imports = '/v1/benchmarks/small/imports';
const evaluations = '/v1/core-sets/{coreSet}/evaluations';
const coreSet = '/v1/core-sets/{coreSet}';

/** Would be taken by both routes, were it not for the parameters: another model on items of the core set. */
const good = 'model,item,score\nbad,item-00,1\nbad,item-01,0\n';

const bytes = { 'content-type': 'application/octet-stream' };

function row(
  kind: string,
  url: string,
  { body, headers }: Pick<Row, 'body' | 'headers'> | SentBody,
  status: number,
  code: string,
  path?: string,
): Row {
  return { kind, method: 'POST', url, body, headers: headers ?? {}, status, code, path };
}

/** Of both routes that take logs. */
const logQueries: readonly (readonly [kind: string, query: string, path: string])[] = [
  ['a model without a name', 'model=', 'model'],
  ...badNames
    .filter(([kind]) => !['empty', 'that is a lone surrogate'].includes(kind))
    .map(([kind, name]) => [`a model name ${kind}`, `model=${encodeURIComponent(name)}`, 'model'] as const),
  ['two models', 'model=a&model=b', 'model'],
  ['an empty task', 'task=', 'task'],
  ['a task of 256 characters', `task=${'t'.repeat(256)}`, 'task'],
  ['two tasks', 'task=a&task=b', 'task'],
  ['an empty metric', 'metric=', 'metric.0'],
  ['an empty metric among others', 'metric=acc,,f1', 'metric.1'],
  ['101 metrics', `metric=${Array(101).fill('m').join(',')}`, 'metric'],
  ['two lists of metrics', 'metric=a&metric=b', 'metric'],
  ['an empty filter', 'filter=', 'filter.0'],
  ['two lists of filters', 'filter=a&filter=b', 'filter'],
  ['an unknown reducer', 'reducer=mode', 'reducer'],
  ['an empty reducer', 'reducer=', 'reducer'],
  ['two reducers', 'reducer=mean&reducer=max', 'reducer'],
  ['a property of every object for a reducer', 'reducer=constructor', 'reducer'],
  ['an empty group', 'group=', 'group'],
  ['two groups', 'group=a&group=b', 'group'],
  ['an unknown way with content', 'content=refuse', 'content'],
  ['an empty filename', 'filename=', 'filename'],
  ['a filename of 1025 characters', `filename=${'f'.repeat(1025)}`, 'filename'],
  ['a misspelt parameter', 'metrics=acc', 'metrics'],
];

const importQueries: typeof logQueries = [
  ['an unknown on_conflict', 'on_conflict=merge', 'on_conflict'],
  ['two on_conflict', 'on_conflict=skip&on_conflict=skip', 'on_conflict'],
  ['dry_run 1', 'dry_run=1', 'dry_run'],
  ['dry_run TRUE', 'dry_run=TRUE', 'dry_run'],
  ['an empty dry_run', 'dry_run=', 'dry_run'],
  ['two dry_run', 'dry_run=true&dry_run=true', 'dry_run'],
  ['a parameter of results', 'extra=ignore', 'extra'],
  ['a parameter of answers', 'level=0.9', 'level'],
];

const resultQueries: typeof logQueries = [
  ['an unknown extra', 'extra=drop', 'extra'],
  ['two extra', 'extra=ignore&extra=ignore', 'extra'],
  ['a parameter of imports', 'dry_run=true', 'dry_run'],
  ['another parameter of imports', 'on_conflict=skip', 'on_conflict'],
  ['level 1', 'level=1', 'level'],
  ['an unknown method', 'methods=lucky', 'methods.0'],
];

const queryRows: readonly Row[] = [
  ...[...logQueries, ...importQueries].map(([kind, query, path]) =>
    row(
      `import: ${kind}`,
      `${imports}?${query}`,
      { body: good, headers: csvType },
      422,
      'invalid-request',
      path,
    ),
  ),
  ...[...logQueries, ...resultQueries].map(([kind, query, path]) =>
    row(
      `evaluation from a log: ${kind}`,
      `${evaluations}?${query}`,
      { body: good, headers: csvType },
      422,
      'invalid-request',
      path,
    ),
  ),
];

/** What no route of logs can read. */
const bodies: readonly (readonly [
  kind: string,
  sent: SentBody,
  status: number,
  code: string,
  path?: string,
])[] = [
  ['a text', { body: Buffer.from('hello'), headers: bytes }, 422, 'unreadable-log', 'upload'],
  ['an empty file', { body: Buffer.alloc(0), headers: bytes }, 422, 'unreadable-log', 'upload'],
  ['NUL bytes', { body: Buffer.alloc(100_000), headers: bytes }, 422, 'unreadable-log', 'upload'],
  ['JSON that is no log', { body: Buffer.from('{"a":1}'), headers: bytes }, 422, 'unreadable-log', 'upload'],
  [
    'brackets nested 100,000 deep',
    { body: Buffer.from('['.repeat(100_000)), headers: bytes },
    422,
    'unreadable-log',
    'upload',
  ],
  [
    'a log nested 100,000 deep',
    { body: Buffer.from(`{"eval":{},"status":"success","samples":[${'['.repeat(100_000)}`), headers: bytes },
    422,
    'unreadable-log',
    'upload',
  ],
  [
    'a line nested 100,000 deep',
    {
      body: Buffer.from(`{"doc_id":0,"doc":${'['.repeat(100_000)}${']'.repeat(100_000)},"acc":NaN}\n`),
      headers: bytes,
    },
    422,
    'unreadable-log',
  ],
  [
    'half a zip',
    { body: zipOf([{ path: 'a', content: good }]).subarray(0, 60), headers: bytes },
    422,
    'unreadable-log',
    'upload',
  ],
  ['half a gzip', { body: gzipSync(good).subarray(0, 30), headers: bytes }, 422, 'unreadable-log', 'upload'],
  [
    'a zip named like a way out',
    formOf([{ path: 'x.zip', content: zipOf([{ path: '../x', content: good }]) }]),
    422,
    'unreadable-log',
    'x.zip',
  ],
  [
    'bytes that are not gzip',
    { body: Buffer.from(good), headers: { ...bytes, 'content-encoding': 'gzip' } },
    400,
    'malformed-body',
  ],
  [
    'a form without a boundary',
    { body: Buffer.from('--X--'), headers: { 'content-type': 'multipart/form-data' } },
    400,
    'malformed-body',
  ],
  [
    'a form of nothing',
    { body: Buffer.from('--X--\r\n'), headers: { 'content-type': 'multipart/form-data; boundary=X' } },
    422,
    'invalid-request',
    'body',
  ],
  [
    'CSV with a score that is a word',
    { body: Buffer.from(`${good}bad,item-02,yes\n`), headers: csvType },
    422,
    'invalid-request',
    'line 4, column score',
  ],
  [
    'CSV with a score above the range',
    { body: Buffer.from(`${good}bad,item-02,2\n`), headers: csvType },
    422,
    'score-out-of-range',
    'line 4, column score',
  ],
  [
    'CSV with a cell twice',
    { body: Buffer.from(`${good}bad,item-01,0\n`), headers: csvType },
    422,
    'duplicate',
    'line 4, column score',
  ],
];

const bodyRows: readonly Row[] = [
  ...bodies.map(([kind, sent, status, code, path]) =>
    row(`import: ${kind}`, imports, sent, status, code, path),
  ),
  ...bodies.map(([kind, sent, status, code, path]) =>
    row(`evaluation from a log: ${kind}`, evaluations, sent, status, code, path),
  ),
];

const otherRows: readonly Row[] = [
  row(
    'import: an unknown benchmark',
    '/v1/benchmarks/none/imports',
    { body: good, headers: csvType },
    404,
    'benchmark-not-found',
  ),
  row(
    'import: a form to an unknown benchmark',
    '/v1/benchmarks/none/imports',
    formOf([{ path: 'a', content: good }]),
    404,
    'benchmark-not-found',
  ),
  row('import: no body', imports, { body: undefined }, 415, 'unsupported-media-type'),
  row(
    'import: JSON',
    imports,
    { body: '{"items":["q"],"models":[]}', headers: jsonType },
    415,
    'unsupported-media-type',
  ),
  row(
    'import: a stored cell with another value',
    imports,
    { body: 'model,item,score\nmodel-00,item-00,0\n', headers: csvType },
    409,
    'score-conflict',
    'model model-00, item item-00',
  ),
  row(
    'import: a stored group with another name',
    imports,
    { body: 'model,item,score,group\nbad,item-00,0,other\n', headers: csvType },
    409,
    'score-conflict',
    'item item-00',
  ),
  row(
    'evaluation from a log: an item outside the core set',
    evaluations,
    { body: `${good}bad,item-20,1\n`, headers: csvType },
    422,
    'unknown-item',
    'item item-20',
  ),
  row(
    'evaluation from a log: items outside the core set only',
    `${evaluations}?extra=ignore`,
    { body: 'model,item,score\nbad,item-20,1\n', headers: csvType },
    422,
    'missing-scores',
  ),
  row(
    'evaluation from a log: of two models',
    evaluations,
    { body: `${good}worse,item-02,1\n`, headers: csvType },
    422,
    'ambiguous-log',
    'model',
  ),
  row(
    'evaluation from a log: a model that is not in it',
    `${evaluations}?model=none`,
    { body: good, headers: csvType },
    422,
    'ambiguous-log',
  ),
  row(
    'evaluation from a log: an unknown core set',
    '/v1/core-sets/cs_none/evaluations',
    { body: good, headers: csvType },
    404,
    'core-set-not-found',
  ),
];

const formatRows: readonly Row[] = [
  ['an unknown format', 'format=lm_eval', 'format'],
  ['an empty format', 'format=', 'format'],
  ['two formats', 'format=txt&format=txt', 'format'],
  ['an unknown part', 'format=txt&part=all', 'part'],
  ['an empty part', 'format=txt&part=', 'part'],
  ['a part without a format', 'part=file', 'part'],
  ['a misspelt format', 'fromat=txt', 'fromat'],
].map(([kind, query, path]) => ({
  kind: `GET of a core set: ${kind}`,
  method: 'GET',
  url: `${coreSet}?${query}`,
  status: 422,
  code: 'invalid-request',
  path,
}));

const exportRows: readonly Row[] = ['lm-eval', 'inspect', 'helm'].map((format) => ({
  kind: `GET of a core set: items that no harness knows, as ${format}`,
  method: 'GET',
  url: `${coreSet}?format=${format}`,
  status: 422,
  code: 'not-exportable',
  path: 'items.0',
}));

export const importRows: readonly Row[] = [
  ...queryRows,
  ...bodyRows,
  ...otherRows,
  ...formatRows,
  ...exportRows,
  {
    kind: 'GET on imports',
    method: 'GET',
    url: imports,
    status: 405,
    code: 'method-not-allowed',
    allow: 'POST',
  },
];
