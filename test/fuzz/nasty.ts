import fc from 'fast-check';

const long = 'x'.repeat(5000);

/** Text that somebody once stumbled over. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['', ' ', '.', '..', '../../etc/passwd', '/', '\\', '%', '%00', '\0', '\n', '\r\n', '\t', '\u2028'],
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'then'],
    ...['null', 'undefined', 'NaN', 'Infinity', '-0', '1e999', '0x10', 'true', '[object Object]', '{}', '[]'],
    ...["' OR 1=1 --", '"; DROP TABLE benchmarks; --', '{{7*7}}', '<script>alert(1)</script>', '$where'],
    ...[
      'é',
      'e\u0301',
      'ﬀ',
      '\u202e',
      '\u200b',
      '\ufeff',
      '😀',
      '👩‍👩‍👧‍👦',
      '\ud800',
      '\udfff',
      '漢字',
      'İ',
      'ß',
    ],
    ...[long, '😀'.repeat(300), '\u0301'.repeat(300), 'a'.repeat(255), 'a'.repeat(256), '漢'.repeat(255)],
    ...['2026-13-45T99:99:99Z', 'Mon, 01 Jan 0000', '-1', '9007199254740993', '1'.repeat(400)],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);

export const nastyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    0.5,
    1e-9,
    1e-320,
    1e308,
    -1e308,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 53 + 2,
    2 ** 64,
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** A JSON value of any kind, often with names that JavaScript has given a meaning. */
export const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  nastyNumber,
  fc.constantFrom(null, true, false, [], {}, [[]], [null], { length: 1e9 }, { toString: null }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(...['__proto__', 'constructor', 'prototype', 'toJSON', 'then'].map(owning)),
  fc.integer({ min: 1, max: 60 }).map(nested),
);

/** With a key of its own that a literal would take for something else. */
function owning(name: string): object {
  return JSON.parse(`{ ${JSON.stringify(name)}: { "isAdmin": true, "prototype": { "polluted": 1 } } }`);
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** JSON that is none, or that parsers disagree on; the body is the text of a valid one. */
export const brokenJson: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text.slice(0, Math.floor(text.length / 2))),
  (text) => Buffer.from(`${text}x`),
  (text) => Buffer.from(`${text}${text}`),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0x7d])]),
  (text) => Buffer.from(text.replace(/"/, '"\ud800'), 'utf8'),
  (text) => Buffer.from(text.replaceAll('"', "'")),
  (text) => Buffer.from(text.replace('{', '{/* a comment */')),
  (text) => Buffer.from(text.replace('{', '{"__proto__":{"polluted":1},')),
  (text) => Buffer.from(text.replace('{', '{"constructor":{"prototype":{"polluted":1}},')),
  (text) => Buffer.from(text.replace(/\d+/, '1e999')),
  (text) => Buffer.from(text.replace(/\d+/, 'NaN')),
  (text) => Buffer.from(text.replace(/\d+/, '9'.repeat(400))),
  (text) => Buffer.from(text.replace(/\d+/, '0123')),
  (text) => Buffer.from(text.replace(/"/, '"\\u0000')),
  (text) => Buffer.from(text.replace(/"/, '"\\ud800')),
  () => Buffer.from('['.repeat(50_000)),
  () => Buffer.from(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  () => Buffer.from(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
  () => Buffer.from('null'),
  () => Buffer.from('""'),
  () => Buffer.from('0'),
  () => Buffer.alloc(0),
  () => Buffer.alloc(1024),
  () => Buffer.from(`{"title":"${'x'.repeat(1_100_000)}"}`),
];

/** The same member twice: the last one counts for some, the first for others. */
export function withDuplicateKey(text: string): Buffer {
  const [member] = /"[^"\\]+":("[^"\\]*"|[\d.]+|true|false|null)/.exec(text) ?? [];
  if (member === undefined) return Buffer.from(text.replace('{', '{"a":1,"a":2,'));
  return Buffer.from(text.replace('{', `{${member},`));
}

export const oddContentTypes = [
  ...[
    '',
    'application/json; charset=utf-16',
    'application/json; charset="',
    'APPLICATION/JSON',
    'application/json;;',
  ],
  ...[
    'text/json',
    'application/*',
    '*/*',
    'application/xml',
    'text/plain',
    'application/x-www-form-urlencoded',
  ],
  ...[
    'application/json, text/csv',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'json',
    'a/b; c=d',
    '/',
  ],
  ...[
    'application/vnd.api+json',
    'text/csv; charset=latin1',
    'application/x-ndjson; charset=utf-7',
    'x'.repeat(4000),
  ],
];

export const oddHeaders: readonly Readonly<Record<string, string>>[] = [
  { accept: 'image/png' },
  { accept: 'text/csv;q=0, */*;q=0' },
  { accept: '*/*;q=x' },
  { accept: 'application/json;'.repeat(100) },
  { 'accept-encoding': 'br;q=1, gzip;q=0' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'br' },
  { 'content-encoding': 'gzip, gzip' },
  { 'if-none-match': '*' },
  { 'if-none-match': `"${'x'.repeat(2000)}"` },
  { 'x-request-id': 'a b' },
  { 'x-request-id': '__proto__' },
  { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
  { traceparent: 'ff-00000000000000000000000000000000-0000000000000000-00' },
  { 'x-http-method-override': 'DELETE' },
  { 'last-event-id': '__proto__' },
  { range: 'bytes=0-0' },
  { expect: '100-continue' },
  { origin: 'http://elsewhere.example' },
  { cookie: 'a=b; __proto__=c' },
];
