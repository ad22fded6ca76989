import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Correlations,
  correlationsOfBits,
  correlationsOfReals,
} from '../../../src/estimation/numeric/correlation.ts';
import { emptyBits } from '../../../src/estimation/numeric/packed-bits.ts';
import { createRandom, indexRange } from '../../../src/estimation/numeric/random.ts';
import { largestDifference, meanOf } from '../measures.ts';
import { normOf, pearson } from '../naive-anchors.ts';

function bitsOf(series: readonly number[][]): Correlations {
  const packed = emptyBits(series.length, series[0].length);
  series.forEach((numbers, s) => {
    numbers.forEach((number, k) => {
      packed.bits[s * packed.words + (k >>> 5)] |= number << (k & 31);
    });
  });
  return correlationsOfBits(packed);
}

function realsOf(series: readonly number[][]): Correlations {
  return correlationsOfReals(Float64Array.from(series.flat()), series.length, series[0].length);
}

function isConstant(series: readonly number[]): boolean {
  return series.every((value) => value === series[0]);
}

function expected(
  series: readonly number[][],
  rows: readonly number[],
  columns: readonly number[],
): number[] {
  return rows.flatMap((r) => columns.map((c) => (r === c ? 1 : pearson(series[r], series[c]))));
}

function found(
  { correlate }: Correlations,
  rows: readonly number[],
  columns: readonly number[],
): Float64Array {
  const out = new Float64Array(rows.length * columns.length);
  correlate(Int32Array.from(rows), Int32Array.from(columns), out);
  return out;
}

/** Up to nine series, some of them constant, with some rows and columns out of them. */
function problems(value: fc.Arbitrary<number>, maxLength: number) {
  return fc
    .record({ count: fc.integer({ min: 1, max: 9 }), length: fc.integer({ min: 1, max: maxLength }) })
    .chain(({ count, length }) => {
      const times = (item: fc.Arbitrary<number>) => fc.array(item, { minLength: length, maxLength: length });
      const constant = value.map((one) => new Array<number>(length).fill(one));
      const oneSeries = fc.oneof({ weight: 4, arbitrary: times(value) }, { weight: 1, arbitrary: constant });
      const some = fc.subarray([...indexRange(count)], { minLength: 1 });
      return fc.record({
        series: fc.array(oneSeries, { minLength: count, maxLength: count }),
        rows: some,
        columns: some,
      });
    });
}

const bit = fc.constantFrom(0, 1);
const tenth = fc.integer({ min: 0, max: 10 }).map((k) => k / 10);

describe('correlations', () => {
  it.each([
    ['of bits', bitsOf, problems(bit, 70)],
    ['of reals', realsOf, problems(tenth, 20)],
    ['of reals that happen to be bits', realsOf, problems(bit, 20)],
  ] as const)(
    '%s are the definition; constants correlate 0 with others and 1 with themselves',
    (_, of, some) => {
      fc.assert(
        fc.property(some, ({ series, rows, columns }) => {
          const correlations = of(series);
          const result = found(correlations, rows, columns);
          expect(largestDifference(result, expected(series, rows, columns))).toBeLessThan(1e-12);
          expect(largestDifference(correlations.means, series.map(meanOf))).toBeLessThan(1e-14);
          expect(largestDifference(correlations.norms, series.map(normOf))).toBeLessThan(1e-12);
          series.forEach((values, s) => {
            if (isConstant(values)) expect(correlations.norms[s]).toBe(0);
          });
        }),
        { seed: 5, numRuns: 200 },
      );
    },
  );

  it('count bits right however long and full the series are', () => {
    const random = createRandom(3);
    for (const length of [31, 32, 33, 991, 992, 993, 5000]) {
      const allButOne = Array.from({ length }, (_, k) => (k === 7 ? 0 : 1));
      const mixed = Array.from({ length }, () => random.below(2));
      const series = [allButOne, mixed, mixed.map((value) => 1 - value), mixed];
      const all = [0, 1, 2, 3];
      const result = found(bitsOf(series), all, all);
      expect(largestDifference(result, expected(series, all, all))).toBeLessThan(1e-12);
      expect(result[1 * 4 + 0]).toBe(result[3 * 4 + 0]);
    }
  });

  it('of series without numbers are those of constants', () => {
    for (const of of [bitsOf, realsOf]) {
      expect([...found(of([[], []]), [0, 1], [0, 1])]).toEqual([1, 0, 0, 1]);
    }
  });
});
