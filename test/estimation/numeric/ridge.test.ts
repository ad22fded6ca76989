import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { transpose } from '../../../src/estimation/numeric/feature-matrix.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { prepareRidge, type RidgeFit, weightedMean } from '../../../src/estimation/numeric/ridge.ts';
import { largestDifference } from '../measures.ts';

interface Problem {
  /** A row per observation. */
  readonly features: number[][];
  readonly weights: number[];
  readonly outcome: number[];
  readonly alpha: number;
}

const tenths = fc.integer({ min: -20, max: 20 }).map((k) => k / 10);

const problems: fc.Arbitrary<Problem> = fc
  .record({ nRows: fc.integer({ min: 2, max: 9 }), nFeatures: fc.integer({ min: 1, max: 9 }) })
  .chain(({ nRows, nFeatures }) => {
    const rowsOf = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: nRows, maxLength: nRows });
    return fc.record({
      features: rowsOf(fc.array(tenths, { minLength: nFeatures, maxLength: nFeatures })),
      weights: rowsOf(fc.integer({ min: 1, max: 20 })).map((shares) => {
        const total = shares.reduce((sum, share) => sum + share, 0);
        return shares.map((share) => share / total);
      }),
      outcome: rowsOf(tenths),
      alpha: fc.constantFrom(0.1, 1, 10, 30),
    });
  });

const runs = { seed: 7, numRuns: 300 };

function prepare({ features, weights, alpha }: Problem) {
  const system = prepareRidge({
    features: Float64Array.from(features.flat()),
    nRows: features.length,
    nFeatures: features[0].length,
    weights: Float64Array.from(weights),
  });
  return { featureMeans: system.featureMeans, ...system.fit(alpha) };
}

/** The same fit with as many more features as rows, all zero: they change nothing but the form of the system. */
function fitInDualForm(problem: Problem) {
  const zeros = problem.features.map(() => 0);
  return prepare({ ...problem, features: problem.features.map((row) => [...row, ...zeros]) });
}

/** argmin scale sum_i w_i (y_i - b0 - x_i.b)^2 + alpha |b|^2 from the normal equations with a column of ones. */
function solveNaively({ features, weights, outcome, alpha }: Problem, scale = features.length) {
  const design = new Matrix(features.map((row) => [1, ...row]));
  const weighted = Matrix.diag(weights.map((weight) => scale * weight));
  const penalty = Matrix.diag([0, ...features[0].map(() => alpha)]);
  const left = design.transpose().mmul(weighted).mmul(design).add(penalty);
  const moments = design.transpose().mmul(weighted);
  const [intercept, ...slopes] = solve(left, moments.mmul(Matrix.columnVector(outcome))).to1DArray();
  const hat = design.mmul(solve(left, moments));
  const predict = (row: number[]) => intercept + row.reduce((sum, value, k) => sum + value * slopes[k], 0);
  return { intercept, slopes, leverage: hat.diagonal(), predict };
}

describe('ridge regression', () => {
  it('solves the weighted normal equations: slopes, residuals, leverage, means', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { features, outcome, weights } = problem;
        const naive = solveNaively(problem);
        const ridge = prepare(problem);
        const y = Float64Array.from(outcome);
        const residuals = features.map((row, i) => outcome[i] - naive.predict(row));
        const means = features[0].map((_, k) =>
          features.reduce((sum, row, i) => sum + weights[i] * row[k], 0),
        );
        expect(largestDifference(ridge.slopes(y), naive.slopes)).toBeLessThan(1e-9);
        expect(largestDifference(ridge.residuals(y), residuals)).toBeLessThan(1e-9);
        expect(largestDifference(ridge.leverage, naive.leverage)).toBeLessThan(1e-9);
        expect(largestDifference(ridge.featureMeans, means)).toBeLessThan(1e-12);
      }),
      runs,
    );
  });

  it('dual and primal form agree', () => {
    fc.assert(
      fc.property(
        problems.filter(({ features }) => features.length > features[0].length),
        (problem) => {
          const { features, outcome } = problem;
          const y = Float64Array.from(outcome);
          const primal = prepare(problem);
          const dual = fitInDualForm(problem);
          const direction = features[0].map((value) => value + 0.5);
          const padded = Float64Array.from([...direction, ...outcome.map(() => 0)]);
          const slopes = dual.slopes(y);
          expect(largestDifference(slopes.slice(0, features[0].length), primal.slopes(y))).toBeLessThan(1e-9);
          expect(largestDifference(dual.residuals(y), primal.residuals(y))).toBeLessThan(1e-9);
          expect(largestDifference(dual.leverage, primal.leverage)).toBeLessThan(1e-9);
          expect(
            largestDifference(dual.functional(padded), primal.functional(Float64Array.from(direction))),
          ).toBeLessThan(1e-9);
        },
      ),
      runs,
    );
  });

  it('the functional gives direction . slopes for every outcome', () => {
    fc.assert(
      fc.property(problems, fc.array(tenths, { minLength: 9, maxLength: 9 }), (problem, values) => {
        const ridge = prepare(problem);
        const y = Float64Array.from(problem.outcome);
        const direction = Float64Array.from(values.slice(0, problem.features[0].length));
        const mean = weightedMean(y, Float64Array.from(problem.weights));
        const coefficients = ridge.functional(direction);
        const byFunctional = coefficients.reduce((sum, value, i) => sum + value * (y[i] - mean), 0);
        const bySlopes = ridge.slopes(y).reduce((sum, slope, k) => sum + slope * direction[k], 0);
        expect(Math.abs(byFunctional - bySlopes)).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('residual / (1 - leverage) is the error of a fit without that row', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { features, outcome, weights } = problem;
        const ridge = prepare(problem);
        const residuals = ridge.residuals(Float64Array.from(outcome));
        const errors = features.map((row, i) => {
          const others = <T>(values: T[]) => values.filter((_, k) => k !== i);
          // The others keep their n w_j: leaving a row out does not rescale what stays.
          const without = solveNaively(
            {
              ...problem,
              features: others(features),
              outcome: others(outcome),
              weights: others(weights),
            },
            features.length,
          );
          return outcome[i] - without.predict(row);
        });
        const shortcut = residuals.map((residual, i) => residual / (1 - ridge.leverage[i]));
        expect(largestDifference(shortcut, errors)).toBeLessThan(1e-8);
      }),
      runs,
    );
  });

  it('leverages lie in (0, 1], and without features they are the weights', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { leverage } = prepare(problem);
        expect(leverage.every((value) => value > 0 && value <= 1 + 1e-12)).toBe(true);
        const bare = prepare({ ...problem, features: problem.features.map(() => []) });
        expect(largestDifference(bare.leverage, problem.weights)).toBeLessThan(1e-12);
        const mean = problem.outcome.reduce((sum, value, i) => sum + problem.weights[i] * value, 0);
        const centred = problem.outcome.map((value) => value - mean);
        expect(largestDifference(bare.residuals(Float64Array.from(problem.outcome)), centred)).toBeLessThan(
          1e-12,
        );
      }),
      runs,
    );
  });

  it.each([
    ['fewer rows than features', 9, 40],
    ['more rows than features', 40, 9],
    ['as many', 20, 20],
  ])('of zeros and ones is that of the same numbers not quite so: %s', (_, nRows, nFeatures) => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), fc.boolean(), (seed, byFeature, isWeighted) => {
        const random = createRandom(seed);
        const bits = Float64Array.from({ length: nRows * nFeatures }, () => random.below(2));
        // Too little to move a figure, enough to be no 0 or 1.
        const almost = bits.map((bit, at) => (at === 0 ? bit + 1e-15 : bit));
        const shares = Float64Array.from({ length: nRows }, () => (isWeighted ? 1 + random.below(3) : 1));
        const total = shares.reduce((sum, share) => sum + share, 0);
        const weights = shares.map((share) => share / total);
        const outcome = Float64Array.from({ length: nRows }, random.uniform);
        const direction = Float64Array.from({ length: nFeatures }, random.normal);
        const [fit, other] = [bits, almost].map((features) =>
          prepareRidge({ features, nRows, nFeatures, byFeature, weights }).fit(1),
        );
        for (const figures of [
          (one: RidgeFit) => one.leverage,
          (one: RidgeFit) => one.residuals(outcome),
          (one: RidgeFit) => one.slopes(outcome),
          (one: RidgeFit) => one.functional(direction),
        ]) {
          expect(largestDifference(figures(fit), figures(other))).toBeLessThan(1e-10);
        }
      }),
      { seed: 3 },
    );
  });

  it('does not mind how the features lie', () => {
    fc.assert(
      fc.property(problems, ({ features, weights, outcome, alpha }) => {
        const [nRows, nFeatures] = [features.length, features[0].length];
        const byRow = Float64Array.from(features.flat());
        const shared = { nRows, nFeatures, weights: Float64Array.from(weights) };
        const lying = prepareRidge({ ...shared, features: byRow }).fit(alpha);
        const turned = transpose(byRow, nRows, nFeatures);
        const standing = prepareRidge({ ...shared, features: turned, byFeature: true }).fit(alpha);
        const y = Float64Array.from(outcome);
        expect(largestDifference(standing.slopes(y), lying.slopes(y))).toBeLessThan(1e-9);
        expect(largestDifference(standing.residuals(y), lying.residuals(y))).toBeLessThan(1e-9);
        expect(largestDifference(standing.leverage, lying.leverage)).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('one system serves any number of penalties, in any order', () => {
    const input = {
      features: Float64Array.of(1, 0, 0, 1, 1, 1, 0, 0),
      nRows: 4,
      nFeatures: 2,
      weights: new Float64Array(4).fill(0.25),
    };
    const y = Float64Array.of(1, 0, 1, 0);
    const reused = prepareRidge(input);
    reused.fit(10);
    expect(reused.fit(0.1).slopes(y)).toEqual(prepareRidge(input).fit(0.1).slopes(y));
  });
});

describe('transpose', () => {
  it('turns rows into columns', () => {
    expect(transpose(Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3)).toEqual(Float64Array.of(1, 4, 2, 5, 3, 6));
  });
});
