import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../src/estimation/core-sample.ts';
import type { Frame } from '../../src/estimation/designs/design.ts';
import { type Draw, drawCoreSet, extendCoreSet } from '../../src/estimation/designs/draw.ts';
import { type ProbabilityDesignName, probabilityDesignNames } from '../../src/estimation/designs/names.ts';
import { probabilityDesigns } from '../../src/estimation/designs/registry.ts';
import { allocate } from '../../src/estimation/designs/stratified.ts';
import { aipw } from '../../src/estimation/estimators/aipw.ts';
import { randomSampling } from '../../src/estimation/estimators/random-sampling.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { noGroups } from '../../src/estimation/history.ts';
import { isInside } from '../../src/estimation/inference/wilson-interval.ts';
import { createRandom, type Random } from '../../src/estimation/numeric/random.ts';
import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { binomialError, meanOf, standardErrorOf, sumOf } from '../estimation/measures.ts';
import { expectCoverage, pick, populationOf, type WorldName, worldNames, worlds } from './worlds.ts';

/** Sizes of a core set, of its extension, and so on. */
type Sizes = readonly number[];

/** A core set and its extensions, one after another. */
function chain(name: ProbabilityDesignName, frame: Frame, [first, ...later]: Sizes, random: Random): Draw[] {
  const design = probabilityDesigns[name];
  const draws = [drawCoreSet(design, frame, first, random)];
  for (const size of later) {
    const current = draws[draws.length - 1];
    draws.push(extendCoreSet(design, frame, current, size - current.items.length, random));
  }
  return draws;
}

function frameOf(difficulties: readonly number[], groupOfItem: readonly (string | null)[] = []): Frame {
  const names = [...new Set(groupOfItem)];
  return {
    difficulties: Float64Array.from(difficulties),
    prospects: {
      expectedErrors: Float64Array.from(difficulties, (difficulty) => 4 * difficulty * (1 - difficulty)),
      component: Float64Array.from(difficulties, (_, item) => ((7 * item) % 5) - 2),
    },
    groups:
      names.length === 0
        ? noGroups
        : { names, ofItem: Int32Array.from(groupOfItem, (group) => names.indexOf(group)) },
  };
}

/** Forty items: three groups of unequal size and some items without one; half of the difficulties are tied. */
const frame = frameOf(
  Array.from({ length: 40 }, (_, item) => (item % 2 === 0 ? (item % 5) / 4 : item / 40)),
  Array.from({ length: 40 }, (_, item) => (item < 17 ? 'a' : item < 28 ? 'b' : item < 33 ? 'c' : null)),
);

/** How often each item was in the last core set of a chain, and how often it should have been. */
function inclusionOf(name: ProbabilityDesignName, sizes: Sizes, seeds: number, where = frame) {
  const counts = new Float64Array(where.difficulties.length);
  let stated: Float64Array | undefined;
  let changed = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const { items, populationInclusion } = chain(name, where, sizes, createRandom(seed)).at(-1)!;
    for (const item of items) counts[item]++;
    stated ??= populationInclusion;
    if (stated.some((probability, item) => probability !== populationInclusion[item])) changed++;
  }
  return { shares: counts.map((count) => count / seeds), stated: stated!, changed };
}

describe('inclusion probabilities of an extended core set', () => {
  const seeds = 3000;

  it.each([
    ['balanced', [7, 20]],
    ['balanced', [13, 14]],
    ['balanced', [5, 9, 23]],
    ['random', [7, 20]],
    ['random', [5, 9, 23]],
    ['stratified', [6, 13]],
    ['stratified', [13, 14]],
    ['stratified', [5, 9, 23]],
  ] as const)('%s, %j of 40: every item as often as stated', (name, sizes) => {
    const { shares, stated, changed } = inclusionOf(name, sizes, seeds);
    expect(changed).toBe(0);
    expect(sumOf(stated)).toBeCloseTo(sizes.at(-1)!, 9);
    shares.forEach((share, item) => {
      // 320 comparisons in all: beyond 4.5 standard errors once in 500 such tables.
      const slack = 4.5 * binomialError(stated[item], seeds);
      expect(Math.abs(share - stated[item])).toBeLessThanOrEqual(slack + 1e-12);
    });
  });

  /** Half of the items right or wrong nearly for certain, and no two alike. */
  const uneven = frameOf(Array.from({ length: 40 }, (_, item) => (item % 2 === 0 ? item / 800 : item / 40)));

  const frames = { tied: frame, uneven };

  it.each([
    ['tied', [7, 20]],
    ['tied', [20, 33]],
    ['tied', [5, 9, 23]],
    ['uneven', [7, 20]],
    ['uneven', [10, 12]],
    ['uneven', [20, 30]],
    ['uneven', [5, 9, 23]],
  ] as const)('informative, %s difficulties, %j of 40: exact on average, and nearly so', (where, sizes) => {
    const { shares, stated, changed } = inclusionOf('informative', sizes, seeds, frames[where]);
    expect(changed).toBe(0);
    expect(sumOf(stated)).toBeCloseTo(sizes.at(-1)!, 9);
    shares.forEach((share, item) => {
      if (stated[item] === 1) return;
      // The scale of the conditional probabilities depends on the parent, and none can be above 1: over 40,000 seeds items
      // close to certain were off by up to 0.015 in one step, all others by less than can be told from 0.
      const slack = 4.5 * binomialError(stated[item], seeds) + 0.01;
      expect(Math.abs(share - stated[item])).toBeLessThanOrEqual(slack);
    });
  });

  it.each([
    ['tied', [20, 33], 1],
    ['uneven', [20, 30], 1],
    // Five items at a time: now and then more than five are certain and were not drawn yet.
    ['uneven', [10, 15, 20, 25, 30], 0.99],
  ] as const)('informative, %s difficulties, %j of 40: what is certain is there', (where, sizes, least) => {
    const { shares, stated } = inclusionOf('informative', sizes, seeds, frames[where]);
    const certain = shares.filter((_, item) => stated[item] === 1);
    expect(certain.length).toBeGreaterThan(0);
    expect(Math.min(...certain)).toBeGreaterThanOrEqual(least);
  });
});

describe('a history that changed between core set and extension', () => {
  // What was expected to be uncertain is not any more, and the other way round.
  const before = frameOf(Array.from({ length: 40 }, (_, item) => item / 40));
  const expectedErrors = before.prospects!.expectedErrors.map((_, item) => Number(item % 2 === 0));
  const frames = [expectedErrors, expectedErrors.map((error) => 1 - error)].map(
    (errors): Frame => ({ ...before, prospects: { ...before.prospects!, expectedErrors: errors } }),
  );

  it('informative: no probability falls, they sum to n + m, and every item is there as often as stated', () => {
    const seeds = 10_000;
    const counts = new Float64Array(40);
    const { informative } = probabilityDesigns;
    let stated = new Float64Array(40);
    for (let seed = 0; seed < seeds; seed++) {
      const random = createRandom(seed);
      const parent = drawCoreSet(informative, frames[0], 12, random);
      const child = extendCoreSet(informative, frames[1], parent, 6, random);
      expect(
        child.populationInclusion.every((after, item) => after >= parent.populationInclusion[item]),
      ).toBe(true);
      for (const item of child.items) counts[item]++;
      stated = Float64Array.from(child.populationInclusion);
    }
    expect(sumOf(stated)).toBeCloseTo(18, 9);
    counts.forEach((count, item) => {
      const slack = 4.5 * binomialError(stated[item], seeds);
      expect(Math.abs(count / seeds - stated[item])).toBeLessThanOrEqual(slack + 0.005);
    });
  });
});

/** Frames of every shape with two or three growing sizes, at least one item a group. */
const chains = fc
  .record({ nItems: fc.integer({ min: 2, max: 50 }), grouped: fc.boolean() })
  .chain(({ nItems, grouped }) => {
    const perItem = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: nItems, maxLength: nItems });
    return fc.record({
      difficulties: perItem(fc.integer({ min: 0, max: 8 }).map((k) => k / 8)),
      groups: grouped
        ? perItem(fc.constantFrom('a', 'a', 'a', 'b', 'c', null))
        : fc.constant<(string | null)[]>([]),
      sizes: fc
        .uniqueArray(fc.integer({ min: 1, max: nItems }), { minLength: 2, maxLength: 3 })
        .map((sizes) => sizes.sort((a, b) => a - b)),
      isThin: fc.boolean(),
      seed: fc.nat(),
    });
  });

const runs = { seed: 3, numRuns: 400 };

describe.each(probabilityDesignNames)('an extension, design %s', (name) => {
  it('holds its parent, is of the size asked for, ascending without repeats, and no probability falls', () => {
    fc.assert(
      fc.property(chains, ({ difficulties, groups, sizes, isThin, seed }) => {
        const rich = frameOf(difficulties, groups);
        const where = isThin ? { ...rich, prospects: null } : rich;
        fc.pre(name !== 'stratified' || sizes[0] >= where.groups.names.length);
        const draws = chain(name, where, sizes, createRandom(seed));
        draws.forEach(({ items, inclusion, populationInclusion }, step) => {
          expect(items).toHaveLength(sizes[step]);
          expect(
            items.every((item, k) => item >= 0 && item < difficulties.length && !(item <= items[k - 1])),
          ).toBe(true);
          expect(inclusion).toEqual(Float64Array.from(items, (item) => populationInclusion[item]));
          expect(populationInclusion.every((probability) => probability > 0 && probability <= 1)).toBe(true);
          expect(sumOf(populationInclusion)).toBeCloseTo(sizes[step], 9);
          if (step === 0) return;
          const parent = draws[step - 1];
          const held = new Set(items);
          expect(parent.items.every((item) => held.has(item))).toBe(true);
          expect(
            populationInclusion.every(
              (probability, item) => probability >= parent.populationInclusion[item] - 1e-12,
            ),
          ).toBe(true);
        });
        expect(chain(name, where, sizes, createRandom(seed))).toEqual(draws);
      }),
      runs,
    );
  });

  it('by all that is left is the whole population, for certain', () => {
    const { items, inclusion } = chain(name, frame, [6, 40], createRandom(1)).at(-1)!;
    expect([...items]).toEqual([...new Array(40).keys()]);
    expect(inclusion.every((probability) => Math.abs(probability - 1) < 1e-12)).toBe(true);
  });

  it('leaves its parent and the frame as they were', () => {
    const before = structuredClone(frame);
    const parent = drawCoreSet(probabilityDesigns[name], frame, 8, createRandom(2));
    const copy = structuredClone(parent);
    extendCoreSet(probabilityDesigns[name], frame, parent, 5, createRandom(3));
    expect(parent).toEqual(copy);
    expect(frame).toEqual(before);
  });

  it('by more than is left is refused, and says how many are', () => {
    const parent = drawCoreSet(probabilityDesigns[name], frame, 30, createRandom(2));
    for (const add of [11, 12, 1000]) {
      expect(() => extendCoreSet(probabilityDesigns[name], frame, parent, add, createRandom(3))).toThrow(
        expect.objectContaining({
          name: 'DomainError',
          code: 'invalid-request',
          issues: [{ path: 'add', message: 'must be at most 10' }],
        }),
      );
    }
  });
});

describe('largest remainder that would take an item from a group', () => {
  // Quotas of 10 are 4 2/7, 4 2/7 and 1 3/7; of 11 they are 4 5/7, 4 5/7 and 1 4/7: the last group would fall from 2 to 1.
  const paradox = frameOf(
    Array.from({ length: 14 }, (_, item) => item / 14),
    Array.from({ length: 14 }, (_, item) => (item < 6 ? 'a' : item < 12 ? 'b' : 'c')),
  );
  const countsOf = ({ items }: Draw) =>
    paradox.groups.names.map((_, g) => items.filter((item) => paradox.groups.ofItem[item] === g).length);

  it('takes none: the other groups share what is left', () => {
    expect(allocate([6, 6, 2], 10)).toEqual([4, 4, 2]);
    expect(allocate([6, 6, 2], 11)).toEqual([5, 5, 1]);
    for (let seed = 0; seed < 50; seed++) {
      const [parent, child] = chain('stratified', paradox, [10, 11], createRandom(seed));
      expect(countsOf(parent)).toEqual([4, 4, 2]);
      expect(countsOf(child)).toEqual([5, 4, 2]);
      expect([...child.populationInclusion]).toEqual([
        ...new Array(6).fill(5 / 6),
        ...new Array(6).fill(4 / 6),
        1,
        1,
      ]);
    }
  });

  it('and still takes every item as often as stated', () => {
    const seeds = 3000;
    const { shares, stated } = inclusionOf('stratified', [10, 11, 12], seeds, paradox);
    shares.forEach((share, item) => {
      expect(Math.abs(share - stated[item])).toBeLessThanOrEqual(
        4.5 * binomialError(stated[item], seeds) + 1e-12,
      );
    });
  });
});

interface Case {
  readonly world: WorldName;
  readonly design: ProbabilityDesignName;
  readonly sizes: Sizes;
}

const cases: Case[] = worldNames.flatMap((world) =>
  probabilityDesignNames.flatMap((design) =>
    [
      [10, 20],
      [10, 20, 50],
    ].map((sizes) => ({ world, design, sizes })),
  ),
);

describe('bias over draws of an extended core set', () => {
  const draws = 150;

  it.each(cases)(
    '$world, $design, n = $sizes: none that 150 draws could show',
    ({ world, design, sizes }) => {
      const { history, summary, frame: where } = populationOf(worlds[world]);
      const random = createRandom(7);
      const targets = Array.from({ length: 4 }, () => worlds[world].newTarget(random));
      const truths = targets.map((answers) => meanOf(answers));
      const errors = [aipw, randomSampling].map(() => targets.map((): number[] => []));
      for (let draw = 0; draw < draws; draw++) {
        const { items, inclusion } = chain(design, where, sizes, createRandom(draw)).at(-1)!;
        const sample = createCoreSample(history, summary, items, inclusion);
        [aipw, randomSampling].forEach((method, k) => {
          const fitted = method.fit(sample);
          targets.forEach((answers, t) => {
            errors[k][t].push(fitted.estimate(pick(answers, items)).value - truths[t]);
          });
        });
      }
      for (const error of errors.flat()) {
        expect(Math.abs(meanOf(error))).toBeLessThan(4 * standardErrorOf(error));
      }
    },
  );
});

describe('coverage of the nominal 95 % interval on an extended core set: not below 93 % by four standard errors', () => {
  const draws = 120;
  const targetsPerDraw = 3;
  const methods = ['aipw', 'random-sampling'] as const;

  it.each(cases)('$world, $design, n = $sizes', ({ world, design, sizes }) => {
    const { history, summary, frame: where } = populationOf(worlds[world]);
    const random = createRandom(11);
    const covered = methods.map((): number[] => []);
    for (let draw = 0; draw < draws; draw++) {
      const { items, inclusion } = chain(design, where, sizes, random).at(-1)!;
      const prepared = prepareCoreSet({ history, summary, items, inclusion });
      const inside = methods.map((): number[] => []);
      for (let target = 0; target < targetsPerDraw; target++) {
        const answers = worlds[world].newTarget(random);
        const { estimates } = evaluateTarget(prepared, pick(answers, items), { methods });
        estimates.forEach(({ interval }, k) => {
          inside[k].push(Number(isInside(meanOf(answers), interval!)));
        });
      }
      inside.forEach((values, k) => {
        covered[k].push(meanOf(values));
      });
    }
    for (const shares of covered) expectCoverage(shares);
  });
});
