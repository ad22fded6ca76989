import type { Row } from './row.ts';

const url = '/v1/benchmarks/small';

const queries: readonly (readonly [url: string, query: string, path: string])[] = [
  ['heat-map', 'rows=0', 'rows'],
  ['heat-map', 'rows=2001', 'rows'],
  ['heat-map', 'rows=-1', 'rows'],
  ['heat-map', 'rows=1.5', 'rows'],
  ['heat-map', 'rows=all', 'rows'],
  ['heat-map', 'rows=', 'rows'],
  ['heat-map', 'rows=1&rows=2', 'rows'],
  ['heat-map', 'columns=0', 'columns'],
  ['heat-map', 'columns=16385', 'columns'],
  ['heat-map', 'columns=NaN', 'columns'],
  ['heat-map', 'columns=Infinity', 'columns'],
  ['heat-map', 'rows=1025&columns=16384', 'rows'],
  ['heat-map', 'rows=2000&columns=8389', 'rows'],
  ['heat-map', 'cols=5', 'cols'],
  ['item-distribution', 'bins=0', 'bins'],
  ['item-distribution', 'bins=201', 'bins'],
  ['item-distribution', 'bins=2.5', 'bins'],
  ['item-distribution', 'bins=many', 'bins'],
  ['item-distribution', 'bins=', 'bins'],
  ['item-distribution', 'bin=5', 'bin'],
  ['similarity-map', 'axes=3', 'axes'],
];

export const pictureRows: readonly Row[] = [
  ...queries.map(([picture, query, path]) => ({
    kind: `${picture} with ${query}`,
    method: 'GET' as const,
    url: `${url}/${picture}?${query}`,
    status: 422,
    code: 'invalid-request',
    path,
  })),
  ...['heat-map', 'item-distribution', 'similarity-map'].map((picture) => ({
    kind: `POST on ${picture}`,
    method: 'POST' as const,
    url: `${url}/${picture}`,
    body: {},
    status: 405,
    code: 'method-not-allowed',
    allow: 'GET, HEAD',
  })),
];
