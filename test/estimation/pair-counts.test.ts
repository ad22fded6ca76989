import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelModulePath, renderKernel } from '../../scripts/build-kernels.ts';
import { emptyBits, type PackedBits } from '../../src/estimation/numeric/packed-bits.ts';
import { createPairCounts } from '../../src/estimation/numeric/pair-counts.ts';
import { createRandom, indexRange } from '../../src/estimation/numeric/random.ts';

function randomBits(nSeries: number, length: number, seed: number) {
  const packed = emptyBits(nSeries, length);
  const random = createRandom(seed);
  for (let s = 0; s < nSeries; s++) {
    for (let k = 0; k < length; k++) {
      packed.bits[s * packed.words + (k >>> 5)] |= random.below(2) << (k & 31);
    }
  }
  return packed;
}

/** Bit by bit. */
function commonBits({ bits, words, length }: PackedBits, row: number, column: number): number {
  let common = 0;
  for (let k = 0; k < length; k++) {
    const both = bits[row * words + (k >>> 5)] & bits[column * words + (k >>> 5)];
    common += (both >>> (k & 31)) & 1;
  }
  return common;
}

describe('ones in common, pair by pair', () => {
  it('are those that are counted one by one, for any series of any length', () => {
    const indices = fc.array(fc.nat({ max: 6 }), { maxLength: 9 }).map((list) => Int32Array.from(list));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.nat(),
        indices,
        indices,
        (length, seed, rows, columns) => {
          const packed = randomBits(7, length, seed);
          const expected = Array.from(rows).flatMap((row) =>
            Array.from(columns, (column) => commonBits(packed, row, column)),
          );
          expect(Array.from(createPairCounts(packed)(rows, columns))).toEqual(expected);
        },
      ),
    );
  });

  it('are counted for more pairs than there was room for', () => {
    const packed = randomBits(600, 40, 7);
    const counts = createPairCounts(packed);
    const all = indexRange(600);
    expect(counts(all.subarray(0, 1), all.subarray(0, 1))).toHaveLength(1);
    const found = counts(all, all);
    for (const [row, column] of [
      [0, 0],
      [599, 0],
      [17, 599],
      [599, 599],
    ]) {
      expect(found[row * 600 + column]).toBe(commonBits(packed, row, column));
    }
  });

  it('are none of series without numbers', () => {
    const counts = createPairCounts(emptyBits(3, 0));
    expect(Array.from(counts(indexRange(3), indexRange(2)))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('are counted by a module that is made of its source', async () => {
    expect(readFileSync(kernelModulePath, 'utf8')).toBe(await renderKernel());
  });
});
