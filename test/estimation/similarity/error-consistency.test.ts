import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { createSimilarityTable } from '../../../src/estimation/similarity/error-consistency.ts';
import { largestDifference, meanOf } from '../measures.ts';
import { naiveKappa } from '../second-implementation.ts';

const binary = fc.constantFrom(0, 1);
const real = fc.oneof(
  binary,
  fc.integer({ min: 0, max: 20 }).map((k) => k / 20),
);

/** Up to 70 items: more than two words of 32 bits. Some models are right or wrong throughout. */
function profiles(score: fc.Arbitrary<number>) {
  return fc
    .record({ nItems: fc.integer({ min: 1, max: 70 }), nModels: fc.integer({ min: 1, max: 5 }) })
    .chain(({ nItems, nModels }) => {
      const row = fc.oneof(
        { weight: 6, arbitrary: fc.array(score, { minLength: nItems, maxLength: nItems }) },
        { weight: 1, arbitrary: score.map((value) => new Array<number>(nItems).fill(value)) },
      );
      return fc.record({ target: row, sources: fc.array(row, { minLength: nModels, maxLength: nModels }) });
    });
}

function tableOf(sources: number[][]) {
  const nItems = sources[0].length;
  const byItem = Array.from({ length: nItems }, (_, item) => sources.map((row) => row[item])).flat();
  return createSimilarityTable(Float64Array.from(byItem), nItems, sources.length);
}

describe('error consistency', () => {
  it('by hand', () => {
    const source = [1, 1, 0, 0, 1];
    const table = tableOf([source]);
    // Agree on 4 of 5; p = 3/5 and 4/5: c_exp = 12/25 + 2/25 = 14/25, kappa = (4/5 - 14/25) / (11/25) = 6/11.
    expect(table.similarities(Float64Array.of(1, 1, 1, 0, 1))[0]).toBeCloseTo(6 / 11, 12);
    expect(table.similarities(Float64Array.from(source))[0]).toBeCloseTo(1, 12);
    // The opposite: agree on none, p = 3/5 and 2/5: c_exp = 12/25, kappa = -12/13.
    expect(table.similarities(Float64Array.of(0, 0, 1, 1, 0))[0]).toBeCloseTo(-12 / 13, 12);
  });

  it('by hand, of scores between 0 and 1', () => {
    // 1 - c_obs = (1/2 + 1/2) / 2 and 1 - c_exp = (1/2 + 1 + 0 + 1/2) / 4: as far apart as by chance.
    expect(tableOf([[0.5, 1]]).similarities(Float64Array.of(0, 0.5))[0]).toBeCloseTo(0, 12);
    // 1 - c_obs = (1/4 + 1/4) / 2 and 1 - c_exp = (1/4 + 3/4 + 3/4 + 1/4) / 4.
    expect(tableOf([[0, 1]]).similarities(Float64Array.of(0.25, 0.75))[0]).toBeCloseTo(1 / 2, 12);
  });

  it.each([
    ['both all right', [1, 1, 1], [1, 1, 1]],
    ['both all wrong', [0, 0, 0], [0, 0, 0]],
    ['both the same half score throughout', [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]],
  ])('is not defined where chance alone makes them agree: %s', (_, source, target) => {
    expect(tableOf([source]).similarities(Float64Array.from(target))[0]).toBeNaN();
  });

  it('is defined as soon as one answer in thousands differs', () => {
    const source = new Array<number>(5000).fill(1);
    const target = Float64Array.from(source, (_, item) => Number(item !== 0));
    // c_obs = c_exp = 4999 / 5000.
    expect(tableOf([source]).similarities(target)[0]).toBeCloseTo(0, 9);
  });

  it('all right against all wrong is 0, neither better nor worse than chance', () => {
    expect(tableOf([[0, 0]]).similarities(Float64Array.of(1, 1))[0]).toBe(0);
  });

  it.each([
    ['right or wrong', binary],
    ['between 0 and 1', real],
  ])('is the double loop over all pairs of items: scores %s', (_, score) => {
    fc.assert(
      fc.property(profiles(score), ({ target, sources }) => {
        const table = tableOf(sources);
        const kappas = sources.map((source) => naiveKappa(target, source));
        const means = sources.flatMap((source, m) => {
          const others = sources.filter((_source, k) => k !== m).map((other) => naiveKappa(source, other));
          const defined = others.filter((kappa) => !Number.isNaN(kappa));
          return defined.length === 0 ? [] : [meanOf(defined)];
        });
        means.sort((a, b) => a - b);
        expect(largestDifference(table.similarities(Float64Array.from(target)), kappas)).toBeLessThan(1e-9);
        expect(largestDifference(table.sortedSourceMeans(), means)).toBeLessThan(1e-9);
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it.each([
    ['few items, so that many share a score', 60, 5],
    ['many items', 12, 300],
    ['more models than are references', 510, 6],
  ])('of sources among each other is the mean over all others: %s', (_, nModels, nItems) => {
    const random = createRandom(nModels);
    const sources = Array.from({ length: nModels }, () =>
      Array.from({ length: nItems }, () => random.below(2)),
    );
    sources[3].fill(1);
    sources[7].fill(1);
    const references = Math.min(nModels, 500);
    const means = Array.from({ length: references }, (__, k) => {
      const own = Math.floor((k * nModels) / references);
      const others = sources.filter((___, m) => m !== own).map((other) => naiveKappa(sources[own], other));
      return meanOf(others.filter((kappa) => !Number.isNaN(kappa)));
    });
    means.sort((a, b) => a - b);
    expect(largestDifference(tableOf(sources).sortedSourceMeans(), means)).toBeLessThan(1e-12);
  });

  it('is symmetric and at most 1', () => {
    fc.assert(
      fc.property(profiles(real), ({ target, sources: [source] }) => {
        const [there] = tableOf([source]).similarities(Float64Array.from(target));
        const [back] = tableOf([target]).similarities(Float64Array.from(source));
        expect(largestDifference([there], [back])).toBeLessThan(1e-12);
        expect(there > 1 + 1e-12).toBe(false);
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});
