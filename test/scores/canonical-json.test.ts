import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/scores/canonical-json.ts';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, shuffled(member)])
      .reverse(),
  );
};

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [{ d: null, c: 'x y' }] }, '{"a":[{"c":"x y","d":null}],"b":1}'],
    [{ 10: 1, 9: 2, a: 3, B: 4 }, '{"10":1,"9":2,"B":4,"a":3}'],
    [{ a: undefined, b: [undefined, Number.NaN] }, '{"b":[null,null]}'],
    [JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
    ['h\u00e9 \u{1f600} "\n', '"h\u00e9 \u{1f600} \\"\\n"'],
    [1e21, '1e+21'],
    [undefined, 'null'],
    [[], '[]'],
    [{}, '{}'],
  ])('of %j is %s', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  it('says the same value, whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (drawn) => {
        const value = JSON.parse(JSON.stringify(drawn));
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
      { seed: 1 },
    );
  });
});
