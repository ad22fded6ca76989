import { gzipSync } from 'node:zlib';
import { numbered, smallModels } from '../../support/fixtures.ts';
import { type Case, csvType, jsonType, type Row, someBadNames } from './row.ts';

const url = '/v1/benchmarks/small/core-sets';

const invalid: readonly Case[] = [
  ['no size', { seed: 1 }, 'size'],
  ['size null', { size: null }, 'size'],
  ['size 0', { size: 0 }, 'size'],
  ['a negative size', { size: -1 }, 'size'],
  ['one more than the population', { size: 41 }, 'size'],
  ['one more than the groups hold', { size: 17, groups: ['algebra'] }, 'size'],
  ['a fractional size', { size: 1.5 }, 'size'],
  ['a size that is a text', { size: '10' }, 'size'],
  ['a size that is true', { size: true }, 'size'],
  ['a negative seed', { size: 5, seed: -1 }, 'seed'],
  ['a fractional seed', { size: 5, seed: 0.5 }, 'seed'],
  ['a seed beyond 2^53', { size: 5, seed: 2 ** 53 }, 'seed'],
  ['a seed that is a text', { size: 5, seed: '7' }, 'seed'],
  ['an unknown design', { size: 5, design: 'lucky' }, 'design'],
  ['design null', { size: 5, design: null }, 'design'],
  ['a property of every object for a design', { size: 5, design: 'constructor' }, 'design'],
  ['no groups', { size: 5, groups: [] }, 'groups'],
  ['a group that is a number', { size: 5, groups: [1] }, 'groups.0'],
  ['exclude_models that is a text', { size: 5, exclude_models: 'model-00' }, 'exclude_models'],
  ['stratified with fewer items than groups', { size: 3, design: 'stratified' }, 'size'],
  ['an unknown field', { size: 5, sizes: [5] }],
  ['an array', [5]],
  ...someBadNames.map(
    ([kind, name]): Case => [`group name ${kind}`, { size: 5, groups: [name] }, 'groups.0'],
  ),
];

function row(kind: string, body: unknown, status: number, code: string, path?: string): Row {
  return { kind: `core set: ${kind}`, method: 'POST', url, body, status, code, path };
}

const oversize = `{"size":5}${' '.repeat(1024 * 1024)}`;

export const coreSetRows: readonly Row[] = [
  ...invalid.map(([kind, body, path]) => row(kind, body, 422, 'invalid-request', path)),
  row('an unknown group', { size: 5, groups: ['algebra', 'poetry'] }, 422, 'unknown-group', 'groups.1'),
  row(
    'thirty unknown groups',
    { size: 5, groups: numbered('stranger', 30) },
    422,
    'unknown-group',
    'groups.0',
  ),
  { ...row('an unknown query parameter', { size: 5 }, 422, 'invalid-request'), url: `${url}?seed=1` },
  row('no source model left', { size: 5, exclude_models: smallModels }, 422, 'insufficient-data'),
  {
    ...row('a benchmark without history', { size: 1 }, 422, 'insufficient-data'),
    url: '/v1/benchmarks/empty/core-sets',
  },
  {
    ...row('an unknown benchmark', { size: 1 }, 404, 'benchmark-not-found'),
    url: '/v1/benchmarks/none/core-sets',
  },
  row('no body', undefined, 422, 'invalid-request', 'body'),
  { ...row('an empty body', '', 422, 'invalid-request', 'body'), headers: jsonType },
  { ...row('broken JSON', '{"size":', 400, 'malformed-body'), headers: jsonType },
  { ...row('NaN', '{"size":NaN}', 400, 'malformed-body'), headers: jsonType },
  { ...row('1e999', '{"size":1e999}', 422, 'invalid-request', 'size'), headers: jsonType },
  { ...row('a __proto__ key', '{"size":5,"__proto__":{}}', 400, 'malformed-body'), headers: jsonType },
  { ...row('CSV', 'size\n5\n', 415, 'unsupported-media-type'), headers: csvType },
  { ...row('a body of more than 1 MiB', oversize, 413, 'too-large'), headers: jsonType },
  {
    ...row('a body of more than 1 MiB once unpacked', gzipSync(oversize), 413, 'too-large'),
    headers: { ...jsonType, 'content-encoding': 'gzip' },
  },
  {
    kind: 'GET of an unknown core set',
    method: 'GET',
    url: '/v1/core-sets/cs_none',
    status: 404,
    code: 'core-set-not-found',
  },
];
