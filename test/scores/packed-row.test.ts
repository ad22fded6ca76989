import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  missingByte,
  type PackedRow,
  RowBuilder,
  scoreAt,
  summariseRow,
} from '../../src/scores/packed-row.ts';

const position = fc.integer({ min: 0, max: 60 });
const score = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 1) },
  { weight: 1, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
);

function rowOf(cells: readonly (number | null)[]): PackedRow {
  const builder = new RowBuilder();
  cells.forEach((cell, place) => {
    if (cell !== null) builder.set(place, cell);
  });
  return builder.build();
}

function readBack(row: PackedRow, length: number): number[] {
  return Array.from({ length }, (_, place) => scoreAt(row, place));
}

describe('RowBuilder', () => {
  it('holds what a map would hold, in whatever order scores arrive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(position, score)),
        fc.array(fc.tuple(position, score)),
        (first, later) => {
          const model = new Map<number, number>();
          let builder = new RowBuilder();
          const fill = (writes: [number, number][]) => {
            for (const [place, value] of writes) {
              builder.set(place, value);
              model.set(place, value);
            }
          };
          fill(first);
          // What is stored is opened again, changed and stored again.
          builder = new RowBuilder(builder.build());
          fill(later);
          const row = builder.build();
          const expected = Array.from({ length: 62 }, (_, place) => model.get(place) ?? Number.NaN);
          expect(readBack(row, 62).map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
          expect(Array.from({ length: 62 }, (_, place) => builder.get(place) + 0)).toEqual(
            expected.map((value) => value + 0),
          );
          expect(row.cells).toHaveLength(Math.max(-1, ...model.keys()) + 1);
          expect(builder.length).toBe(row.cells.length);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('keeps a byte a cell while every score is 0 or 1, and widens at the first that is neither', () => {
    const builder = new RowBuilder();
    builder.set(0, 1);
    builder.set(3, 0);
    expect(builder.build()).toEqual({
      encoding: 'bytes',
      cells: Uint8Array.of(1, missingByte, missingByte, 0),
    });
    builder.set(1, 0.5);
    expect(builder.build()).toEqual({ encoding: 'floats', cells: Float64Array.of(1, 0.5, Number.NaN, 0) });
    builder.set(6, 1);
    expect(readBack(builder.build(), 7)).toEqual([1, 0.5, Number.NaN, 0, Number.NaN, Number.NaN, 1]);
  });

  it('takes 255, the mark of a missing byte, for a score like any other', () => {
    const row = rowOf([1, 255, null]);
    expect(readBack(row, 3)).toEqual([1, 255, Number.NaN]);
  });

  it('does not change the row it starts from', () => {
    const stored = rowOf([1, 0]);
    const builder = new RowBuilder(stored);
    builder.set(0, 0);
    builder.set(1, 0.5);
    expect(stored).toEqual({ encoding: 'bytes', cells: Uint8Array.of(1, 0) });
  });

  it('with room made beforehand holds nothing yet, and does not move while that lasts', () => {
    const builder = new RowBuilder(100);
    expect(builder.length).toBe(0);
    expect(builder.get(3)).toBeNaN();
    builder.set(99, 1);
    builder.set(3, 0);
    expect(builder.byteLength).toBe(100);
    const row = builder.build();
    expect(row.cells).toHaveLength(100);
    expect([scoreAt(row, 99), scoreAt(row, 3), scoreAt(row, 4)]).toEqual([1, 0, Number.NaN]);
  });

  it('grows by more than it must, so that many additions stay cheap', () => {
    const builder = new RowBuilder();
    let moves = 0;
    for (let place = 0; place < 100_000; place++) {
      const before = builder.byteLength;
      builder.set(place, 1);
      if (builder.byteLength !== before) moves++;
    }
    // From 16 to 100,000 by halves: log(6250) / log(1.5) = 22 moves, and the first.
    expect(moves).toBeLessThanOrEqual(24);
  });
});

describe('scoreAt', () => {
  it('is not a number past the end: items added later', () => {
    expect(scoreAt(rowOf([1]), 1)).toBeNaN();
    expect(scoreAt(rowOf([0.5]), 7)).toBeNaN();
  });
});

describe('summariseRow', () => {
  it.each([
    [[1, null, 0, 1], { scored: 3, mean: 2 / 3, min: 0, max: 1 }],
    [[null, 2.5, -1], { scored: 2, mean: 0.75, min: -1, max: 2.5 }],
    [[null], { scored: 0, mean: Number.NaN, min: Number.NaN, max: Number.NaN }],
  ])('%j', (cells, expected) => {
    expect(summariseRow(rowOf(cells))).toEqual(expected);
  });
});
