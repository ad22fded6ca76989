import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kMedoids } from '../../../src/estimation/numeric/k-medoids.ts';
import { createRandom, type Random } from '../../../src/estimation/numeric/random.ts';

type Table = readonly (readonly number[])[];

function silent(): void {}

function solve(table: Table, nMedoids: number, seed = 1) {
  const dissimilarities = Float32Array.from(table.flat());
  return kMedoids({ dissimilarities, nPoints: table.length, nMedoids }, createRandom(seed), silent);
}

function lossOf(table: Table, medoids: readonly number[]): number {
  let loss = 0;
  for (const row of table) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const medoid of medoids) nearest = Math.min(nearest, row[medoid]);
    loss += nearest;
  }
  return loss;
}

function subsets(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const found: number[][] = [];
  for (let first = from; first <= count - size; first++) {
    for (const rest of subsets(count, size - 1, first + 1)) found.push([first, ...rest]);
  }
  return found;
}

/** Sixteenths up to 2, exact in float32; often equal, and 0 between different points too. */
function tables(maxPoints: number): fc.Arbitrary<Table> {
  return fc
    .integer({ min: 1, max: maxPoints })
    .chain((count) =>
      fc
        .array(fc.integer({ min: 0, max: 32 }), { minLength: count * count, maxLength: count * count })
        .map((sixteenths) =>
          Array.from({ length: count }, (_, i) =>
            Array.from({ length: count }, (_, j) =>
              i === j ? 0 : sixteenths[Math.min(i, j) * count + Math.max(i, j)] / 16,
            ),
          ),
        ),
    );
}

function randomTable(count: number, random: Random): Table {
  const table = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) table[i][j] = table[j][i] = Math.fround(random.uniform());
  }
  return table;
}

describe('kMedoids', () => {
  it('finds the best of all clusterings of a few points', () => {
    fc.assert(
      fc.property(tables(8), fc.nat(), fc.nat(), (table, pick, seed) => {
        const nMedoids = 1 + (pick % table.length);
        const { medoids, loss } = solve(table, nMedoids, seed);
        const least = Math.min(
          ...subsets(table.length, nMedoids).map((candidates) => lossOf(table, candidates)),
        );
        expect(new Set(medoids).size).toBe(nMedoids);
        expect(loss).toBe(lossOf(table, [...medoids]));
        expect(loss).toBe(least);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('leaves no swap of one medoid that gains', () => {
    fc.assert(
      fc.property(tables(30), fc.nat(), (table, pick) => {
        const medoids = [...solve(table, 1 + (pick % table.length)).medoids];
        const loss = lossOf(table, medoids);
        medoids.forEach((_, place) => {
          table.forEach((_, point) => {
            expect(lossOf(table, medoids.with(place, point))).toBeGreaterThanOrEqual(loss);
          });
        });
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('leaves no swap that gains among so many points that luck does not find them all', () => {
    const random = createRandom(12);
    const losses = [1, 3, 6, 12, 24].map((nMedoids) => {
      const table = randomTable(200, random);
      const medoids = [...solve(table, nMedoids).medoids];
      const swapped = medoids.flatMap((_, place) =>
        table.map((_, point) => lossOf(table, medoids.with(place, point))),
      );
      return Math.min(...swapped) - lossOf(table, medoids);
    });
    expect(Math.min(...losses)).toBeGreaterThan(-1e-6);
  });

  it('copes with points that are all alike or all equally far apart', () => {
    for (const distance of [0, 1, 2]) {
      const table = Array.from({ length: 7 }, (_, i) =>
        Array.from({ length: 7 }, (_, j) => (i === j ? 0 : distance)),
      );
      for (const nMedoids of [1, 2, 6, 7]) {
        const { medoids, loss } = solve(table, nMedoids);
        expect(new Set(medoids).size).toBe(nMedoids);
        expect(loss).toBe((7 - nMedoids) * distance);
      }
    }
  });

  it('takes its randomness from the seed alone and tells how far it is', () => {
    const random = createRandom(9);
    const table = randomTable(60, random);
    const shares: number[] = [];
    const problem = { dissimilarities: Float32Array.from(table.flat()), nPoints: 60, nMedoids: 9 };
    const first = kMedoids(problem, createRandom(5), (share) => shares.push(share));
    expect(first).toEqual(kMedoids(problem, createRandom(5), silent));
    expect(shares.length).toBeGreaterThan(10);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.every((share) => share > 0 && share < 1)).toBe(true);
  });
});
