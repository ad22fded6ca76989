import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStandings } from '../../src/estimation/standing.ts';
import { meanOf } from './measures.ts';

const runs = { seed: 19, numRuns: 300 };

const scores = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);

describe('standing among the sources', () => {
  it('by hand: mean 1/2, standard deviation 1/4', () => {
    const standingOf = createStandings(Float64Array.of(0.25, 0.25, 0.75, 0.75));
    expect(standingOf(0.75)).toEqual({ percentile: 0.5, deviations: 1 });
    expect(standingOf(0)).toEqual({ percentile: 0, deviations: -2 });
    expect(standingOf(1)).toEqual({ percentile: 1, deviations: 2 });
  });

  it('is the counted share below, and the distance from the mean in standard deviations', () => {
    fc.assert(
      fc.property(fc.array(scores, { minLength: 2, maxLength: 20 }), scores, (sources, score) => {
        const { percentile, deviations } = createStandings(Float64Array.from(sources).sort())(score);
        const mean = meanOf(sources);
        const spread = Math.sqrt(meanOf(sources.map((one) => (one - mean) ** 2)));
        expect(percentile).toBeCloseTo(meanOf(sources.map((one) => Number(one < score))), 12);
        expect(deviations * spread).toBeCloseTo(new Set(sources).size === 1 ? 0 : score - mean, 12);
      }),
      runs,
    );
  });

  it.each([
    ['no source', []],
    ['one source', [0.4]],
    ['sources that all score 1/3', new Array(30).fill(1 / 3)],
    ['sources that all score 0.1', new Array(1000).fill(0.1)],
  ])('of %s has a level of 0, not of infinity or noise', (_, sources) => {
    const standingOf = createStandings(Float64Array.from(sources));
    for (const score of [0, 0.1, 1 / 3, 1]) {
      expect(standingOf(score).deviations).toBe(0);
      expect(standingOf(score).percentile).toBe(sources.length > 0 && score > sources[0] ? 1 : 0);
    }
  });
});
