import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { studentTQuantile } from '../../../src/estimation/numeric/student-t.ts';

/** The documented relative error. */
const tolerance = 1e-10;

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

describe('studentTQuantile', () => {
  it.each([
    [0.975, 1, 12.7062047362],
    [0.975, 9, 2.2621571628],
    [0.975, 49, 2.0095752371],
    [0.975, 1000, 1.9623390808],
    [0.9, 2, 1.8856180832],
  ])('t of %f and %i degrees of freedom as in the tables, to all their ten places', (p, df, expected) => {
    expect(Math.abs(studentTQuantile(p, df) - expected)).toBeLessThan(0.51e-10);
  });

  it.each([
    [0.6, 7, 0.2631668613520229],
    [0.75, 3, 0.7648923284043444],
    [0.995, 4, 4.604094871349992],
    [0.99, 199, 2.3452322311210203],
    [0.9995, 19, 3.883405852592131],
    [0.999999, 5, 24.771029720372493],
    [0.9999995, 1, 636619.7724194303],
    [0.9999995, 10_000, 4.894688616331824],
    [0.025, 30, -2.042272456301238],
    [0.975, 100_000, 1.9599877075346095],
    [0.975, 1_000_000, 1.959966356814107],
  ])('t of %f and %i degrees of freedom as SciPy and mpmath have it', (p, df, expected) => {
    expect(relativeError(studentTQuantile(p, df), expected)).toBeLessThan(tolerance);
  });

  const probabilities = fc.double({ min: 0.55, max: 0.99999, noNaN: true });

  it('one degree of freedom: the Cauchy distribution, tan(pi (p - 1/2))', () => {
    fc.assert(
      fc.property(probabilities, (p) => {
        expect(relativeError(studentTQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)))).toBeLessThan(tolerance);
      }),
      { seed: 1 },
    );
  });

  it('two degrees of freedom: (2p - 1) sqrt(2 / (1 - (2p - 1)^2))', () => {
    fc.assert(
      fc.property(probabilities, (p) => {
        const expected = ((2 * p - 1) * Math.SQRT2) / Math.sqrt(4 * p * (1 - p));
        expect(relativeError(studentTQuantile(p, 2), expected)).toBeLessThan(tolerance);
      }),
      { seed: 2 },
    );
  });

  it('is symmetric, zero at one half, and falls with the degrees of freedom', () => {
    const eighths = fc.integer({ min: 1, max: 7 }).map((k) => k / 8);
    fc.assert(
      fc.property(eighths, fc.integer({ min: 1, max: 500 }), (p, df) => {
        expect(studentTQuantile(1 - p, df)).toBe(0 - studentTQuantile(p, df));
        if (p > 0.5) expect(studentTQuantile(p, df + 1)).toBeLessThan(studentTQuantile(p, df));
      }),
      { seed: 3 },
    );
    expect(studentTQuantile(0.5, 4)).toBe(0);
  });
});
