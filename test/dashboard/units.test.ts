import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, figure, plural, share, unitsOf } from '../../src/dashboard/text/units.ts';

describe('scores from 0 to 1', () => {
  const units = unitsOf([0, 1]);

  it('are percentages, their differences points', () => {
    expect(units.score(0.9312)).toBe('93.1 %');
    expect(units.range(0.8, 0.9655)).toBe('80.0 % to 96.5 %');
    expect(units.difference(0.0321)).toBe('+3.2 points');
    expect(units.difference(-0.0321)).toBe('\u22123.2 points');
    expect(units.differences(-0.01, 0.05)).toBe('\u22121.0 to +5.0 points');
    expect(units.halfWidth(0.041)).toBe('±\u00a04.1 points');
    expect(units.label).toBe('Score (%)');
  });

  it('have no sign before what is rounded to nothing', () => {
    expect(units.difference(-0.0001)).toBe('0.0 points');
    expect(units.difference(0.0001)).toBe('0.0 points');
  });
});

describe('other scores', () => {
  it.each([
    { range: [0, 10], value: 7.256, text: '7.26' },
    { range: [0, 100], value: 72.56, text: '72.6' },
    { range: [1, 5], value: 3.4567, text: '3.46' },
    { range: [0, 5000], value: 1234.5, text: '1235' },
    { range: [0, 0.001], value: 0.00051, text: '0.000510' },
    { range: [-1, 1], value: -0.5, text: '\u22120.50' },
  ])('are written as they are: $value of $range', ({ range, value, text }) => {
    expect(unitsOf(range).score(value)).toBe(text);
  });

  it('never need an exponent, and tell apart what a hundredth of the range parts', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (low, span, at) => {
          const { score } = unitsOf([low, low + span]);
          const value = low + at * span;
          expect(score(value)).not.toMatch(/e/i);
          if (Math.abs(low) < 1e3 * span) expect(score(value)).not.toBe(score(value + span / 100));
        },
      ),
    );
  });
});

describe('other figures', () => {
  it('are as people write them', () => {
    expect(count(12032)).toBe('12,032');
    expect(plural(1, 'item')).toBe('1 item');
    expect(plural(1500, 'item')).toBe('1,500 items');
    expect(share(0.95)).toBe('95 %');
    expect(share(0.9995, 1)).toBe('100.0 %');
    expect(figure(-0.004)).toBe('0.00');
    expect(figure(-0.126)).toBe('\u22120.13');
  });
});
