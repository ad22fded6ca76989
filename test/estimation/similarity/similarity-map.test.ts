import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Sources, summariseHistory } from '../../../src/estimation/history.ts';
import { createRandom, indexRange } from '../../../src/estimation/numeric/random.ts';
import {
  landmarkTable,
  mapSimilarities,
  placeAmong,
  type SimilarityMap,
} from '../../../src/estimation/similarity/similarity-map.ts';
import { matrixFromArrays, type ScoreMatrix } from '../../../src/scores/score-matrix.ts';
import { simulateBenchmark } from '../../../src/simulation/simulate-benchmark.ts';
import { historyOf } from '../../support/histories.ts';
import { hasShared, readMatrix } from '../../support/shared.ts';
import { largestDifference, meanOf } from '../measures.ts';
import { matrixOf } from '../problems.ts';
import { naiveKappa } from '../second-implementation.ts';

type Rows = readonly (readonly (number | null)[])[];

function sourcesOf(matrix: ScoreMatrix): Sources {
  const history = historyOf(matrix);
  return { history, summary: summariseHistory(history) };
}

/** Best first, easiest first; what is equal, by how it stands in the matrix. */
function mapOf(sources: Sources): SimilarityMap {
  const { modelMeans, itemMeans } = sources.summary;
  return mapSimilarities(sources, {
    models: indexRange(modelMeans.length).sort((a, b) => modelMeans[b] - modelMeans[a] || a - b),
    items: indexRange(itemMeans.length).sort((a, b) => itemMeans[b] - itemMeans[a] || a - b),
  });
}

function mapOfRows(rows: Rows, nItems = rows[0]?.length ?? 0): SimilarityMap {
  return mapOf(sourcesOf(matrixOf(rows, nItems)));
}

function placeOf({ places }: SimilarityMap, m: number): number[] {
  return [...places.subarray(2 * m, 2 * m + 2)];
}

function squareBetween(map: SimilarityMap, a: number, b: number): number {
  const [from, to] = [placeOf(map, a), placeOf(map, b)];
  return (from[0] - to[0]) ** 2 + (from[1] - to[1]) ** 2;
}

function simulatedRows(models: number, items: number, seed: number): number[][] {
  const { scores } = simulateBenchmark({ models, items, groups: 3, seed });
  return Array.from({ length: models }, (_, m) => [...scores.subarray(m * items, (m + 1) * items)]);
}

function shuffled(length: number, seed: number): number[] {
  const random = createRandom(seed);
  return [...indexRange(length)]
    .map((index) => [random.uniform(), index])
    .sort((a, b) => a[0] - b[0])
    .map(([, index]) => index);
}

describe('a map of models', () => {
  it('by hand: three models have all their distances on it', () => {
    const rows = [
      [1, 1, 1, 1, 0, 0, 1, 0],
      [1, 1, 1, 0, 1, 0, 0, 0],
      [1, 0, 0, 0, 0, 1, 0, 0],
    ];
    const map = mapOfRows(rows);
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      expect(squareBetween(map, a, b)).toBeCloseTo(2 * (1 - naiveKappa(rows[a], rows[b])), 9);
    }
    expect(map.scaling.shares[0] + map.scaling.shares[1]).toBeCloseTo(1, 9);
    expect([map.landmarks.length, map.nItems]).toEqual([3, 8]);
  });

  it('has its first axis grow with the score, and its middle at 0', () => {
    const rows = simulatedRows(30, 200, 1);
    const map = mapOfRows(rows);
    const scores = rows.map((row) => meanOf(row));
    const x = rows.map((_, m) => placeOf(map, m)[0]);
    const along = scores.reduce((sum, score, m) => sum + (score - meanOf(scores)) * x[m], 0);
    expect(along).toBeGreaterThan(0);
    for (const axis of [0, 1]) expect(meanOf(rows.map((_, m) => placeOf(map, m)[axis]))).toBeCloseTo(0, 9);
    const y = rows.map((_, m) => placeOf(map, m)[1]);
    expect(Math.max(...y)).toBeCloseTo(Math.max(...y.map(Math.abs)), 9);
  });

  it('does not depend on the order of models or items', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, order) => {
        const rows = simulatedRows(12, 60, seed);
        // Equal scores would be told apart by where they stand.
        const isClear = new Set(rows.map((row) => meanOf(row))).size === rows.length;
        fc.pre(isClear);
        const models = shuffled(rows.length, order);
        const items = shuffled(60, order + 1);
        const map = mapOfRows(rows);
        const other = mapOfRows(models.map((m) => items.map((j) => rows[m][j])));
        models.forEach((m, place) => {
          expect(largestDifference(placeOf(other, place), placeOf(map, m))).toBeLessThan(1e-6);
        });
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('has models that answer alike in one place, and those that are right or wrong throughout as well', () => {
    const [first, second, third] = simulatedRows(3, 30, 4);
    const right = new Array<number>(30).fill(1);
    const map = mapOfRows([first, second, third, right, second, right]);
    expect(squareBetween(map, 1, 4)).toBeCloseTo(0, 9);
    expect(squareBetween(map, 3, 5)).toBeCloseTo(0, 9);
  });

  it('imputes what is missing', () => {
    const rows = [
      [1, 1, 0, null],
      [1, 0, 0, 1],
      [0, null, 1, 0],
    ];
    const full = rows.map((row) => [...row]);
    const { modelMeans, itemMeans, grandMean } = sourcesOf(matrixFromArrays(rows)).summary;
    full[0][3] = Math.min(1, Math.max(0, modelMeans[0] + itemMeans[3] - grandMean));
    full[2][1] = Math.min(1, Math.max(0, modelMeans[2] + itemMeans[1] - grandMean));
    const map = mapOfRows(rows);
    expect(squareBetween(map, 0, 2)).toBeCloseTo(
      2 * (1 - naiveKappa(full[0] as number[], full[2] as number[])),
      9,
    );
  });

  it.each([
    ['no model', []],
    ['one model', [[1, 0, 1]]],
    [
      'models that are one',
      [
        [1, 0, 1],
        [1, 0, 1],
        [1, 0, 1],
      ],
    ],
  ])('has everything in the middle with %s', (_, rows) => {
    const map = mapOfRows(rows, 3);
    expect([...map.places]).toEqual(new Array(2 * rows.length).fill(0));
    expect([...map.scaling.shares]).toEqual([0, 0]);
  });

  it('has two models on the first axis, the better one to the right', () => {
    const rows = [
      [1, 0, 0, 0],
      [1, 1, 0, 1],
    ];
    const map = mapOfRows(rows);
    const half = Math.sqrt(2 * (1 - naiveKappa(rows[0], rows[1]))) / 2;
    expect(largestDifference(map.places, [-half, 0, half, 0])).toBeLessThan(1e-9);
    expect([...map.scaling.shares]).toEqual([1, 0]);
  });

  it('is spanned by 500 models on 4,096 items at most, and has the others among them', () => {
    const rows = simulatedRows(502, 4100, 6);
    const map = mapOfRows([...rows, rows[0]]);
    expect([map.landmarks.length, map.nItems]).toEqual([500, 4096]);
    expect(new Set(map.landmarks).size).toBe(500);
    expect(squareBetween(map, 0, 502)).toBeCloseTo(0, 9);
    expect(map.places.every(Number.isFinite)).toBe(true);
    const others = [...indexRange(503)].filter((m) => !map.landmarks.includes(m));
    expect(others).toHaveLength(3);
    // Among them: no farther out than the farthest of those that span it.
    const radius = (m: number) => Math.hypot(...placeOf(map, m));
    const farthest = Math.max(...Array.from(map.landmarks, radius));
    for (const m of others) expect(radius(m)).toBeLessThanOrEqual(1.1 * farthest);
  });
});

describe('a new model on the map', () => {
  const rows = simulatedRows(20, 120, 8);
  const sources = sourcesOf(matrixFromArrays(rows));
  const map = mapOf(sources);
  const place = (scores: readonly number[], items = indexRange(120)) =>
    placeAmong(
      map.scaling,
      landmarkTable(sources, map.landmarks, items).similarities(
        Float64Array.from(items, (item) => scores[item]),
      ),
    );

  it('lands on the landmark that it equals', () => {
    rows.forEach((row, m) => {
      expect(largestDifference(place(row), placeOf(map, m))).toBeLessThan(1e-9);
    });
  });

  it('that is right throughout is somewhere within twice their reach', () => {
    const reach = Math.max(...rows.map((_, m) => Math.hypot(...placeOf(map, m))));
    expect(Math.hypot(...place(new Array<number>(120).fill(1)))).toBeLessThan(2 * reach);
  });

  it('is nearer to its like than to others, from half of the items', () => {
    const items = indexRange(60).map((k) => 2 * k);
    const placed = place(rows[0], items);
    const distances = rows.map((_, m) =>
      Math.hypot(placed[0] - placeOf(map, m)[0], placed[1] - placeOf(map, m)[1]),
    );
    expect(distances[0]).toBeLessThan(meanOf(distances));
  });
});

describe.skipIf(!hasShared)('the map of gsm', () => {
  it('has a better model to the right of a worse one, more often than not', () => {
    const { matrix } = readMatrix('gsm');
    const sources = sourcesOf(matrix);
    const map = mapOf(sources);
    const { modelMeans } = sources.summary;
    let agreeing = 0;
    let pairs = 0;
    for (let a = 0; a < matrix.nModels; a++) {
      for (let b = 0; b < a; b++) {
        const [better, worse] = modelMeans[a] > modelMeans[b] ? [a, b] : [b, a];
        pairs++;
        if (placeOf(map, better)[0] > placeOf(map, worse)[0]) agreeing++;
      }
    }
    expect(agreeing / pairs).toBeGreaterThan(0.6);
    expect(map.scaling.shares[0]).toBeGreaterThan(map.scaling.shares[1]);
    expect(map.scaling.shares[1]).toBeGreaterThan(0);
    expect([map.landmarks.length, map.nItems]).toEqual([83, 1000]);
  });
});
