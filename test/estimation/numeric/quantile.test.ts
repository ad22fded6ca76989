import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentileRank, shareBelow, sortedQuantile } from '../../../src/estimation/numeric/quantile.ts';

describe('sortedQuantile', () => {
  it.each([
    [[1, 2, 3, 4], 0, 1],
    [[1, 2, 3, 4], 1, 4],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 0.95, 3.85],
    [[0, 10, 20, 30, 40], 0.3, 12],
    [[5], 0.95, 5],
    [[2, 2, 2], 0.4, 2],
  ])('of %j at %f is %f (Hyndman and Fan, type 7)', (values, probability, expected) => {
    expect(sortedQuantile(Float64Array.from(values), probability)).toBeCloseTo(expected, 12);
  });
});

describe('shareBelow', () => {
  it.each([
    [[], 3, 0],
    [[1, 2, 2, 3], 2, 0.25],
    [[1, 2, 2, 3], 2.5, 0.75],
    [[1, 2, 2, 3], 0, 0],
    [[1, 2, 2, 3], 9, 1],
  ])('of %j below %f is %f', (values, value, expected) => {
    expect(shareBelow(Float64Array.from(values), value)).toBe(expected);
  });

  it('is the counted share', () => {
    const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.integer({ min: -1, max: 21 }), (numbers, value) => {
        const ascending = Float64Array.from(numbers).sort();
        const counted = numbers.filter((number) => number < value).length / numbers.length;
        expect(shareBelow(ascending, value)).toBe(counted);
      }),
      { seed: 1 },
    );
  });
});

describe('percentileRank', () => {
  it.each([
    [[1, 2, 2, 3], 2, 0.5],
    [[1, 2, 2, 3], 1, 0.125],
    [[1, 2, 2, 3], 2.5, 0.75],
    [[5], 5, 0.5],
    [[5], 6, 1],
  ])('of %j at %f is %f: ties count half', (values, value, expected) => {
    expect(percentileRank(Float64Array.from(values), value)).toBe(expected);
  });
});
