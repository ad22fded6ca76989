import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dot } from '../../../src/estimation/numeric/dot.ts';

it('multiplies and adds exactly the entries asked for, whatever the length', () => {
  const whole = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 12, maxLength: 12 });
  const place = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(
      whole,
      whole,
      place,
      place,
      fc.integer({ min: 0, max: 8 }),
      (a, b, aStart, bStart, length) => {
        let expected = 0;
        for (let k = 0; k < length; k++) expected += a[aStart + k] * b[bStart + k];
        expect(dot(Float64Array.from(a), aStart, Float64Array.from(b), bStart, length)).toBe(expected);
      },
    ),
    { seed: 1 },
  );
});
