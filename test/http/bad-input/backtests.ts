import { type Case, jsonType, type Row } from './row.ts';

const url = '/v1/benchmarks/small/backtests';

const invalid: readonly Case[] = [
  ['no splits', { splits: [] }, 'splits'],
  ['an unknown split', { splits: ['interpolation', 'transposition'] }, 'splits.1'],
  ['a split twice', { splits: ['interpolation', 'interpolation'] }, 'splits'],
  ['splits that are a text', { splits: 'interpolation' }, 'splits'],
  ['splits null', { splits: null }, 'splits'],
  ['no designs', { designs: [] }, 'designs'],
  ['an unknown design', { designs: ['lucky'] }, 'designs.0'],
  ['a property of every object for a design', { designs: ['constructor'] }, 'designs.0'],
  ['a design twice', { designs: ['random', 'balanced', 'random'] }, 'designs'],
  ['designs that are a text', { designs: 'random' }, 'designs'],
  ['no methods', { methods: [] }, 'methods'],
  ['an unknown method', { methods: ['aipw', 'oracle'] }, 'methods.1'],
  ['a method twice', { methods: ['aipw', 'aipw'] }, 'methods'],
  ['a method null', { methods: [null] }, 'methods.0'],
  [
    'a method that can answer on none of the designs',
    { designs: ['random', 'balanced'], methods: ['aipw', 'gp-irt'], sizes: [10] },
    'methods.1',
  ],
  ['no sizes', { sizes: [] }, 'sizes'],
  ['a size that is no array', { sizes: 10 }, 'sizes'],
  ['size 0', { sizes: [10, 0] }, 'sizes.1'],
  ['a negative size', { sizes: [-1] }, 'sizes.0'],
  ['a fractional size', { sizes: [1.5] }, 'sizes.0'],
  ['a size that is a text', { sizes: ['10'] }, 'sizes.0'],
  ['a size of more than a million', { sizes: [1_000_001] }, 'sizes.0'],
  ['a size twice', { sizes: [10, 20, 10] }, 'sizes'],
  ['twenty-one sizes', { sizes: Array.from({ length: 21 }, (_, k) => k + 5) }, 'sizes'],
  ['one more than the population', { sizes: [10, 41] }, 'sizes.1'],
  ['stratified with fewer items than groups', { designs: ['stratified'], sizes: [10, 3] }, 'sizes.1'],
  ['repeats 0', { sizes: [10], repeats: 0 }, 'repeats'],
  ['repeats 1001', { sizes: [10], repeats: 1001 }, 'repeats'],
  ['fractional repeats', { sizes: [10], repeats: 2.5 }, 'repeats'],
  ['repeats that are a text', { sizes: [10], repeats: '5' }, 'repeats'],
  ['repeats null', { sizes: [10], repeats: null }, 'repeats'],
  ['a negative seed', { sizes: [10], seed: -1 }, 'seed'],
  ['a fractional seed', { sizes: [10], seed: 0.5 }, 'seed'],
  ['a seed beyond 2^53', { sizes: [10], seed: 2 ** 53 }, 'seed'],
  ['a seed that is a text', { sizes: [10], seed: '7' }, 'seed'],
  ['level 0', { sizes: [10], level: 0 }, 'level'],
  ['level 1', { sizes: [10], level: 1 }, 'level'],
  ['level 95', { sizes: [10], level: 95 }, 'level'],
  ['level as a text', { sizes: [10], level: '0.9' }, 'level'],
  ['include_duplicates that is a number', { sizes: [10], include_duplicates: 1 }, 'include_duplicates'],
  ['include_duplicates null', { sizes: [10], include_duplicates: null }, 'include_duplicates'],
  ['an unknown field', { sizes: [10], repeat: 5 }, 'repeat'],
  ['an array', [10]],
];

function row(kind: string, body: unknown, status: number, code: string, path?: string): Row {
  return { kind: `back-test: ${kind}`, method: 'POST', url, body, status, code, path };
}

const unknown: readonly (readonly [Row['method'], string])[] = [
  ['GET', '/v1/backtests/bt_none'],
  ['DELETE', '/v1/backtests/bt_none'],
  ['GET', '/v1/backtests/bt_none/events'],
];

export const backtestRows: readonly Row[] = [
  ...invalid.map(([kind, body, path]) => row(kind, body, 422, 'invalid-request', path)),
  { ...row('null', 'null', 422, 'invalid-request', 'body'), headers: jsonType },
  { ...row('broken JSON', '{"sizes":', 400, 'malformed-body'), headers: jsonType },
  { ...row('1e999', '{"sizes":[1e999]}', 422, 'invalid-request', 'sizes.0'), headers: jsonType },
  { ...row('a __proto__ key', '{"sizes":[5],"__proto__":{}}', 400, 'malformed-body'), headers: jsonType },
  { ...row('a text', 'sizes=5', 415, 'unsupported-media-type'), headers: { 'content-type': 'text/plain' } },
  { ...row('an unknown query parameter', { sizes: [10] }, 422, 'invalid-request'), url: `${url}?seed=1` },
  {
    ...row('an unknown benchmark', { sizes: [10] }, 404, 'benchmark-not-found'),
    url: '/v1/benchmarks/none/backtests',
  },
  {
    ...row('a benchmark without history', { sizes: [1] }, 422, 'insufficient-data'),
    url: '/v1/benchmarks/empty/backtests',
  },
  {
    ...row('the list of an unknown benchmark', undefined, 404, 'benchmark-not-found'),
    method: 'GET',
    url: '/v1/benchmarks/none/backtests',
  },
  ...unknown.map(([method, address]) => ({
    kind: `${method} ${address}`,
    method,
    url: address,
    status: 404,
    code: 'backtest-not-found',
  })),
  {
    ...row('an id of 101 characters', undefined, 422, 'invalid-request', 'id'),
    method: 'GET',
    url: `/v1/backtests/${'x'.repeat(101)}`,
  },
  {
    ...row('events with an unknown parameter', undefined, 422, 'invalid-request'),
    method: 'GET',
    url: '/v1/backtests/bt_none/events?since=1',
  },
  { ...row('PUT of the list', {}, 405, 'method-not-allowed'), method: 'PUT', allow: 'GET, HEAD, POST' },
  {
    ...row('POST of one', {}, 405, 'method-not-allowed'),
    url: '/v1/backtests/bt_none',
    allow: 'DELETE, GET, HEAD',
  },
];
