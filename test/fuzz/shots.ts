import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { ApiDocument, Operation, Parameter } from './api-document.ts';
import { fileOf } from './files.ts';
import { damaged, mutated } from './mutations.ts';
import { brokenJson, nastyText, oddContentTypes, oddHeaders, withDuplicateKey } from './nasty.ts';
import type { Shot } from './sender.ts';
import { recordOf, type Vocabulary, valuesOf } from './values.ts';

/** How a request departs from what is documented; `valid` ones may still be about what is not there. */
export const shotKinds = [
  ...[
    'valid',
    'changed-body',
    'broken-body',
    'duplicate-key',
    'odd-type',
    'odd-headers',
    'odd-query',
    'odd-path',
  ],
  'stray-body',
] as const;
export type ShotKind = (typeof shotKinds)[number];

export interface AimedShot extends Shot {
  readonly kind: ShotKind;
}

interface Parts {
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly type: string | null;
  readonly body: Buffer | null;
  /** Of a JSON body. */
  readonly value: unknown;
}

/** Requests to one operation: two of five as documented, the others each with one thing that is odd. */
export function shotsAt(
  document: ApiDocument,
  operation: Operation,
  vocabulary: Vocabulary,
): fc.Arbitrary<AimedShot> {
  const parts = partsOf(document, operation, vocabulary);
  const kinds = kindsFor(operation);
  return fc
    .tuple(
      parts,
      fc.oneof(
        { weight: 2, arbitrary: fc.constant('valid' as const) },
        { weight: 3, arbitrary: fc.constantFrom(...kinds) },
      ),
    )
    .chain(([made, kind]) => bend(kind, made).map((bent) => ({ ...toShot(operation, bent), kind })));
}

function kindsFor({ bodies, method }: Operation): ShotKind[] {
  if (Object.keys(bodies).length === 0) return ['odd-query', 'odd-path', 'odd-headers', 'stray-body'];
  const ofBody: ShotKind[] = ['changed-body', 'changed-body', 'broken-body', 'duplicate-key', 'odd-type'];
  return method === 'GET' ? ofBody : [...ofBody, 'odd-query', 'odd-path', 'odd-headers'];
}

function partsOf(document: ApiDocument, operation: Operation, vocabulary: Vocabulary): fc.Arbitrary<Parts> {
  const of = (place: Parameter['in']) => operation.parameters.filter((parameter) => parameter.in === place);
  const values = (parameters: readonly Parameter[]) => {
    const fields = parameters.map(
      ({ name, schema }) => [name, valuesOf(document, schema, vocabulary, name)] as const,
    );
    const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
    return recordOf(Object.fromEntries(fields), required);
  };
  return fc
    .tuple(
      values(of('path')),
      values(of('query')),
      values(of('header')),
      bodyOf(document, operation, vocabulary),
    )
    .map(([path, query, headers, body]) => ({
      path: operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => encoded(String(path[name]))),
      query: Object.entries(query).map(([name, value]) => [name, String(value)] as const),
      headers: { ...acceptedBy(operation), ...asHeaders(headers) },
      ...body,
    }));
}

type Body = Pick<Parts, 'type' | 'body' | 'value'>;

function bodyOf(document: ApiDocument, { bodies }: Operation, vocabulary: Vocabulary): fc.Arbitrary<Body> {
  const types = Object.keys(bodies);
  if (types.length === 0) return fc.constant({ type: null, body: null, value: undefined });
  const isJson = types.includes('application/json');
  // JSON as often as all the others together.
  const weighted = isJson ? [...types, ...types.map(() => 'application/json')] : types;
  return fc.constantFrom(...weighted).chain((type): fc.Arbitrary<Body> => {
    if (type !== 'application/json') {
      return fileOf(type).map(({ type: said, bytes }) => ({ type: said, body: bytes, value: undefined }));
    }
    return valuesOf(document, bodies[type], vocabulary).map((value) => ({
      type,
      body: Buffer.from(JSON.stringify(value)),
      value,
    }));
  });
}

/** What the operation answers with, so that it is not refused for that. */
function acceptedBy({ answers }: Operation): Record<string, string> {
  const [first] = Object.entries(answers).flatMap(([status, types]) => (status < '300' ? types : []));
  return first === undefined ? {} : { accept: first };
}

/** Header fields hold no line breaks, and no more than bytes. */
function asHeaders(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, String(value).replaceAll(/[^\x20-\x7e]/g, '.')]),
  );
}

function bend(kind: ShotKind, parts: Parts): fc.Arbitrary<Parts> {
  switch (kind) {
    case 'valid':
      return fc.constant(parts);
    case 'changed-body':
      return parts.value === undefined
        ? damaged(parts.body ?? Buffer.alloc(0)).map((body) => ({ ...parts, body }))
        : mutated(parts.value).map((value) => ({ ...parts, body: jsonBytes(value) }));
    case 'broken-body':
      return fc
        .constantFrom(...brokenJson)
        .map((breakIt) => ({ ...parts, type: 'application/json', body: breakIt(textOf(parts)) }));
    case 'duplicate-key':
      return fc.constant({ ...parts, type: 'application/json', body: withDuplicateKey(textOf(parts)) });
    case 'odd-type':
      return fc.constantFrom(null, ...oddContentTypes).map((type) => ({ ...parts, type }));
    case 'odd-headers':
      return oddlyHeaded(parts);
    case 'odd-query':
      return oddlyAsked(parts);
    case 'odd-path':
      return oddlyAddressed(parts);
    case 'stray-body':
      return fc
        .constantFrom('{}', '{"a":1}', 'x', '', '[1]')
        .map((text) => ({ ...parts, type: 'application/json', body: Buffer.from(text) }));
  }
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value) ?? '');
}

function textOf({ value }: Parts): string {
  return JSON.stringify(value ?? { title: 'x', size: 3 });
}

function oddlyHeaded(parts: Parts): fc.Arbitrary<Parts> {
  const zipped = { ...parts.headers, 'content-encoding': 'gzip' };
  return fc.oneof(
    fc.constantFrom(...oddHeaders).map((odd) => ({ ...parts, headers: { ...parts.headers, ...odd } })),
    fc.constant(parts.body === null ? parts : { ...parts, body: gzipSync(parts.body), headers: zipped }),
    parts.body === null
      ? fc.constant(parts)
      : damaged(gzipSync(parts.body)).map((body) => ({ ...parts, body, headers: zipped })),
  );
}

function oddlyAsked(parts: Parts): fc.Arbitrary<Parts> {
  const names = parts.query.map(([name]) => name);
  const name = fc.oneof(fc.constantFrom('limit', 'cursor', 'level', 'methods', ...names), nastyText);
  return fc.oneof(
    fc
      .tuple(name, nastyText)
      .map(([field, value]) => ({ ...parts, query: [...parts.query, [field, value] as const] })),
    name.map((field) => ({
      ...parts,
      query: [...parts.query, [field, '1'] as const, [field, '2'] as const],
    })),
    fc.constantFrom('limit[]', 'limit[0]', 'limit[__proto__]', '__proto__[a]').map((field) => ({
      ...parts,
      query: [...parts.query, [field, '1'] as const],
    })),
    fc
      .constantFrom(
        '?',
        '?&&&',
        '?=',
        '?%',
        '?%zz=1',
        '?%ff=%ff',
        '?limit',
        '?limit=1;cursor=2',
        `?a=${'b'.repeat(8000)}`,
      )
      .map((raw) => ({ ...parts, path: parts.path + raw, query: [] })),
  );
}

function oddlyAddressed(parts: Parts): fc.Arbitrary<Parts> {
  const steps = parts.path.split('/');
  const index = fc.integer({ min: Math.min(2, steps.length - 1), max: steps.length - 1 });
  const replaced = fc.tuple(index, nastyText).map(([at, text]) => steps.with(at, encoded(text)).join('/'));
  const raw = fc
    .constantFrom(
      '%',
      '%zz',
      '%ff',
      '%c0%af',
      '%00',
      '..%2f..',
      '%2e%2e',
      '.',
      '..;',
      'a'.repeat(7000),
      '%F0%9F%98%80',
    )
    .chain((text) => index.map((at) => steps.with(at, text).join('/')));
  const bent = fc.constantFrom(
    ...[
      `${parts.path}/`,
      `/${parts.path}`,
      parts.path.toUpperCase(),
      `${parts.path}//`,
      `${parts.path}/x/y/z`,
    ],
    ...[`${parts.path}%20`, `${parts.path}#a`, parts.path.replace('/v1', '/v2')],
  );
  return fc.oneof(replaced, raw, bent).map((path) => ({ ...parts, path: path === '' ? '/' : path }));
}

/** As percent-encoded UTF-8; half a surrogate pair as the bytes that some write for it. */
function encoded(text: string): string {
  return [...text].map((c) => (c.isWellFormed() ? encodeURIComponent(c) : '%ED%A0%80')).join('');
}

function toShot({ method }: Operation, { path, query, headers, type, body }: Parts): Shot {
  const search = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
  return {
    method,
    path: search === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${search}`,
    headers: { ...headers, ...(type !== null && { 'content-type': type }) },
    body,
  };
}
