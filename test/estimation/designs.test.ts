import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/errors.ts';
import type { Frame } from '../../src/estimation/designs/design.ts';
import { type ProbabilityDesignName, probabilityDesignNames } from '../../src/estimation/designs/names.ts';
import { proportionalInclusion } from '../../src/estimation/designs/proportional-inclusion.ts';
import { allocate } from '../../src/estimation/designs/stratified.ts';
import {
  equalInclusion,
  systematicPlaces,
  systematicSample,
} from '../../src/estimation/designs/systematic.ts';
import { noGroups } from '../../src/estimation/history.ts';
import { createRandom, indexRange, type Random } from '../../src/estimation/numeric/random.ts';
import { drawn } from '../support/designs.ts';
import { binomialError, chiSquare, chiSquareBound, largestDifference, sumOf } from './measures.ts';

function frameOf(difficulties: readonly number[], groupOfItem: readonly (string | null)[] = []): Frame {
  const names = [...new Set(groupOfItem)];
  return {
    prospects: {
      expectedErrors: Float64Array.from(difficulties, (difficulty) => difficulty * (1 - difficulty)),
      component: Float64Array.from(difficulties, (_, item) => ((item * 7) % 5) - 2),
    },
    difficulties: Float64Array.from(difficulties),
    groups:
      names.length === 0
        ? noGroups
        : { names, ofItem: Int32Array.from(groupOfItem, (group) => names.indexOf(group)) },
  };
}

const eighths = fc.integer({ min: 0, max: 8 }).map((k) => k / 8);

/** Difficulties with many ties, half of the frames with groups, some items without one; at least one item a group. */
const draws = fc
  .record({ nItems: fc.integer({ min: 1, max: 50 }), grouped: fc.boolean() })
  .chain(({ nItems, grouped }) => {
    const perItem = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: nItems, maxLength: nItems });
    const groups = grouped
      ? perItem(fc.constantFrom('a', 'a', 'a', 'b', 'c', null))
      : fc.constant<(string | null)[]>([]);
    return fc.record({
      difficulties: perItem(eighths),
      groups,
      size: fc.integer({ min: 1, max: nItems }),
      seed: fc.nat(),
    });
  });

const runs = { seed: 3, numRuns: 400 };

describe.each(probabilityDesignNames)('design %s', (name) => {
  it('draws the size asked for: ascending, no repeats, within range, probabilities in (0, 1] and known', () => {
    fc.assert(
      fc.property(draws, ({ difficulties, groups, size, seed }) => {
        const frame = frameOf(difficulties, groups);
        fc.pre(name !== 'stratified' || size >= frame.groups.names.length);
        const { items, inclusion } = drawn(name, frame, size, createRandom(seed));
        expect(items).toHaveLength(size);
        expect(inclusion).toHaveLength(size);
        expect(
          items.every((item, k) => item >= 0 && item < difficulties.length && !(item <= items[k - 1])),
        ).toBe(true);
        expect(inclusion.every((probability) => probability > 0 && probability <= 1)).toBe(true);
        expect(drawn(name, frame, size, createRandom(seed))).toMatchObject({ items, inclusion });
      }),
      runs,
    );
  });

  it('takes everything, for certain, at the size of the population', () => {
    fc.assert(
      fc.property(draws, ({ difficulties, groups, seed }) => {
        const all = difficulties.map((_, item) => item);
        const frame = frameOf(difficulties, groups);
        const { items, inclusion } = drawn(name, frame, all.length, createRandom(seed));
        expect([...items]).toEqual(all);
        expect(
          largestDifference(
            inclusion,
            all.map(() => 1),
          ),
        ).toBeLessThan(1e-12);
      }),
      { ...runs, numRuns: 100 },
    );
  });

  it('leaves the frame as it was', () => {
    const frame = frameOf([0.9, 0.1, 0.5, 0.5, 0.2], ['b', 'a', 'b', null, 'a']);
    const before = structuredClone(frame);
    drawn(name, frame, 3, createRandom(1));
    expect(frame).toEqual(before);
  });
});

/** Forty items: three groups of unequal size and some items without one; half of the difficulties are tied. */
const bigFrame = frameOf(
  Array.from({ length: 40 }, (_, item) => (item % 2 === 0 ? (item % 5) / 4 : item / 40)),
  Array.from({ length: 40 }, (_, item) => (item < 17 ? 'a' : item < 28 ? 'b' : item < 33 ? 'c' : null)),
);

function inclusionCounts(name: ProbabilityDesignName, size: number, seeds: number) {
  const counts = new Array<number>(40).fill(0);
  const stated = new Array<number>(40).fill(Number.NaN);
  const pairs = new Array<number>(40 * 40).fill(0);
  let changed = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const { items, inclusion } = drawn(name, bigFrame, size, createRandom(seed));
    items.forEach((item, k) => {
      counts[item]++;
      if (stated[item] !== inclusion[k] && !Number.isNaN(stated[item])) changed++;
      stated[item] = inclusion[k];
      for (const other of items) pairs[item * 40 + other]++;
    });
  }
  return { counts, stated, pairs, changed };
}

describe('inclusion probabilities', () => {
  const seeds = 5000;

  it.each([
    ['balanced', 13],
    ['balanced', 20],
    ['random', 13],
    ['stratified', 6],
    ['stratified', 13],
    ['informative', 13],
    ['informative', 33],
  ] as const)(
    '%s takes %i of 40 items, each as often as stated; the probabilities sum to n',
    (name, size) => {
      const { counts, stated, changed } = inclusionCounts(name, size, seeds);
      expect(sumOf(stated)).toBeCloseTo(size, 9);
      // What a design states of an item may not depend on the draw.
      expect(changed).toBe(0);
      counts.forEach((count, item) => {
        // 280 comparisons in all: beyond 4.5 standard errors once in 500 such tables.
        const slack = 4.5 * binomialError(stated[item], seeds);
        expect(Math.abs(count / seeds - stated[item])).toBeLessThanOrEqual(slack + 1e-12);
      });
    },
  );

  it('informative takes capped items always, and the others in proportion to sqrt(expected error + 0.1)', () => {
    const { stated } = inclusionCounts('informative', 37, 300);
    const capped = stated.filter((probability) => probability === 1);
    const size = (item: number) => Math.sqrt(bigFrame.prospects!.expectedErrors[item] + 0.1);
    const ratios = stated.flatMap((probability, item) => (probability < 1 ? [probability / size(item)] : []));
    const smallestCapped = Math.min(...stated.flatMap((pi, item) => (pi === 1 ? [size(item)] : [])));
    expect(capped.length).toBeGreaterThan(0);
    expect(ratios.length).toBeGreaterThan(0);
    expect(
      largestDifference(
        ratios,
        ratios.map(() => ratios[0]),
      ),
    ).toBeLessThan(1e-12);
    // No item is capped that the others' proportion would have left below 1.
    expect(ratios[0] * smallestCapped).toBeGreaterThanOrEqual(1);
  });

  it('random makes every pair of items as likely', () => {
    const { pairs } = inclusionCounts('random', 13, seeds);
    const together = pairs.filter((_, cell) => Math.floor(cell / 40) < cell % 40);
    const expected = (13 * 12) / (40 * 39);
    for (const count of together) {
      expect(Math.abs(count / seeds - expected)).toBeLessThan(4.5 * binomialError(expected, seeds));
    }
  });

  it('tied items take turns: which of them are drawn is left to the seed', () => {
    const tied = frameOf(new Array(10).fill(0.5));
    const counts = new Array<number>(45).fill(0);
    const pairIndex = new Map<string, number>();
    for (let a = 0; a < 10; a++) for (let b = a + 1; b < 10; b++) pairIndex.set(`${a},${b}`, pairIndex.size);
    for (let seed = 0; seed < 9000; seed++) {
      counts[pairIndex.get(drawn('balanced', tied, 2, createRandom(seed)).items.join())!]++;
    }
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(45));
  });
});

describe('balance', () => {
  it('balanced takes one item from every n-th part of the difficulties', () => {
    const frame = frameOf(Array.from({ length: 60 }, (_, item) => ((item * 37) % 60) / 60));
    const rank = (item: number) => Math.round(frame.difficulties[item] * 60);
    for (let seed = 0; seed < 50; seed++) {
      const { items } = drawn('balanced', frame, 12, createRandom(seed));
      const parts = Array.from(items, (item) => Math.floor(rank(item) / 5)).sort((a, b) => a - b);
      expect(parts).toEqual(Array.from({ length: 12 }, (_, part) => part));
    }
  });

  it('stratified is balanced within each group, of the size that allocate gives', () => {
    const { names, ofItem } = bigFrame.groups;
    const sizes = names.map((_, group) => ofItem.filter((other) => other === group).length);
    for (let seed = 0; seed < 50; seed++) {
      const { items } = drawn('stratified', bigFrame, 11, createRandom(seed));
      const counts = names.map((_, group) => items.filter((item) => ofItem[item] === group).length);
      expect(counts).toEqual(allocate(sizes, 11));
    }
  });

  it('stratified without groups is balanced', () => {
    const frame = frameOf([0.1, 0.9, 0.3, 0.7, 0.5, 0.2]);
    expect(drawn('stratified', frame, 3, createRandom(8))).toEqual(
      drawn('balanced', frame, 3, createRandom(8)),
    );
  });

  it('stratified below the number of groups is refused, the items without a group counted as one', () => {
    const draw = () => drawn('stratified', bigFrame, 3, createRandom(1));
    expect(draw).toThrow(DomainError);
    expect(draw).toThrow(expect.objectContaining({ code: 'invalid-request' }));
    expect(drawn('stratified', bigFrame, 4, createRandom(1)).items).toHaveLength(4);
  });
});

describe('systematicPlaces', () => {
  const always = (value: number): Random => ({
    ...createRandom(0),
    uniform: () => value,
    below: (bound) => Math.floor(value * bound),
  });
  const largestUniform = 1 - 2 ** -53;

  it('marks where the running sum passes start, start + 1, ...', () => {
    const inclusion = Float64Array.of(0.5, 0.25, 0.75, 0.5, 1, 1);
    expect([...systematicPlaces(inclusion, 4, always(0))]).toEqual([0, 2, 4, 5]);
    expect([...systematicPlaces(inclusion, 4, always(0.49))]).toEqual([0, 2, 4, 5]);
    expect([...systematicPlaces(inclusion, 4, always(0.5))]).toEqual([1, 3, 4, 5]);
    expect([...systematicPlaces(inclusion, 4, always(0.9))]).toEqual([2, 3, 4, 5]);
  });

  it.each([0, 0.5, largestUniform])('never marks a place twice, with a start of %f', (start) => {
    for (const size of [1, 2, 3, 7, 49, 50]) {
      const inclusion = new Float64Array(50).fill(size / 50);
      expect(new Set(systematicPlaces(inclusion, size, always(start))).size).toBe(size);
    }
  });
});

describe('systematicSample with equal probabilities', () => {
  it('draws every item as often as any other over all starts, exactly, and none twice', () => {
    for (let nItems = 1; nItems <= 24; nItems++) {
      const difficulties = Float64Array.from({ length: nItems }, (_, item) => item / nItems);
      for (let size = 1; size <= nItems; size++) {
        const counts = new Array<number>(nItems).fill(0);
        for (let start = 0; start < nItems; start++) {
          // The shuffle before the sort asks for smaller bounds; no difficulty is tied, so its order does not matter.
          const random: Random = {
            ...createRandom(0),
            uniform: () => (start + 0.5) / nItems,
            below: (bound) => Math.min(start, bound - 1),
          };
          const items = systematicSample(
            difficulties,
            { items: indexRange(nItems), inclusion: equalInclusion(nItems, size) },
            size,
            random,
          );
          expect(new Set(items).size).toBe(size);
          for (const item of items) counts[item]++;
        }
        expect(counts).toEqual(counts.map(() => size));
      }
    }
  });
});

describe('proportionalInclusion', () => {
  it('sums to n, keeps proportions below 1, and caps the largest', () => {
    expect([...proportionalInclusion(Float64Array.of(1, 1, 2), 2)]).toEqual([0.5, 0.5, 1]);
    // First the 9 is above 1, and only then, of what is left, the 3.
    expect([...proportionalInclusion(Float64Array.of(9, 3, 1, 1), 3)]).toEqual([1, 1, 0.5, 0.5]);
    expect([...proportionalInclusion(Float64Array.of(2, 2, 2, 2), 1)]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('sums to n for any sizes', () => {
    const sizes = fc.array(fc.integer({ min: 22, max: 55 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.nat(), (values, pick) => {
        const n = 1 + (pick % values.length);
        const probabilities = proportionalInclusion(Float64Array.from(values), n);
        expect(sumOf(probabilities)).toBeCloseTo(n, 9);
        expect(probabilities.every((probability) => probability > 0 && probability <= 1)).toBe(true);
      }),
      runs,
    );
  });
});

describe('allocate', () => {
  const strata = fc
    .array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 })
    .chain((sizes) =>
      fc.record({ sizes: fc.constant(sizes), total: fc.integer({ min: sizes.length, max: sumOf(sizes) }) }),
    );

  it('gives every stratum at least 1 and at most its size, and the total in all', () => {
    fc.assert(
      fc.property(strata, ({ sizes, total }) => {
        const shares = allocate(sizes, total);
        expect(sumOf(shares)).toBe(total);
        expect(shares.every((share, g) => Number.isInteger(share) && share >= 1 && share <= sizes[g])).toBe(
          true,
        );
      }),
      runs,
    );
  });

  it('is the quota rounded down or up wherever no stratum needs more than its quota', () => {
    fc.assert(
      fc.property(strata, ({ sizes, total }) => {
        const population = sumOf(sizes);
        fc.pre(sizes.every((size) => total * size >= population));
        const shares = allocate(sizes, total);
        const floors = sizes.map((size) => Math.floor((total * size) / population));
        expect(shares.every((share, g) => share === floors[g] || share === floors[g] + 1)).toBe(true);
        // Largest remainder: nobody rounded down has a larger remainder than somebody rounded up.
        const remainders = sizes.map((size) => (total * size) % population);
        const up = remainders.filter((_, g) => shares[g] > floors[g]);
        const down = remainders.filter((_, g) => shares[g] === floors[g]);
        expect(Math.min(...up, population)).toBeGreaterThanOrEqual(Math.max(...down, 0));
      }),
      runs,
    );
  });

  it.each([
    [[4, 4, 4], 7, [3, 2, 2]],
    [[50, 30, 20], 10, [5, 3, 2]],
    [[97, 1, 1, 1], 10, [7, 1, 1, 1]],
    [[97, 1, 1, 1], 4, [1, 1, 1, 1]],
    // Quotas 7 1/3, 1 1/3, 1 1/3: equal remainders, whatever their rounding.
    [[22, 4, 4], 10, [8, 1, 1]],
  ])('of %j, %i items: %j; ties go to the stratum named first', (sizes, total, expected) => {
    expect(allocate(sizes, total)).toEqual(expected);
  });
});
