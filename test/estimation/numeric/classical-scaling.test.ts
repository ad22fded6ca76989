import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  placePoint,
  type Scaling,
  scaleClassically,
} from '../../../src/estimation/numeric/classical-scaling.ts';
import { createRandom, type Random } from '../../../src/estimation/numeric/random.ts';
import { largestDifference, sumOf } from '../measures.ts';

type Point = readonly number[];

function squareBetween(a: Point, b: Point): number {
  return sumOf(a.map((x, k) => (x - b[k]) ** 2));
}

function squaresOf(points: readonly Point[]): Float64Array {
  return Float64Array.from(points.flatMap((a) => points.map((b) => squareBetween(a, b))));
}

function pointsOf({ axes, meanSquares, shares }: Scaling): Point[] {
  const count = meanSquares.length;
  return Array.from(meanSquares, (_, i) => Array.from(shares, (_share, k) => axes[k * count + i]));
}

function somePoints(count: number, dimensions: number, random: Random): Point[] {
  return Array.from({ length: count }, () => Array.from({ length: dimensions }, () => random.normal()));
}

const clouds = fc.record({
  count: fc.integer({ min: 3, max: 12 }),
  dimensions: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
});

describe('classical scaling', () => {
  it('by hand: a rectangle of 4 by 2', () => {
    const corners = [
      [0, 0],
      [4, 0],
      [4, 2],
      [0, 2],
    ];
    const { axes, shares, meanSquares } = scaleClassically(squaresOf(corners), 4, 2);
    expect(largestDifference(axes.map(Math.abs), [2, 2, 2, 2, 1, 1, 1, 1])).toBeLessThan(1e-12);
    // Eigenvalues 4 x 2^2 and 4 x 1^2.
    expect(largestDifference(shares, [16 / 20, 4 / 20])).toBeLessThan(1e-12);
    expect(largestDifference(meanSquares, [10, 10, 10, 10])).toBeLessThan(1e-12);
  });

  it('by hand: a unit vector against two at right angles to each other, placed by what is known of it', () => {
    const scaling = scaleClassically(Float64Array.of(0, 2, 2, 0), 2, 2);
    const [here, there] = pointsOf(scaling);
    expect(Math.abs(here[0] - there[0])).toBeCloseTo(Math.SQRT2, 12);
    expect([here[1], there[1]]).toEqual([0, 0]);
    expect(largestDifference(placePoint(scaling, Float64Array.of(1, 1)), [0, 0])).toBeLessThan(1e-12);
    // On the line through both: half the difference of the squared distances, over their distance, from the middle.
    const [x] = placePoint(scaling, Float64Array.of(0.5, 2.5));
    expect(x).toBeCloseTo((Math.sign(here[0]) * (2.5 - 0.5)) / (2 * Math.SQRT2), 12);
  });

  it('recovers the distances of points that lie on so many axes', () => {
    fc.assert(
      fc.property(clouds, ({ count, dimensions, seed }) => {
        const squares = squaresOf(somePoints(count, dimensions, createRandom(seed)));
        const scaling = scaleClassically(squares, count, 4);
        expect(largestDifference(squaresOf(pointsOf(scaling)), squares)).toBeLessThan(1e-9);
        expect(sumOf(scaling.shares)).toBeCloseTo(1, 9);
        expect([...scaling.shares]).toEqual([...scaling.shares].sort((a, b) => b - a));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('places a further point of the same space where it is', () => {
    fc.assert(
      fc.property(clouds, ({ count, dimensions, seed }) => {
        // As many as span the space; of fewer, what is left out stays out.
        const points = somePoints(count + dimensions + 1, dimensions, createRandom(seed));
        const [further, ...known] = points;
        const scaling = scaleClassically(squaresOf(known), known.length, dimensions);
        const squares = Float64Array.from(known, (point) => squareBetween(point, further));
        const placed = [...placePoint(scaling, squares)];
        const found = pointsOf(scaling).map((point) => squareBetween(point, placed));
        expect(largestDifference(found, squares)).toBeLessThan(1e-6);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('lets a point that equals one of them land on it, also where no space holds the distances', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(), (count, seed) => {
        const random = createRandom(seed);
        const squares = new Float64Array(count * count);
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < i; j++) {
            squares[i * count + j] = 4 * random.uniform();
            squares[j * count + i] = squares[i * count + j];
          }
        }
        const scaling = scaleClassically(squares, count, 2);
        pointsOf(scaling).forEach((point, i) => {
          const placed = placePoint(scaling, squares.slice(i * count, (i + 1) * count));
          expect(largestDifference(placed, point)).toBeLessThan(1e-6);
        });
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it.each([
    ['no point', 0],
    ['one point', 1],
    ['points that are one', 5],
  ])('has nothing on its axes for %s', (_, count) => {
    const scaling = scaleClassically(new Float64Array(count * count), count, 2);
    expect([...scaling.axes]).toEqual(new Array(2 * count).fill(0));
    expect([...scaling.shares]).toEqual([0, 0]);
    expect([...placePoint(scaling, new Float64Array(count).fill(2))]).toEqual([0, 0]);
  });
});
