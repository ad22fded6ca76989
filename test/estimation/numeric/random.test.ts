import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  childSeed,
  createRandom,
  fromState,
  indexRange,
  shuffleInPlace,
} from '../../../src/estimation/numeric/random.ts';
import { binomialError, chiSquare, chiSquareBound, meanOf, standardErrorOf } from '../measures.ts';

const referenceState = () => Uint32Array.of(0x964d4a0c, 0xd40ab895, 0xad7fdecb, 0x3006f0f0);

function take(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

describe('xoshiro128**', () => {
  it("gives what Blackman and Vigna's C code gives", () => {
    const { uint32 } = fromState(referenceState());
    expect(take(4, uint32)).toEqual([0xf1391922, 0x6fe53806, 0xa5be2840, 0xf510ee70]);
  });

  it('leaves the state it was given alone', () => {
    const state = referenceState();
    take(10, fromState(state).uint32);
    expect(state).toEqual(referenceState());
  });

  it('sets every bit half of the time', () => {
    const draws = take(20_000, createRandom(3).uint32);
    for (let bit = 0; bit < 32; bit++) {
      const share = meanOf(draws.map((draw) => (draw >>> bit) & 1));
      expect(Math.abs(share - 0.5)).toBeLessThan(4.5 * binomialError(0.5, draws.length));
    }
  });
});

describe('seeds', () => {
  const stream = (seed: number) => take(8, createRandom(seed).uint32);

  it('the same seed gives the same stream', () => {
    expect(stream(2 ** 40 + 7)).toEqual(stream(2 ** 40 + 7));
    expect(stream(0)).toEqual(stream(0));
  });

  it('streams stay what they are, lest stored seeds stop giving the stored core sets', () => {
    expect(take(3, createRandom(1).uint32)).toEqual([393288148, 2174103013, 3814759091]);
    expect(take(3, createRandom(2 ** 33 + 1).uint32)).toEqual([3202217855, 833218828, 2290498521]);
  });

  it('different seeds give different streams, also where they differ only above 2^32 or only below', () => {
    const seeds = [
      ...indexRange(2000),
      ...Array.from(indexRange(2000), (k) => (k + 1) * 2 ** 32),
      ...Array.from(indexRange(20), (k) => 2 ** (33 + k) + 5),
      2 ** 32 - 1,
      Number.MAX_SAFE_INTEGER,
    ];
    expect(new Set(seeds.map((seed) => stream(seed).join())).size).toBe(new Set(seeds).size);
  });

  it('neighbouring seeds are not alike', () => {
    const first = take(4000, () => 0).map((_, seed) => createRandom(seed).uniform());
    const products = first.slice(1).map((value, k) => (value - 0.5) * (first[k] - 0.5) * 12);
    expect(Math.abs(meanOf(products))).toBeLessThan(4 * standardErrorOf(products));
    const counts = new Array<number>(20).fill(0);
    for (const value of first) counts[Math.floor(20 * value)]++;
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(20));
  });
});

describe('seeds of the parts of a larger work', () => {
  const seeds = fc.maxSafeNat();
  const parts = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const runs = { seed: 1, numRuns: 500 };

  it('are the same each time, and seeds themselves', () => {
    fc.assert(
      fc.property(seeds, fc.array(parts, { maxLength: 4 }), (seed, path) => {
        const child = childSeed(seed, ...path);
        expect(Number.isSafeInteger(child) && child >= 0).toBe(true);
        expect(childSeed(seed, ...path)).toBe(child);
      }),
      runs,
    );
  });

  it('a part of a part needs to know of its own path only', () => {
    fc.assert(
      fc.property(seeds, parts, parts, (seed, part, inner) => {
        expect(childSeed(seed, part, inner)).toBe(childSeed(childSeed(seed, part), inner));
        expect(childSeed(seed)).toBe(seed);
      }),
      runs,
    );
  });

  it('siblings never share one', () => {
    fc.assert(
      fc.property(seeds, parts, parts, (seed, one, other) => {
        expect(childSeed(seed, one) === childSeed(seed, other)).toBe(one === other);
      }),
      runs,
    );
    for (const seed of [0, 1, Number.MAX_SAFE_INTEGER]) {
      const siblings = Array.from(indexRange(20_000), (part) => childSeed(seed, part));
      expect(new Set(siblings).size).toBe(20_000);
      // Parts that differ in one bit, from the lowest to the highest.
      const byBit = [0, ...Array.from(indexRange(32), (bit) => 2 ** bit)].map((part) =>
        childSeed(seed, part),
      );
      expect(new Set(byBit).size).toBe(33);
    }
  });

  it('no two parts of a larger work share one: neither cousins, nor parents and children, nor other seeds', () => {
    const all = [0, 1, 2].flatMap((seed) =>
      Array.from(indexRange(60), (a) => [
        childSeed(seed, a),
        ...Array.from(indexRange(60), (b) => childSeed(seed, a, b)),
      ]).flat(),
    );
    expect(new Set([0, 1, 2, ...all]).size).toBe(3 + 3 * 60 * 61);
    expect(childSeed(5, 1, 2)).not.toBe(childSeed(5, 2, 1));
  });

  it('streams of neighbouring parts are not alike', () => {
    const first = take(4000, () => 0).map((_, part) => createRandom(childSeed(9, part)).uniform());
    const products = first.slice(1).map((value, k) => (value - 0.5) * (first[k] - 0.5) * 12);
    expect(Math.abs(meanOf(products))).toBeLessThan(4 * standardErrorOf(products));
    const counts = new Array<number>(20).fill(0);
    for (const value of first) counts[Math.floor(20 * value)]++;
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(20));
  });
});

describe('uniform', () => {
  it('puts 27 and 26 bits of two draws into 53', () => {
    const raw = fromState(referenceState());
    const { uniform } = fromState(referenceState());
    for (let k = 0; k < 100; k++) {
      const high = BigInt(raw.uint32() >>> 5);
      const low = BigInt(raw.uint32() >>> 6);
      expect(uniform()).toBe(Number((high << 26n) | low) / 2 ** 53);
    }
  });

  it('lies in [0, 1) with mean 1/2, variance 1/12 and even counts', () => {
    const values = take(100_000, createRandom(11).uniform);
    const squares = values.map((value) => (value - 0.5) ** 2);
    const counts = new Array<number>(100).fill(0);
    for (const value of values) counts[Math.floor(100 * value)]++;
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(Math.abs(meanOf(values) - 1 / 2)).toBeLessThan(4 * standardErrorOf(values));
    expect(Math.abs(meanOf(squares) - 1 / 12)).toBeLessThan(4 * standardErrorOf(squares));
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(100));
  });
});

describe('below', () => {
  it.each([2, 3, 7, 100, 1000])('every integer below %i is as likely', (bound) => {
    const { below } = createRandom(bound);
    const counts = new Array<number>(bound).fill(0);
    for (let k = 0; k < 100_000; k++) counts[below(bound)]++;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100_000);
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(bound));
  });

  it('has no modulo bias: a plain remainder would put half, not a third, below 2^30', () => {
    const { below } = createRandom(5);
    const draws = take(20_000, () => below(3 * 2 ** 30));
    const share = meanOf(draws.map((draw) => Number(draw < 2 ** 30)));
    expect(Math.abs(share - 1 / 3)).toBeLessThan(4 * binomialError(1 / 3, draws.length));
  });

  it('of one is zero, and of 2^32 is the raw draw', () => {
    const raw = fromState(referenceState());
    const { below } = fromState(referenceState());
    expect(below(2 ** 32)).toBe(raw.uint32());
    expect(below(1)).toBe(0);
  });
});

describe('normal', () => {
  it('has the mean, variance and shares of N(0, 1)', () => {
    const values = take(100_000, createRandom(17).normal);
    const squares = values.map((value) => value ** 2);
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.abs(meanOf(values))).toBeLessThan(4 * standardErrorOf(values));
    expect(Math.abs(meanOf(squares) - 1)).toBeLessThan(4 * standardErrorOf(squares));
    for (const [bound, expected] of [
      [-1.959963985, 0.025],
      [-0.6744897502, 0.25],
      [0, 0.5],
      [1.281551566, 0.9],
    ]) {
      const share = meanOf(values.map((value) => Number(value < bound)));
      expect(Math.abs(share - expected)).toBeLessThan(4 * binomialError(expected, values.length));
    }
  });
});

describe('shuffleInPlace', () => {
  it('gives every order of four as often', () => {
    const random = createRandom(23);
    const counts = new Map<string, number>();
    for (let k = 0; k < 24_000; k++) {
      const order = shuffleInPlace(indexRange(4), random).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()])).toBeLessThan(chiSquareBound(24));
  });

  it('with a count, the first places are a simple random sample', () => {
    const random = createRandom(29);
    const counts = new Map<string, number>();
    for (let k = 0; k < 20_000; k++) {
      const order = shuffleInPlace(indexRange(5), random, 2);
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
      const pair = order.slice(0, 2).join();
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    expect(counts.size).toBe(20);
    expect(chiSquare([...counts.values()])).toBeLessThan(chiSquareBound(20));
  });

  it.each([0, 1])('leaves %i values as they are', (length) => {
    expect(shuffleInPlace(indexRange(length), createRandom(1))).toEqual(indexRange(length));
  });
});
