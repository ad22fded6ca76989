import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNonFiniteFilter, nonFinite, parseTolerantly } from '../../../src/importers/text/non-finite.ts';
import { pythonJson, refusalOf } from '../../support/logs.ts';

function filtered(text: string, cuts: readonly number[]): string {
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const filter = createNonFiniteFilter('f');
  const pieces = places.slice(1).map((end, k) => filter(Buffer.from(bytes.subarray(places[k], end)), false));
  return Buffer.concat([...pieces, filter(Buffer.alloc(0), true)]).toString();
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });
const nasty = fc.constantFrom(
  'NaN',
  'Infinity',
  '-Infinity',
  '"',
  '\\"',
  '\\',
  'Inf',
  'ü',
  '😀',
  '-',
  'N',
  '\x7f',
);
const text = fc.array(fc.oneof(nasty, fc.string()), { maxLength: 6 }).map((parts) => parts.join(''));
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0.5, true, null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(text, tie('any'), { maxKeys: 4 }),
  ),
})).any;

/** The same value with what is no number in JSON replaced. */
function marked(part: unknown): unknown {
  if (typeof part === 'number') return Number.isFinite(part) ? part : nonFinite;
  if (Array.isArray(part)) return part.map(marked);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, marked(member)]));
}

describe('JSON as Python writes it', () => {
  it.each([
    ['NaN', nonFinite],
    ['Infinity', nonFinite],
    ['-Infinity', nonFinite],
    ['[NaN,1,-Infinity]', [nonFinite, 1, nonFinite]],
    ['{"NaN":NaN}', { NaN: nonFinite }],
    ['["\\"NaN",NaN]', ['"NaN', nonFinite]],
    ['["\\\\",NaN]', ['\\', nonFinite]],
  ])('%s is read', (source, parsed) => {
    expect(parseTolerantly(source, 'f')).toEqual(parsed);
  });

  it.each([
    'Nan',
    'nan',
    '-NaNN',
    'Infinit',
    '--Infinity',
    '+Infinity',
    '[1NaN]',
    'nullNaN',
    '[NaN',
    'InfinityNaN',
  ])('%s is none', (source) => {
    expect(() => parseTolerantly(source, 'f')).toThrow(SyntaxError);
  });

  it('is read whatever the chunks, and its texts are left alone', () => {
    fc.assert(
      fc.property(value, cuts, (document, places) => {
        const source = pythonJson(document);
        fc.pre(!/@@/.test(JSON.stringify(document)));
        expect(JSON.parse(filtered(source, places))).toEqual(marked(document));
        expect(parseTolerantly(source, 'f')).toEqual(marked(document));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps its length, byte by byte cut or not, whatever it is', () => {
    fc.assert(
      fc.property(text, cuts, (source, places) => {
        const whole = filtered(source, []);
        expect(filtered(source, places)).toBe(whole);
        expect(filtered(source, Array.from(Buffer.from(source).keys()))).toBe(whole);
        expect(Buffer.byteLength(whole)).toBe(Buffer.byteLength(source));
      }),
      { numRuns: 300 },
    );
  });

  it('is nested 256 levels deep and no deeper', async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}NaN${']'.repeat(depth)}`;
    expect(() => filtered(nested(256), [])).not.toThrow();
    expect(await refusalOf((async () => filtered(nested(257), [100]))())).toMatch(
      /^unreadable-log: f: .*256/,
    );
    expect(() => filtered(`["${'['.repeat(300)}"]`, [])).not.toThrow();
    expect(() => filtered(`[${'[],{},'.repeat(300)}1]`, [])).not.toThrow();
  });
});
