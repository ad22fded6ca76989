import { describe, expect, it } from 'vitest';
import { definedMean } from '../../../src/estimation/numeric/mean.ts';

describe('definedMean', () => {
  it('leaves out what is not defined', () => {
    expect(definedMean(Float64Array.of(1, Number.NaN, 2))).toBe(1.5);
    expect(definedMean(Float64Array.of(Number.NaN))).toBeNaN();
    expect(definedMean(new Float64Array(0))).toBeNaN();
  });
});
