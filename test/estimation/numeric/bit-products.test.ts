import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBitProducts } from '../../../src/estimation/numeric/bit-products.ts';
import { packRows } from '../../../src/estimation/numeric/packed-bits.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { largestDifference } from '../measures.ts';

describe('products of bits and numbers', () => {
  it('are the sums of the numbers where the bits are set, for one vector after another', () => {
    const shapes = fc.record({
      nSeries: fc.integer({ min: 1, max: 6 }),
      length: fc.integer({ min: 0, max: 100 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shapes, ({ nSeries, length, seed }) => {
        const random = createRandom(seed);
        const rows = Float64Array.from({ length: nSeries * length }, () => random.below(2));
        const multiply = createBitProducts(packRows(rows, nSeries, length)!);
        const products = new Float64Array(nSeries).fill(7);
        for (let k = 0; k < 2; k++) {
          const vector = Float64Array.from({ length }, random.normal);
          multiply(vector, products);
          const expected = products.map((_, s) =>
            vector.reduce((sum, number, i) => sum + number * rows[s * length + i], 0),
          );
          expect(largestDifference(products, expected)).toBeLessThan(1e-12);
        }
      }),
    );
  });
});
