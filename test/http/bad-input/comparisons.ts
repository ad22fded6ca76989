import { type Case, jsonType, type Row, someBadNames } from './row.ts';

const url = '/v1/evaluations/compare';

const invalid: readonly Case[] = [
  ['no a', { b: { model: 'model-00' } }, 'a'],
  ['no b', { a: '{evaluation}' }, 'b'],
  ['nothing', {}, 'a'],
  ['an array', []],
  ['a null', { a: null, b: { model: 'model-00' } }, 'a'],
  ['a that is a model', { a: { model: 'model-00' }, b: { model: 'model-01' } }, 'a'],
  ['an empty a', { a: '', b: { model: 'model-00' } }, 'a'],
  ['a of 101 characters', { a: 'x'.repeat(101), b: { model: 'model-00' } }, 'a'],
  ['an empty b', { a: 'x', b: '' }, 'b'],
  ['b null', { a: 'x', b: null }, 'b'],
  ['b that is a number', { a: 'x', b: 7 }, 'b'],
  ['b without a model', { a: 'x', b: {} }, 'b'],
  ['b with an unknown field', { a: 'x', b: { model: 'model-00', id: 'x' } }, 'b.id'],
  ['a level of 0', { a: 'x', b: 'y', level: 0 }, 'level'],
  ['a level of 1', { a: 'x', b: 'y', level: 1 }, 'level'],
  ['a level of 95', { a: 'x', b: 'y', level: 95 }, 'level'],
  ['a level that is a text', { a: 'x', b: 'y', level: '0.9' }, 'level'],
  ['an unknown field', { a: 'x', b: 'y', method: 'aipw' }],
  ...someBadNames.map(
    ([kind, name]): Case => [`a model name ${kind}`, { a: 'x', b: { model: name } }, 'b.model'],
  ),
];

function row(kind: string, body: unknown, status: number, code: string, path?: string): Row {
  return { kind: `comparison: ${kind}`, method: 'POST', url, body, status, code, path };
}

export const comparisonRows: readonly Row[] = [
  ...invalid.map(([kind, body, path]) => row(kind, body, 422, 'invalid-request', path)),
  row('an unknown evaluation', { a: 'ev_none', b: { model: 'model-00' } }, 404, 'evaluation-not-found'),
  row('two unknown evaluations', { a: 'ev_none', b: 'ev_other' }, 404, 'evaluation-not-found'),
  row('no body', undefined, 422, 'invalid-request', 'body'),
  { ...row('broken JSON', '{"a":', 400, 'malformed-body'), headers: jsonType },
  { ...row('a __proto__ key', '{"a":"x","b":"y","__proto__":{}}', 400, 'malformed-body'), headers: jsonType },
  {
    ...row('an unknown query parameter', { a: 'x', b: 'y' }, 422, 'invalid-request'),
    url: `${url}?level=0.9`,
  },
  { ...row('GET', undefined, 405, 'method-not-allowed'), method: 'GET', allow: 'POST' },
];
