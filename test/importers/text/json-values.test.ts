import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson, readJsonValues } from '../../../src/importers/text/json-values.ts';
import { outcomeOf, refusalOf } from '../../support/logs.ts';

/** The bytes of a text, cut at some places. */
async function* chunked(source: string | Buffer, cuts: readonly number[] = []): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(source);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let k = 1; k < places.length; k++) {
    if (places[k] > places[k - 1]) yield Buffer.from(bytes.subarray(places[k - 1], places[k]));
  }
}

async function valuesOf(source: string | Buffer, paths: readonly string[], cuts: readonly number[] = []) {
  const found = [];
  for await (const value of readJsonValues(chunked(source, cuts), paths, 'f')) found.push(value);
  return found;
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });
const document = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));

describe('values of a JSON document', () => {
  it('are those that JSON.parse finds, whatever the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(document, cuts, fc.constantFrom(undefined, 2), async (value, places, indent) => {
        const source = JSON.stringify(value, null, indent);
        expect(await readJson(chunked(source, places), 'f')).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it('are found by their paths, in the order of the document', async () => {
    const source = JSON.stringify({
      status: 'ok',
      samples: [{ id: 1, x: { id: 9 } }, { x: [{ id: 8 }] }, { id: { a: 1 } }],
      id: 7,
      eval: {},
    });
    const paths = ['$.samples.*.id', '$.status', '$.eval'];
    for (const places of [[], Array.from(source).map((_, k) => k)]) {
      expect(await valuesOf(source, paths, places)).toEqual([
        { path: ['status'], value: 'ok' },
        { path: ['samples', 0, 'id'], value: 1 },
        { path: ['samples', 2, 'id'], value: { a: 1 } },
        { path: ['eval'], value: {} },
      ]);
    }
  });

  it('may have keys that every object has', async () => {
    const source = '{"__proto__":{"constructor":1},"toString":[{"__proto__":2}]}';
    const [{ value }] = await valuesOf(source, ['$']);
    expect(JSON.stringify(value)).toBe(source);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(await valuesOf(source, ['$.*'])).toHaveLength(2);
  });

  it('come after a byte order mark and before blanks', async () => {
    expect(await readJson(chunked('\ufeff {"a":1}\r\n\t ', [3, 10]), 'f')).toEqual({ a: 1 });
  });

  it.each([
    '',
    ' ',
    '{"a":1',
    '{"a":1}}',
    '{"a":1} {}',
    '[1,]',
    '{"a" 1}',
    "{'a':1}",
    '[tru]',
    '"\\x"',
    '[1',
    '"abc',
    '01',
    '[.5]',
  ])('are refused in %j, however it is cut', async (source) => {
    for (const places of [[], [1], Array.from(source).map((_, k) => k)]) {
      expect(await outcomeOf(readJson(chunked(source, places), 'f'))).toBe('unreadable-log');
    }
  });

  it('are refused in any document that is cut off', async () => {
    const source = JSON.stringify({ a: [1, { b: 'text', c: null }, true], d: -1.5e3 });
    for (let end = 1; end < source.length; end++) {
      expect(await outcomeOf(valuesOf(source.slice(0, end), ['$.a.*']))).toBe('unreadable-log');
    }
  });

  it('are refused where a text is not UTF-8', async () => {
    const source = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(await outcomeOf(readJson(chunked(source), 'f'))).toBe('unreadable-log');
  });

  it('may not be nested too deep', async () => {
    expect(await refusalOf(readJson(chunked('['.repeat(10_000_000), [65_536]), 'f'))).toMatch(
      /256 levels deep/,
    );
  });
});

describe('values that are passed over', () => {
  /** One sample that carries events of 80 MiB between its id and its score. */
  async function* longSample(): AsyncGenerator<Buffer> {
    yield Buffer.from('{"samples":[{"id":1,"events":[0');
    for (let k = 0; k < 80; k++)
      yield Buffer.from(',"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"'.repeat(16_384));
    yield Buffer.from('],"score":1}]}');
  }

  it('may be larger, all together, than any that is wanted', async () => {
    const found = [];
    for await (const { value } of readJsonValues(longSample(), ['$.samples.*.id', '$.samples.*.score'], 'f'))
      found.push(value);
    expect(found).toEqual([1, 1]);
  });

  it('that are wanted may be of 64 MiB', async () => {
    const values = readJsonValues(longSample(), ['$.samples.*.events'], 'f');
    expect(await refusalOf(values.next())).toMatch(/^unreadable-log: f: holds a value of more than 67108864/);
  });
});
