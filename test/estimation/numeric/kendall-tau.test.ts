import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kendallTau } from '../../../src/estimation/numeric/kendall-tau.ts';
import { sumOf } from '../measures.ts';

const runs = { seed: 3, numRuns: 500 };

function tauOf(a: readonly number[], b: readonly number[]): number {
  return kendallTau(Float64Array.from(a), Float64Array.from(b));
}

/** Kendall 1945: (C - D) / sqrt((n0 - n1)(n0 - n2)), n1 and n2 the pairs that are tied in either list. */
function naiveTau(a: readonly number[], b: readonly number[]): number {
  const known = a.map((value, i) => [value, b[i]]).filter((pair) => !pair.some(Number.isNaN));
  const pairs = known.flatMap((one, i) => known.slice(i + 1).map((other) => [one, other]));
  const isConcordant = ([one, other]: number[][]) => (one[0] - other[0]) * (one[1] - other[1]) > 0;
  const isDiscordant = ([one, other]: number[][]) => (one[0] - other[0]) * (one[1] - other[1]) < 0;
  const tied = (which: 0 | 1) => {
    const counts = new Map<number, number>();
    for (const pair of known) counts.set(pair[which], (counts.get(pair[which]) ?? 0) + 1);
    return sumOf([...counts.values()].map((count) => (count * (count - 1)) / 2));
  };
  const balance = pairs.filter(isConcordant).length - pairs.filter(isDiscordant).length;
  return balance / Math.sqrt((pairs.length - tied(0)) * (pairs.length - tied(1)));
}

/** Few values, so that many are tied. */
const value = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 5 }) }, fc.constant(Number.NaN));
const lists = fc
  .array(fc.tuple(value, value), { maxLength: 12 })
  .map((pairs) => [pairs.map(([a]) => a), pairs.map(([, b]) => b)] as const);

describe("Kendall's tau-b", () => {
  it('by hand', () => {
    // Pairs in the same order but (2, 3): 5 - 1 of 6.
    expect(tauOf([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(4 / 6, 15);
    // Of three pairs, one is tied in the first list: the others agree.
    expect(tauOf([1, 1, 2], [1, 2, 3])).toBeCloseTo(2 / Math.sqrt(2 * 3), 15);
  });

  it('counts pairs as its definition does, with ties and missing values', () => {
    fc.assert(
      fc.property(lists, ([a, b]) => {
        const tau = tauOf(a, b);
        const naive = naiveTau(a, b);
        if (Number.isFinite(naive)) expect(tau).toBeCloseTo(naive, 12);
        else expect(tau).toBeNaN();
      }),
      runs,
    );
  });

  it('an order agrees with itself, and not at all with its reverse, whatever the scale', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 15 });
    fc.assert(
      fc.property(distinct, (values) => {
        expect(
          tauOf(
            values,
            values.map((one) => 3 * one + 7),
          ),
        ).toBe(1);
        expect(
          tauOf(
            values,
            values.map((one) => -one),
          ),
        ).toBe(-1);
      }),
      runs,
    );
  });

  it('does not change when lists change places or things are listed in another order', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 0, max: 11 }), ([a, b], turn) => {
        const turned = (values: readonly number[]) => [...values.slice(turn), ...values.slice(0, turn)];
        expect(tauOf(b, a)).toBe(tauOf(a, b));
        expect(tauOf(turned(a), turned(b))).toBe(tauOf(a, b));
      }),
      runs,
    );
  });

  it.each([
    ['nothing', [], []],
    ['one thing', [1], [2]],
    ['one thing with both values', [1, Number.NaN, 3], [Number.NaN, 2, 1]],
    ['a list of ties', [1, 1, 1], [1, 2, 3]],
    ['the other list of ties', [1, 2, 3], [0.5, 0.5, 0.5]],
  ])('is not a number of %s', (_, a, b) => {
    expect(tauOf(a, b)).toBeNaN();
  });
});
