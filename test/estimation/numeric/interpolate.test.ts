import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolateAlongLog } from '../../../src/estimation/numeric/interpolate.ts';

const runs = { seed: 13, numRuns: 300 };

/** Some ascending places with values. */
const curves = fc
  .uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 })
  .chain((places) =>
    fc.record({
      places: fc.constant(places.toSorted((a, b) => a - b)),
      values: fc.array(fc.integer({ min: -20, max: 20 }), {
        minLength: places.length,
        maxLength: places.length,
      }),
    }),
  );

describe('interpolation along the logarithm', () => {
  it.each([
    ['half-way in the logarithm', 10, 3],
    ['a quarter of the way', 10 ** 0.5, 2],
    ['at a place', 100, 5],
    ['before the first place', 0.5, 1],
    ['beyond the last place', 1e6, 5],
  ])('%s', (_, at, expected) => {
    expect(interpolateAlongLog([1, 100], [1, 5], at)).toBeCloseTo(expected, 12);
  });

  it('takes the two places that surround, not others', () => {
    expect(interpolateAlongLog([1, 4, 16, 64], [7, 1, 3, 100], 8)).toBeCloseTo(2, 12);
  });

  it('one place alone says the same everywhere', () => {
    for (const at of [1, 50, 51]) expect(interpolateAlongLog([50], [2.5], at)).toBe(2.5);
  });

  it('goes through every given value and leaves what they span nowhere', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 1, max: 2000 }), ({ places, values }, at) => {
        places.forEach((place, k) => {
          expect(interpolateAlongLog(places, values, place)).toBeCloseTo(values[k], 12);
        });
        const between = interpolateAlongLog(places, values, at);
        expect(between).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(between).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
      }),
      runs,
    );
  });

  it('is exact for what is linear in the logarithm', () => {
    fc.assert(
      fc.property(curves, fc.double({ min: 0, max: 1, noNaN: true }), ({ places }, share) => {
        const law = (place: number) => 2 - 3 * Math.log(place);
        const last = places[places.length - 1];
        const at = places[0] + share * (last - places[0]);
        expect(interpolateAlongLog(places, places.map(law), at)).toBeCloseTo(law(at), 10);
      }),
      runs,
    );
  });
});
