import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, indexRange, shuffleInPlace } from '../../../src/estimation/numeric/random.ts';
import { stableOrder } from '../../../src/estimation/numeric/stable-order.ts';

const extremes = [
  ...[0, -0, 1, -1, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE],
  ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.EPSILON, 1 + Number.EPSILON, 2 ** -1022],
];
const length = 5000;

function byComparison(values: Float64Array, indices: Int32Array): Int32Array {
  return indices.toSorted((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0));
}

describe('a stable order', () => {
  it.each([
    ['means of zeros and ones, many of them equal', (uniform: number) => Math.floor(449 * uniform) / 448],
    ['numbers of both signs and many magnitudes', (uniform: number) => Math.tan(Math.PI * (uniform - 0.5))],
    ['extremes, and both zeros', (uniform: number) => extremes[Math.floor(extremes.length * uniform)]],
    ['one number only', () => 0.25],
  ])('is that of a stable sort by comparison: %s', (_, numberOf) => {
    const random = createRandom(length);
    const values = Float64Array.from({ length }, () => numberOf(random.uniform()));
    const shuffled = shuffleInPlace(indexRange(length), random);
    for (const indices of [shuffled, shuffled.slice(0, length / 2), shuffled.slice(0, 10)]) {
      const before = indices.slice();
      const ordered = stableOrder(values, indices);
      expect(ordered).toEqual(byComparison(values, indices));
      expect(indices).toEqual(before);
      expect(ordered).not.toBe(indices);
    }
  });

  it('holds for any numbers, few or many', () => {
    const numbers = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(...extremes)), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(numbers, fc.constantFrom(1, 100, length), (some, count) => {
        const values = Float64Array.from({ length: count }, (__, k) => some[(7 * k) % some.length]);
        const indices = shuffleInPlace(indexRange(count), createRandom(some.length));
        expect(stableOrder(values, indices)).toEqual(byComparison(values, indices));
      }),
    );
  });
});
