import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseResults } from '../../src/dashboard/text/parse-results.ts';

it('reads lines with or without a header, by comma or tab, with quotes where names need them', () => {
  expect(parseResults('item,score\nq1,1\nq2,0\n')).toEqual({
    results: [
      { item: 'q1', score: 1 },
      { item: 'q2', score: 0 },
    ],
    problems: [],
    withoutScore: 0,
  });
  expect(parseResults('a/b 1\t0.5\r\nc\t-3e2').results).toEqual([
    { item: 'a/b 1', score: 0.5 },
    { item: 'c', score: -300 },
  ]);
  expect(parseResults('"a, b",True\n"say ""x""",FALSE').results).toEqual([
    { item: 'a, b', score: 1 },
    { item: 'say "x"', score: 0 },
  ]);
});

it('leaves missing what has no score, and says what it cannot read', () => {
  expect(parseResults('q1,\n\nq2,1\nq3\nq4,good\nq5,NaN\nq6,Infinity\nq7,__proto__')).toEqual({
    results: [{ item: 'q2', score: 1 }],
    withoutScore: 1,
    problems: [
      'Line 4 has no comma: “q3”',
      'Line 5: “good” is not a number',
      'Line 6: “NaN” is not a number',
      'Line 7: “Infinity” is not a number',
      'Line 8: “__proto__” is not a number',
    ],
  });
});

it('never makes a score out of what is none', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      for (const { item, score } of parseResults(text).results) {
        expect(typeof item).toBe('string');
        expect(Number.isFinite(score)).toBe(true);
      }
    }),
  );
});
