import fc from 'fast-check';
import { inverse, Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { createAbilityEstimator } from '../../../src/estimation/irt/ability.ts';
import { abilityDimensions } from '../../../src/estimation/irt/item-response.ts';
import { mixingWeight } from '../../../src/estimation/irt/mixing-weight.ts';
import {
  belowDiagonal,
  createPackedSolver,
  packedLength,
  packOuterProduct,
} from '../../../src/estimation/irt/packed-symmetric.ts';
import { startingAbilities } from '../../../src/estimation/irt/starting-abilities.ts';
import { fitItemResponse } from '../../../src/estimation/irt/variational-fit.ts';
import { createRandom, indexRange } from '../../../src/estimation/numeric/random.ts';
import { largestDifference } from '../measures.ts';

/** Answers by a one-dimensional model, rows in order of ability. */
function simulated(nModels: number, nItems: number, seed: number) {
  const random = createRandom(seed);
  const difficulties = Array.from({ length: nItems }, () => random.normal());
  const abilities = Array.from({ length: nModels }, (_, m) => -2 + (4 * m) / (nModels - 1));
  const scores = Float64Array.from({ length: nModels * nItems }, (_, cell) => {
    const logit = abilities[Math.floor(cell / nItems)] - difficulties[cell % nItems];
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  return { data: { scores, nModels, nItems }, abilities, difficulties };
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const centred = (values: ArrayLike<number>) => {
    const all = Array.from(values);
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    return all.map((value) => value - mean);
  };
  const [x, y] = [centred(a), centred(b)];
  const product = (u: number[], v: number[]) => u.reduce((sum, value, k) => sum + value * v[k], 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

describe('packed matrices', () => {
  it('are solved and inverted as by a library, also when only the leading rows count', () => {
    const random = createRandom(1);
    const packed = new Float64Array(packedLength(5));
    for (let k = 0; k < 8; k++) {
      const vector = new Float64Array(5).map(() => random.normal());
      const product = new Float64Array(packed.length);
      packOuterProduct(vector, 0, 5, product, 0);
      for (let j = 0; j < packed.length; j++) packed[j] += product[j];
    }
    for (const order of [5, 3]) {
      const entry = (r: number, c: number) =>
        r === c ? packed[r] : packed[belowDiagonal(5, Math.max(r, c), Math.min(r, c))];
      const full = new Matrix(
        [...indexRange(order)].map((r) => [...indexRange(order)].map((c) => entry(r, c))),
      );
      const right = new Float64Array(order).map(() => random.normal());
      const solution = solve(full, Matrix.columnVector([...right])).to1DArray();
      const solver = createPackedSolver(5, order);
      const sum = new Float64Array(packed.length).fill(1);
      solver.factorise(packed);
      solver.solve(right);
      solver.addInverse(sum, 0);
      expect(largestDifference(right, solution)).toBeLessThan(1e-10);
      const inverted = inverse(full);
      for (let r = 0; r < order; r++) {
        expect(sum[r] - 1).toBeCloseTo(inverted.get(r, r), 10);
        for (let c = 0; c < r; c++)
          expect(sum[belowDiagonal(5, r, c)] - 1).toBeCloseTo(inverted.get(r, c), 10);
      }
      expect(sum[4]).toBe(order === 5 ? sum[4] : 1);
    }
  });
});

describe('startingAbilities', () => {
  it('are uncorrelated, of unit variance, and zero beyond what a small history holds', () => {
    const { data } = simulated(30, 80, 2);
    const start = startingAbilities(data.scores, 30, 80);
    const column = (d: number) => Array.from({ length: 30 }, (_, m) => start[m * abilityDimensions + d]);
    for (let d = 0; d < abilityDimensions; d++) {
      expect(column(d).reduce((sum, value) => sum + value ** 2, 0) / 30).toBeCloseTo(1, 9);
      for (let e = 1; e < d; e++) {
        expect(column(d).reduce((sum, value, m) => sum + value * column(e)[m], 0)).toBeCloseTo(0, 8);
      }
    }
    const small = startingAbilities(Float64Array.of(1, 0, 1, 1, 1, 0, 0, 0, 0), 3, 3);
    for (let m = 0; m < 3; m++) {
      for (let d = 3; d < abilityDimensions; d++) expect(small[m * abilityDimensions + d]).toBe(0);
    }
    expect(startingAbilities(new Float64Array(12).fill(0.3), 3, 4).every((value) => value === 0)).toBe(true);
  });
});

describe('fitItemResponse', () => {
  it('recovers abilities and difficulties that made the answers', () => {
    const { data, abilities, difficulties } = simulated(60, 150, 3);
    const fit = fitItemResponse(data, startingAbilities(data.scores, 60, 150), 15);
    const general = Array.from({ length: 60 }, (_, m) => fit.abilities[m * abilityDimensions]);
    const found = difficulties.map(
      (_, i) => fit.items.values[i * (abilityDimensions + 1) + abilityDimensions],
    );
    expect(correlation(general, abilities)).toBeGreaterThan(0.95);
    expect(correlation(found, difficulties)).toBeGreaterThan(0.9);
  });

  it('stays finite where every answer is the same', () => {
    for (const value of [0, 0.5, 1]) {
      const scores = new Float64Array(12).fill(value);
      const fit = fitItemResponse({ scores, nModels: 3, nItems: 4 }, startingAbilities(scores, 3, 4), 15);
      expect([...fit.abilities, ...fit.items.values].every(Number.isFinite)).toBe(true);
    }
  });
});

describe('createAbilityEstimator', () => {
  const arbitrary = fc.record({
    seed: fc.integer({ min: 0, max: 10000 }),
    nItems: fc.integer({ min: 1, max: 30 }),
    kind: fc.constantFrom('right', 'wrong', 'binary', 'real'),
    precision: fc.constantFrom(1e-3, 0.1, 1),
  });

  it('finds where the gradient of the penalised likelihood is zero', () => {
    fc.assert(
      fc.property(arbitrary, ({ seed, nItems, kind, precision }) => {
        const random = createRandom(seed);
        const values = new Float64Array(nItems * 4).map(() => 3 * random.normal());
        const scores = new Float64Array(nItems).map(() => {
          if (kind === 'right') return 1;
          if (kind === 'wrong') return 0;
          return kind === 'real' ? random.uniform() : random.below(2);
        });
        const estimator = createAbilityEstimator({ dimensions: 3, values }, indexRange(nItems), precision);
        const ability = estimator.estimate(scores);
        const gradient = [...ability].map((value) => -precision * value);
        for (let i = 0; i < nItems; i++) {
          const [a1, a2, a3, b] = values.subarray(4 * i, 4 * i + 4);
          const logit = a1 * ability[0] + a2 * ability[1] + a3 * ability[2] - b;
          const residual = scores[i] - 1 / (1 + Math.exp(-logit));
          [a1, a2, a3].forEach((a, d) => {
            gradient[d] += residual * a;
          });
        }
        expect(largestDifference(gradient, [0, 0, 0])).toBeLessThan(1e-5);
      }),
    );
  });
});

describe('mixingWeight', () => {
  it('falls with the size of the error and rises with that of the core set', () => {
    const { data } = simulated(30, 120, 4);
    const { abilities } = fitItemResponse(data, startingAbilities(data.scores, 30, 120), 15);
    const [small, large] = [10, 100].map((size) => mixingWeight(data, abilities, size, 0.1));
    expect(small).toBeGreaterThan(0);
    expect(large).toBeLessThan(1);
    // lambda / (1 - lambda) = b^2 / v, and v goes with 1 / n.
    expect(large / (1 - large) / (small / (1 - small))).toBeCloseTo(10, 8);
  });

  it('leaves all to the response model where there is nothing to judge by', () => {
    const data = { scores: Float64Array.of(1, 0, 1), nModels: 3, nItems: 1 };
    expect(mixingWeight(data, startingAbilities(data.scores, 3, 1), 1, 0.1)).toBe(0);
  });
});
