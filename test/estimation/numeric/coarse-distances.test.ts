import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCoarseDistances, surelyLarger } from '../../../src/estimation/numeric/coarse-distances.ts';

const distance = fc.oneof(
  fc.integer({ min: 0, max: 200 }).map((k) => k / 100),
  fc.constantFrom(0, 1, 2, 1 / 127, Math.fround(0.1)),
);

const problems = fc.integer({ min: 1, max: 19 }).chain((nPoints) =>
  fc.record({
    distances: fc.array(distance, { minLength: nPoints ** 2, maxLength: nPoints ** 2 }),
    limits: fc.array(distance, { minLength: nPoints, maxLength: nPoints }),
  }),
);

describe('coarse distances', () => {
  it('never call larger what is not, and miss no difference of a hundredth below 1', () => {
    fc.assert(
      fc.property(problems, ({ distances, limits }) => {
        const nPoints = limits.length;
        const exact = Float32Array.from(distances);
        const exactLimits = Float32Array.from(limits);
        const coarse = createCoarseDistances(exact, nPoints);
        const words = new Int32Array(coarse.words);
        coarse.setLimits(exactLimits, words);
        for (let row = 0; row < nPoints; row++) {
          for (let point = 0; point < 4 * coarse.words; point++) {
            const word = point >>> 2;
            const difference = coarse.rows[row * coarse.words + word] - words[word];
            const isLarger = ((difference & surelyLarger) >>> (8 * (point & 3) + 7)) & 1;
            const [there, limit] = [exact[row * nPoints + point], exactLimits[point]];
            if (point >= nPoints) expect(isLarger).toBe(1);
            else if (there <= limit) expect(isLarger).toBe(0);
            else if (limit < 0.99 && there > limit + 0.01) expect(isLarger).toBe(1);
          }
        }
      }),
    );
  });
});
