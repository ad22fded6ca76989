import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packColumns } from '../../../src/estimation/numeric/packed-bits.ts';
import { createBitForms, quadraticForms } from '../../../src/estimation/numeric/quadratic-forms.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { largestDifference } from '../measures.ts';

const problems = fc.record({
  size: fc.integer({ min: 1, max: 21 }),
  nRows: fc.integer({ min: 1, max: 40 }),
  seed: fc.nat(),
});

function symmetric(size: number, random: () => number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      matrix[row * size + column] = random() - 0.5;
      matrix[column * size + row] = matrix[row * size + column];
    }
  }
  return matrix;
}

function byDefinition(matrix: Float64Array, rows: Float64Array, nRows: number, size: number): number[] {
  return Array.from({ length: nRows }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < size; k++) {
      for (let l = 0; l < size; l++) sum += rows[i * size + k] * matrix[k * size + l] * rows[i * size + l];
    }
    return sum;
  });
}

describe('quadratic forms', () => {
  it('of any rows are the double sum', () => {
    fc.assert(
      fc.property(problems, ({ size, nRows, seed }) => {
        const random = createRandom(seed);
        const matrix = symmetric(size, random.uniform);
        const rows = Float64Array.from({ length: nRows * size }, random.normal);
        const expected = byDefinition(matrix, rows, nRows, size);
        expect(largestDifference(quadraticForms(matrix, rows, nRows, size), expected)).toBeLessThan(1e-12);
      }),
    );
  });

  it('of bits are too, for one matrix after another', () => {
    fc.assert(
      fc.property(problems, ({ size, nRows, seed }) => {
        const random = createRandom(seed);
        const rows = Float64Array.from({ length: nRows * size }, () => random.below(2));
        const formsOf = createBitForms(packColumns(rows, nRows, size)!);
        for (let k = 0; k < 2; k++) {
          const matrix = symmetric(size, random.uniform);
          const expected = byDefinition(matrix, rows, nRows, size);
          expect(largestDifference(formsOf(matrix), expected)).toBeLessThan(1e-12);
        }
      }),
    );
  });
});
