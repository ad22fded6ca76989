import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareWith } from '../../src/dashboard/text/beyond-error.ts';
import { halfWidthAt, itemsAt } from '../../src/dashboard/text/interpolate.ts';
import { shorten } from '../../src/dashboard/text/shorten.ts';
import * as words from '../../src/dashboard/text/words.ts';
import { splitNames } from '../../src/estimation/backtest/splits.ts';
import { designNames, isProbabilityDesign } from '../../src/estimation/designs/names.ts';
import { methodNames } from '../../src/estimation/estimators/names.ts';
import { warningCodes } from '../../src/estimation/warnings.ts';

describe('the words of the page', () => {
  it.each([
    ['methods', methodNames, words.methodWords],
    ['designs', designNames, words.designWords],
    ['splits', splitNames, words.splitWords],
    ['warnings', warningCodes, words.warningTitles],
  ])('are there for all %s, and for no others', (_, names, table) => {
    expect(Object.keys(table).sort()).toEqual([...names].sort());
  });

  it('say of each design whether it has inclusion probabilities, as the service does', () => {
    for (const name of designNames) expect(words.isProbabilityDesign(name)).toBe(isProbabilityDesign(name));
  });
});

describe('a name that is too long', () => {
  it('loses its middle', () => {
    expect(shorten('meta-llama/Llama-3-70B-Instruct', 16)).toBe('meta-llam…struct');
    expect(shorten('short', 16)).toBe('short');
  });

  it('is never cut within a character, and never longer than allowed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 3, max: 40 }),
        (name, most) => {
          const short = shorten(name, most);
          expect([...short].length).toBeLessThanOrEqual(Math.max(most, 3));
          expect(short.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});

describe('a figure beside another one', () => {
  it.each([
    [0.8, 0.05, 'below'],
    [1.2, 0.05, 'above'],
    [0.95, 0.05, 'same'],
    [0.8, null, null],
  ])('%d with standard error %d against 1: %s', (value, error, verdict) => {
    expect(compareWith(value, error, 1)).toBe(verdict);
  });
});

describe('hints between known sizes', () => {
  // A half-width that falls with the square root of the size is a straight line on log scales.
  const points = [20, 80, 320].map((items) => ({ items, halfWidth: 1 / Math.sqrt(items) }));

  it('follow the curve', () => {
    expect(halfWidthAt(points, 45)).toBeCloseTo(1 / Math.sqrt(45), 12);
    expect(itemsAt(points, 0.1)).toBe(100);
    expect(halfWidthAt(points, 80)).toBe(1 / Math.sqrt(80));
  });

  it('are not made beyond what is known', () => {
    expect(halfWidthAt(points, 10)).toBe(null);
    expect(halfWidthAt(points, 400)).toBe(null);
    expect(halfWidthAt([], 50)).toBe(null);
  });
});
