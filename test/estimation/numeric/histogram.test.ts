import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogram } from '../../../src/estimation/numeric/histogram.ts';
import { sumOf } from '../measures.ts';

describe('histogram', () => {
  it('has both ends in it', () => {
    expect([...histogram(Float64Array.of(0, 0.2, 0.25, 0.5, 0.99, 1, 1), 4)]).toEqual([2, 1, 1, 3]);
  });

  it('of nothing is empty', () => {
    expect([...histogram(new Float64Array(0), 3)]).toEqual([0, 0, 0]);
  });

  it('puts what is on a bound above it, however it was rounded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(199), (bins, k) => {
        const bin = k % bins;
        const counts = histogram(Float64Array.of(bin / bins, (bin / bins) * 3 - 2 * (bin / bins)), bins);
        expect(counts[bin]).toBe(2);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('counts every value once, in the bin whose bounds are around it', () => {
    const hundredth = fc.integer({ min: 0, max: 1000 }).map((k) => k / 1000 + (k < 1000 ? 0.0005 : 0));
    fc.assert(
      fc.property(fc.array(hundredth), fc.integer({ min: 1, max: 50 }), (values, bins) => {
        const counts = histogram(Float64Array.from(values), bins);
        expect(sumOf(counts)).toBe(values.length);
        const naive = Array.from(
          counts,
          (_, bin) =>
            values.filter(
              (value) =>
                value >= bin / bins && (value < (bin + 1) / bins || (bin === bins - 1 && value === 1)),
            ).length,
        );
        expect([...counts]).toEqual(naive);
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
