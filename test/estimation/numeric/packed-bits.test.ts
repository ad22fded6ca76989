import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commonOnes,
  commonOnesWithAll,
  countOnes,
  gramOfBits,
  packColumns,
  packRows,
} from '../../../src/estimation/numeric/packed-bits.ts';

/** Up to 1,100 bits a series: more than 31 words, so that the counts of several runs of words are added up. */
const tables = fc
  .record({
    nSeries: fc.integer({ min: 1, max: 5 }),
    length: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 980, max: 1100 })),
  })
  .chain(({ nSeries, length }) => {
    const bit = fc.oneof(fc.integer({ min: 0, max: 1 }), fc.constant(1));
    return fc.array(fc.array(bit, { minLength: length, maxLength: length }), {
      minLength: nSeries,
      maxLength: nSeries,
    });
  });

function rowsOf(table: readonly number[][]): Float64Array {
  return Float64Array.from(table.flat());
}

function columnsOf(table: readonly number[][]): Float64Array {
  return Float64Array.from({ length: table.length * table[0].length }, (_, at) => {
    return table[at % table.length][Math.floor(at / table.length)];
  });
}

describe('bits', () => {
  it('have the inner products of the numbers they stand for', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const packed = packRows(rowsOf(table), table.length, table[0].length)!;
        const products = table.map((a) => table.map((b) => a.reduce((sum, x, k) => sum + x * b[k], 0)));
        expect([...gramOfBits(packed)]).toEqual(products.flat());
        const first = packed.bits.slice(0, packed.words);
        expect([...commonOnesWithAll(first, packed)]).toEqual(products[0]);
        expect([...countOnes(packed)]).toEqual(table.map((row) => row.reduce((sum, x) => sum + x, 0)));
      }),
    );
  });

  it('are the same from rows and from columns', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const fromRows = packRows(rowsOf(table), table.length, table[0].length);
        expect(packColumns(columnsOf(table), table[0].length, table.length)).toEqual(fromRows);
      }),
    );
  });

  it('are counted right where all are set', () => {
    const length = 32 * 31 * 3;
    const packed = packRows(new Float64Array(length).fill(1), 1, length)!;
    expect(commonOnes(packed.bits, 0, packed.bits, 0, packed.words)).toBe(length);
  });

  it.each([0.5, -1, 2, Number.NaN, 1 + Number.EPSILON, Number.POSITIVE_INFINITY, 2 ** 32 + 1])(
    'are not had of %d',
    (strange) => {
      const values = Float64Array.from({ length: 66 }, (_, k) => (k === 40 ? strange : k % 2));
      expect(packRows(values, 2, 33)).toBeNull();
      expect(packColumns(values, 2, 33)).toBeNull();
    },
  );
});
