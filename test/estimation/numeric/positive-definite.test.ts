import fc from 'fast-check';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../src/errors.ts';
import { inversePositiveDefinite } from '../../../src/estimation/numeric/positive-definite.ts';
import { largestDifference } from '../measures.ts';

/** A = F'F + I: eigenvalues of at least 1, so that the inverse is well determined. */
const positiveDefinite = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc
    .array(
      fc.array(
        fc.integer({ min: -30, max: 30 }).map((k) => k / 10),
        { minLength: size, maxLength: size },
      ),
      {
        minLength: size,
        maxLength: size,
      },
    )
    .map((rows) => {
      const factor = new Matrix(rows);
      return factor.transpose().mmul(factor).add(Matrix.eye(size));
    }),
);

describe('inversePositiveDefinite', () => {
  it('times the matrix is the identity, and it is symmetric', () => {
    fc.assert(
      fc.property(positiveDefinite, (matrix) => {
        const size = matrix.rows;
        const inverse = inversePositiveDefinite(Float64Array.from(matrix.to1DArray()), size);
        const product = matrix.mmul(Matrix.from1DArray(size, size, Array.from(inverse)));
        expect(largestDifference(product.to1DArray(), Matrix.eye(size).to1DArray())).toBeLessThan(1e-9);
        for (let row = 0; row < size; row++) {
          for (let column = 0; column < row; column++) {
            expect(inverse[row * size + column]).toBe(inverse[column * size + row]);
          }
        }
      }),
      { seed: 1 },
    );
  });

  it('reads the lower triangle only', () => {
    const whole = Float64Array.of(4, 2, 2, 3);
    const lower = Float64Array.of(4, Number.NaN, 2, 3);
    expect(inversePositiveDefinite(lower, 2)).toEqual(inversePositiveDefinite(whole, 2));
    expect(largestDifference(inversePositiveDefinite(whole, 2), [3 / 8, -2 / 8, -2 / 8, 4 / 8])).toBeLessThan(
      1e-15,
    );
  });

  it.each([
    ['rank one', [1, 1, 1, 1]],
    ['zero', [0, 0, 0, 0]],
    ['indefinite', [1, 2, 2, 1]],
    ['not a number', [Number.NaN, 0, 0, 1]],
  ])('refuses a matrix of no inverse: %s', (_, cells) => {
    const invert = () => inversePositiveDefinite(Float64Array.from(cells), 2);
    expect(invert).toThrow(DomainError);
    expect(invert).toThrow(expect.objectContaining({ code: 'insufficient-data' }));
  });

  it('of nothing is nothing', () => {
    expect(inversePositiveDefinite(new Float64Array(0), 0)).toHaveLength(0);
  });
});
