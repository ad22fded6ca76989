import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kMeans } from '../../../src/estimation/numeric/k-means.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';

function pointsOf(rows: number[][]) {
  return { coordinates: Float64Array.from(rows.flat()), nPoints: rows.length, nDimensions: rows[0].length };
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, d) => (value - b[d]) ** 2).reduce((sum, value) => sum + value, 0);

describe('kMeans', () => {
  it('finds three clouds that lie far apart', () => {
    const random = createRandom(5);
    const rows = Array.from({ length: 90 }, (_, p) => [10 * (p % 3) + random.normal(), random.normal()]);
    const { clusterOf, sizes } = kMeans(pointsOf(rows), 3, createRandom(1));
    expect([...sizes]).toEqual([30, 30, 30]);
    for (let p = 3; p < rows.length; p++) expect(clusterOf[p]).toBe(clusterOf[p % 3]);
  });

  it('leaves no cluster empty; centres are means; sizes and spread are those of the clusters', () => {
    const point = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 2 });
    const arbitrary = fc
      .array(point, { minLength: 1, maxLength: 25 })
      .chain((rows) => fc.tuple(fc.constant(rows), fc.integer({ min: 1, max: rows.length })));
    fc.assert(
      fc.property(arbitrary, ([rows, count]) => {
        const { clusterOf, sizes, centres, spread } = kMeans(pointsOf(rows), count, createRandom(3));
        let total = 0;
        for (let c = 0; c < count; c++) {
          const members = rows.filter((_, p) => clusterOf[p] === c);
          expect(members.length).toBeGreaterThan(0);
          expect(members.length).toBe(sizes[c]);
          for (let d = 0; d < 2; d++) {
            const mean = members.reduce((sum, row) => sum + row[d], 0) / members.length;
            expect(centres[2 * c + d]).toBeCloseTo(mean, 12);
          }
          for (const row of members) total += distance(row, centres.subarray(2 * c, 2 * c + 2));
        }
        expect(spread).toBeCloseTo(total, 10);
      }),
    );
  });

  it('splits coinciding points evenly, so that weights stay sensible', () => {
    const { sizes } = kMeans(pointsOf(Array.from({ length: 64 }, () => [1, 2])), 8, createRandom(1));
    expect([...sizes]).toEqual(new Array(8).fill(8));
  });

  it('is no worse than the best of many random assignments improved to a standstill, on six points', () => {
    const rows = [[0], [1], [5], [6], [20], [23]];
    let least = Number.POSITIVE_INFINITY;
    for (let code = 0; code < 3 ** 6; code++) {
      const labels = rows.map((_, p) => Math.floor(code / 3 ** p) % 3);
      let spread = 0;
      for (let c = 0; c < 3; c++) {
        const members = rows.filter((_, p) => labels[p] === c).map(([x]) => x);
        const mean = members.reduce((sum, x) => sum + x, 0) / Math.max(1, members.length);
        spread += members.reduce((sum, x) => sum + (x - mean) ** 2, 0);
      }
      least = Math.min(least, spread);
    }
    expect(kMeans(pointsOf(rows), 3, createRandom(2)).spread).toBeCloseTo(least, 12);
  });

  it('answers the same for the same seed', () => {
    const random = createRandom(8);
    const points = pointsOf(Array.from({ length: 200 }, () => [random.normal(), random.normal()]));
    expect(kMeans(points, 9, createRandom(4))).toEqual(kMeans(points, 9, createRandom(4)));
  });
});
