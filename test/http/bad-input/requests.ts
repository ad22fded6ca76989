import type { Row } from './row.ts';

const lists = [
  '/v1/benchmarks',
  '/v1/benchmarks/small/items',
  '/v1/benchmarks/small/models',
  '/v1/benchmarks/small/leaderboard',
  '/v1/benchmarks/small/core-sets',
  '/v1/benchmarks/small/evaluations',
  '/v1/benchmarks/small/backtests',
  '/v1/evaluations',
];

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}

const pages: readonly (readonly [string, string, string?])[] = [
  ['limit 0', 'limit=0', 'limit'],
  ['limit 501', 'limit=501', 'limit'],
  ['a cursor that is a word', 'cursor=next', 'cursor'],
  ['a negative limit', 'limit=-1', 'limit'],
  ['a fractional limit', 'limit=1.5', 'limit'],
  ['a limit that is a word', 'limit=all', 'limit'],
  ['an empty limit', 'limit=', 'limit'],
  ['two limits', 'limit=1&limit=2', 'limit'],
  ['a cursor of strange characters', 'cursor=%21%21', 'cursor'],
  ['an empty cursor', 'cursor=', 'cursor'],
  ['a cursor made of NaN', `cursor=${encoded('NaN')}`, 'cursor'],
  ['a cursor made of Infinity', `cursor=${encoded('Infinity')}`, 'cursor'],
  ['a cursor made of a negative number', `cursor=${encoded('-1')}`, 'cursor'],
  ['a cursor made of a fraction', `cursor=${encoded('0.5')}`, 'cursor'],
  ['an unknown query parameter', 'page=2'],
];

const wrongMethods: readonly (readonly [Row['method'], string, string])[] = [
  ['POST', '/v1/benchmarks', 'GET, HEAD'],
  ['PATCH', '/v1/benchmarks/small', 'DELETE, GET, HEAD, PUT'],
  ['DELETE', '/v1/benchmarks/small/scores', 'GET, HEAD, POST'],
  ['PUT', '/v1/benchmarks/small/models/model-00', 'DELETE, GET, HEAD'],
  ['DELETE', '/v1/core-sets/{coreSet}', 'GET, HEAD'],
  ['GET', '/v1/core-sets/{coreSet}/evaluations', 'POST'],
  ['PUT', '/v1/evaluations/{evaluation}', 'DELETE, GET, HEAD'],
  ['GET', '/v1/benchmarks/small/estimates', 'POST'],
  ['POST', '/readyz', 'GET, HEAD'],
  ['POST', '/openapi.json', 'GET, HEAD'],
];

export const requestRows: readonly Row[] = [
  ...lists.flatMap((url, index) =>
    // The lists share their schema: every kind on the first, the coarsest on the others.
    pages
      .filter((_, k) => index === 0 || k < 3)
      .map(([kind, query, path]) => ({
        kind: `${url} with ${kind}`,
        method: 'GET' as const,
        url: `${url}?${query}`,
        status: 422,
        code: 'invalid-request',
        path,
      })),
  ),
  {
    kind: 'evaluations of a model without a name',
    method: 'GET',
    url: '/v1/benchmarks/small/evaluations?model=',
    status: 422,
    code: 'invalid-request',
    path: 'model',
  },
  ...wrongMethods.map(([method, url, allow]) => ({
    kind: `${method} on ${url}`,
    method,
    url,
    // Neither the body nor its type matters where the method is wrong.
    ...(method !== 'GET' && { body: '<x/>', headers: { 'content-type': 'application/xml' } }),
    status: 405,
    code: 'method-not-allowed',
    allow,
  })),
  { kind: 'an unknown route', method: 'GET', url: '/v1/nothing', status: 404, code: 'route-not-found' },
  {
    kind: 'an unknown route, by POST',
    method: 'POST',
    url: '/v2/benchmarks',
    body: {},
    status: 404,
    code: 'route-not-found',
  },
  {
    kind: 'an unknown kind of problem',
    method: 'GET',
    url: '/problems/none',
    status: 404,
    code: 'problem-not-found',
  },
  {
    kind: 'a property of every object as a kind of problem',
    method: 'GET',
    url: '/problems/constructor',
    status: 404,
    code: 'problem-not-found',
  },
  {
    kind: 'a cut percent-encoding',
    method: 'GET',
    url: '/v1/benchmarks/sm%C3',
    status: 400,
    code: 'malformed-request',
  },
  {
    kind: 'a malformed percent-encoding',
    method: 'PUT',
    url: '/v1/benchmarks/%zz',
    body: {},
    status: 400,
    code: 'malformed-request',
  },
  {
    kind: 'an export with an unknown query parameter',
    method: 'GET',
    url: '/v1/benchmarks/small/scores?format=ndjson',
    status: 422,
    code: 'invalid-request',
  },
  {
    kind: 'an export in a format that is not to be had',
    method: 'GET',
    url: '/v1/benchmarks/small/scores',
    headers: { accept: 'application/json' },
    status: 406,
    code: 'not-acceptable',
  },
];
