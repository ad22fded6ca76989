import { badNames, type Case, deep, jsonType, type Row, someBadNames } from './row.ts';

const create = '/v1/core-sets/{coreSet}/evaluations';
const add = '/v1/evaluations/{evaluation}/results';
const estimate = '/v1/benchmarks/small/estimates';

const first = { item: 'item-00', score: 1 };

/** Every way in which the scores of a target can be wrong, for the three routes that take them. */
const invalidResults: readonly Case[] = [
  ['none', [], 'results'],
  ['an object', { 'item-00': 1 }, 'results'],
  ['a score of null', [{ item: 'item-00', score: null }], 'results.0.score'],
  ['a score that is a text', [first, { item: 'item-01', score: '1' }], 'results.1.score'],
  ['a score that is an array', [{ item: 'item-00', score: [1] }], 'results.0.score'],
  ['no score', [{ item: 'item-00' }], 'results.0.score'],
  ['no item', [{ score: 1 }], 'results.0.item'],
  ['an item that is a number', [{ item: 0, score: 1 }], 'results.0.item'],
  ['an unknown field', [{ item: 'item-00', score: 1, scroe: 1 }], 'results.0.scroe'],
  ...someBadNames.map(
    ([kind, name]): Case => [`item name ${kind}`, [{ item: name, score: 1 }], 'results.0.item'],
  ),
];

const wrongResults: readonly (readonly [string, string, unknown, string])[] = [
  ['an unknown item', 'unknown-item', [first, { item: 'item-99', score: 1 }], 'results.1.item'],
  ['an item twice', 'duplicate', [first, { item: 'item-01', score: 1 }, first], 'results.2.item'],
  [
    'a score above the range',
    'score-out-of-range',
    [first, { item: 'item-01', score: 1.1 }],
    'results.1.score',
  ],
  ['a score below the range', 'score-out-of-range', [{ item: 'item-00', score: -0.1 }], 'results.0.score'],
];

const routes = [
  { name: 'evaluation', url: create, rest: { model: 'bad' } },
  { name: 'results', url: add, rest: {} },
  { name: 'estimate', url: estimate, rest: {} },
];

const resultRows: readonly Row[] = routes.flatMap(({ name, url, rest }) => [
  ...invalidResults.map(([kind, results, path]) => ({
    kind: `${name}: results with ${kind}`,
    method: 'POST' as const,
    url,
    body: { ...rest, results },
    status: 422,
    code: 'invalid-request',
    path,
  })),
  ...wrongResults.map(([kind, code, results, path]) => ({
    kind: `${name}: results with ${kind}`,
    method: 'POST' as const,
    url,
    body: { ...rest, results },
    status: 422,
    code,
    path,
  })),
]);

function row(kind: string, url: string, body: unknown, status: number, code: string, path?: string): Row {
  return { kind, method: 'POST', url, body, status, code, path };
}

const raw = (json: string) => json.replace('"results":', '"model":"bad","results":');

const evaluationRows: readonly Row[] = [
  row('evaluation: no model', create, { results: [first] }, 422, 'invalid-request', 'model'),
  row('evaluation: no results', create, { model: 'bad' }, 422, 'invalid-request', 'results'),
  row(
    'evaluation: a model that is a number',
    create,
    { model: 7, results: [first] },
    422,
    'invalid-request',
    'model',
  ),
  ...badNames.map(([kind, name]) =>
    row(
      `evaluation: model name ${kind}`,
      create,
      { model: name, results: [first] },
      422,
      'invalid-request',
      'model',
    ),
  ),
  row(
    'evaluation: an item of the benchmark outside the core set',
    create,
    { model: 'bad', results: [first, { item: 'item-20', score: 1 }] },
    422,
    'unknown-item',
    'results.1.item',
  ),
  row(
    'results: an item outside the core set',
    add,
    { results: [{ item: 'item-20', score: 1 }] },
    422,
    'unknown-item',
    'results.0.item',
  ),
  row(
    'evaluation: metadata that is a text',
    create,
    { model: 'bad', results: [first], metadata: 'x' },
    422,
    'invalid-request',
    'metadata',
  ),
  {
    ...row(
      'evaluation: metadata nested 100,000 deep',
      create,
      raw(`{"results":[{"item":"item-00","score":1}],"metadata":{"a":${deep}}}`),
      422,
      'invalid-request',
      'metadata',
    ),
    headers: jsonType,
  },
  row(
    'evaluation: an unknown field',
    create,
    { model: 'bad', results: [first], scores: [] },
    422,
    'invalid-request',
  ),
  row(
    'evaluation: on an unknown core set',
    '/v1/core-sets/cs_none/evaluations',
    { model: 'bad', results: [first] },
    404,
    'core-set-not-found',
  ),
  row(
    'results: of an unknown evaluation',
    '/v1/evaluations/ev_none/results',
    { results: [first] },
    404,
    'evaluation-not-found',
  ),
  ...[create, add, estimate].flatMap((url) => [
    {
      ...row(`NaN to ${url}`, url, '{"results":[{"item":"item-00","score":NaN}]}', 400, 'malformed-body'),
      headers: jsonType,
    },
    {
      ...row(
        `a __proto__ key to ${url}`,
        url,
        '{"results":[{"item":"item-00","score":1,"__proto__":{}}]}',
        400,
        'malformed-body',
      ),
      headers: jsonType,
    },
  ]),
  ...[add, estimate].map((url) => ({
    ...row(
      `1e999 to ${url}`,
      url,
      '{"results":[{"item":"item-00","score":1e999}]}',
      422,
      'invalid-request',
      'results.0.score',
    ),
    headers: jsonType,
  })),
];

const badQueries: readonly (readonly [string, string, string])[] = [
  ['level 0', 'level=0', 'level'],
  ['level 1', 'level=1', 'level'],
  ['level -1', 'level=-1', 'level'],
  ['level 95', 'level=95', 'level'],
  ['level abc', 'level=abc', 'level'],
  ['an empty level', 'level=', 'level'],
  ['two levels', 'level=0.9&level=0.8', 'level'],
  ['an unknown method', 'methods=aipw,lucky', 'methods.1'],
  ['an empty list of methods', 'methods=', 'methods.0'],
  ['a method twice', 'methods=aipw,aipw', 'methods'],
];

const queryRows: readonly Row[] = [
  ...badQueries.flatMap(([kind, query, path]) => [
    row(
      `evaluation: ${kind}`,
      `${create}?${query}`,
      { model: 'bad', results: [first] },
      422,
      'invalid-request',
      path,
    ),
    row(`results: ${kind}`, `${add}?${query}`, { results: [first] }, 422, 'invalid-request', path),
    {
      ...row(
        `GET of an evaluation: ${kind}`,
        `/v1/evaluations/{evaluation}?${query}`,
        undefined,
        422,
        'invalid-request',
        path,
      ),
      method: 'GET' as const,
    },
  ]),
  row(
    'evaluation: an unknown query parameter',
    `${create}?lvl=0.9`,
    { model: 'bad', results: [first] },
    422,
    'invalid-request',
  ),
];

const estimates: readonly Case[] = [
  ['no results', {}, 'results'],
  [
    'a probability for one result only',
    { results: [first, { item: 'item-01', score: 1, inclusion_probability: 0.5 }] },
    'results.0.inclusion_probability',
  ],
  ['probability 0', { results: [{ ...first, inclusion_probability: 0 }] }, 'results.0.inclusion_probability'],
  [
    'a probability above 1',
    { results: [{ ...first, inclusion_probability: 1.01 }] },
    'results.0.inclusion_probability',
  ],
  [
    'a negative probability',
    { results: [{ ...first, inclusion_probability: -0.5 }] },
    'results.0.inclusion_probability',
  ],
  [
    'a probability that is a text',
    { results: [{ ...first, inclusion_probability: '0.5' }] },
    'results.0.inclusion_probability',
  ],
  ['level 0', { results: [first], level: 0 }, 'level'],
  ['level 1', { results: [first], level: 1 }, 'level'],
  ['level as a text', { results: [first], level: '0.9' }, 'level'],
  ['an unknown method', { results: [first], methods: ['lucky'] }, 'methods.0'],
  ['no methods', { results: [first], methods: [] }, 'methods'],
  ['a method twice', { results: [first], methods: ['aipw', 'aipw'] }, 'methods'],
  ['a model without a name', { results: [first], model: '' }, 'model'],
  ['an unknown field', { results: [first], seed: 1 }],
];

export const evaluationTable: readonly Row[] = [
  ...resultRows,
  ...evaluationRows,
  ...queryRows,
  ...estimates.map(([kind, body, path]) =>
    row(`estimate: ${kind}`, estimate, body, 422, 'invalid-request', path),
  ),
  row(
    'estimate: of an unknown benchmark',
    '/v1/benchmarks/none/estimates',
    { results: [first] },
    404,
    'benchmark-not-found',
  ),
  ...(['GET', 'DELETE'] as const).map((method) => ({
    kind: `${method} of an unknown evaluation`,
    method,
    url: '/v1/evaluations/ev_none',
    status: 404,
    code: 'evaluation-not-found',
  })),
  {
    kind: 'results of an unknown evaluation',
    method: 'GET',
    url: '/v1/evaluations/ev_none/results',
    status: 404,
    code: 'evaluation-not-found',
  },
];
