import fc from 'fast-check';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { type CoreSample, createCoreSample } from '../../../src/estimation/core-sample.ts';
import { chooseComponents, estimateBatch, fitPca, pca } from '../../../src/estimation/estimators/pca.ts';
import { summariseHistory } from '../../../src/estimation/history.ts';
import { createRandom, indexRange, type Random } from '../../../src/estimation/numeric/random.ts';
import { createRankOneProjector } from '../../../src/estimation/numeric/rank-one-update.ts';
import { symmetricEigen } from '../../../src/estimation/numeric/symmetric-eigen.ts';
import { matrixFromArrays } from '../../../src/scores/score-matrix.ts';
import { simulateBenchmark } from '../../../src/simulation/simulate-benchmark.ts';
import { fullScoreOf, historyOf, scoresOf } from '../../support/histories.ts';
import { largestDifference, meanOf } from '../measures.ts';
import { observedOf, type Problem, prepareProblem, problemArbitrary } from '../problems.ts';
import { imputeNaively } from '../second-implementation.ts';

/** The iteration once more on the whole matrix, as the paper has it. */
function imputeWholeMatrix(sources: number[][], targets: (number | null)[][], components: number): number[] {
  const means = sources[0].map((_, item) => meanOf(sources.map((row) => row[item])));
  let rows = [...sources, ...targets.map((row) => row.map((score, item) => score ?? means[item]))];
  for (let round = 0; round < 100; round++) {
    const centre = rows[0].map((_, item) => meanOf(rows.map((row) => row[item])));
    const centred = new Matrix(rows.map((row) => row.map((score, item) => score - centre[item])));
    const svd = new SingularValueDecomposition(centred, { autoTranspose: true });
    const kept = svd.diagonal.map((value, k) => (k < components ? value : 0));
    const low = svd.leftSingularVectors.mmul(Matrix.diag(kept)).mmul(svd.rightSingularVectors.transpose());
    const next = rows.map((row, m) =>
      m < sources.length
        ? row
        : row.map((_, item) => targets[m - sources.length][item] ?? low.get(m, item) + centre[item]),
    );
    const change = next.flatMap((row, m) => row.map((score, item) => (score - rows[m][item]) ** 2));
    if (Math.sqrt(change.reduce((sum, square) => sum + square, 0)) < 1e-4) break;
    rows = next;
  }
  return rows.slice(sources.length).map(meanOf);
}

function uniformRows(random: Random, nRows: number, nItems: number): number[][] {
  return Array.from({ length: nRows }, () => Array.from({ length: nItems }, () => random.uniform()));
}

/** Random real-valued matrices, whose singular values do not tie: fewer and more models than items. */
function drawCase(seed: number) {
  const random = createRandom(seed);
  const nItems = 4 + random.below(14);
  const sources: (number | null)[][] = uniformRows(random, 3 + random.below(10), nItems);
  if (seed % 3 === 0) sources[0][random.below(nItems)] = null;
  const targets = uniformRows(random, 1 + (seed % 4), nItems);
  const items = indexRange(nItems).filter(() => random.uniform() < 0.5);
  return { sources, targets, items: items.length === 0 ? Int32Array.of(0) : items, nItems };
}

function sampleOf(sources: (number | null)[][], items: Int32Array): CoreSample {
  const history = historyOf(matrixFromArrays(sources));
  return createCoreSample(history, summariseHistory(history), items, null);
}

function masked(rows: number[][], items: Int32Array): (number | null)[][] {
  return rows.map((row) => row.map((score, item) => (items.includes(item) ? score : null)));
}

function observed(rows: number[][], items: Int32Array): Float64Array[] {
  return rows.map((row) => Float64Array.from(items, (item) => row[item]));
}

const benchmark = simulateBenchmark({ models: 48, items: 240, groups: 3, seed: 5 });
const simulated = { nModels: 48, nItems: 240, cells: benchmark.scores };

function simulatedSample(models: Int32Array, size: number): CoreSample {
  const history = historyOf(simulated, models);
  const items = Int32Array.from({ length: size }, (_, i) => Math.floor(((i + 0.5) * 240) / size));
  return createCoreSample(history, summariseHistory(history), items, null);
}

describe('iterative PCA imputation', () => {
  it('is the iteration on the whole matrix, for a batch and for each target alone', () => {
    for (let seed = 1; seed <= 24; seed++) {
      const { sources, targets, items, nItems } = drawCase(seed);
      const sample = sampleOf(sources, items);
      const imputed = imputeNaively(sources, nItems);
      const components = 1 + (seed % 5);
      const whole = imputeWholeMatrix(imputed, masked(targets, items), components);
      const scores = observed(targets, items);
      expect(largestDifference(estimateBatch(sample, scores, components), whole)).toBeLessThan(1e-7);
      const fit = fitPca(sample, components);
      const alone = targets.map((row) => imputeWholeMatrix(imputed, masked([row], items), components)[0]);
      const estimates = scores.map((row) => fit.estimate(row).value);
      expect(largestDifference(estimates, alone)).toBeLessThan(1e-7);
    }
  });

  it('one target at a time is a batch of one, on a larger history', () => {
    const sample = simulatedSample(indexRange(48), 30);
    for (const components of [1, 2, 5]) {
      const fit = fitPca(sample, components);
      for (let k = 0; k < 2; k++) {
        const answers = benchmark.newModel(k, k + 1);
        const scores = Float64Array.from(sample.items, (item) => answers[item]);
        const [inBatch] = estimateBatch(sample, [scores], components);
        expect(Math.abs(fit.estimate(scores).value - inBatch)).toBeLessThan(1e-8);
      }
    }
  });

  it('finds again what has as many components as it looks for', () => {
    const random = createRandom(8);
    const [first, second] = uniformRows(random, 2, 60);
    const blend = () => {
      const [a, b] = [random.uniform() / 2, random.uniform() / 2];
      return first.map((value, item) => a * value + b * second[item]);
    };
    const sample = sampleOf(
      Array.from({ length: 30 }, blend),
      indexRange(60).filter((item) => item % 2 === 0),
    );
    const target = blend();
    const [scores] = observed([target], sample.items);
    expect(fitPca(sample, 2).estimate(scores).value).toBeCloseTo(meanOf(target), 3);
  });
});

describe('pca', () => {
  it('is finite, deterministic and gives no residuals, whatever the history and the core set', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const y = observedOf(problem);
        const { value, looResiduals } = pca.fit(prepareProblem(problem).sample).estimate(y);
        expect(Number.isFinite(value)).toBe(true);
        expect(Math.abs(value)).toBeLessThan(3);
        expect(looResiduals).toBeNull();
        expect(pca.fit(prepareProblem(problem).sample).estimate(y).value).toBe(value);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('does not depend on what was asked before', () => {
    const fit = pca.fit(simulatedSample(indexRange(48), 20));
    const zeros = fit.estimate(new Float64Array(20)).value;
    fit.estimate(new Float64Array(20).fill(1));
    expect(fit.estimate(new Float64Array(20)).value).toBe(zeros);
  });

  it('is the mean where nothing is missing', () => {
    const sample = simulatedSample(indexRange(40), 240);
    const scores = scoresOf(simulated, 44, sample.items);
    expect(pca.fit(sample).estimate(scores).value).toBeCloseTo(fullScoreOf(simulated, 44), 12);
  });

  const target = [1, 0, 1, 1];
  const problemWith = (sources: number[][]): Problem => {
    return { sources, groups: [], target, items: [0, 1], inclusion: [0.5, 0.5] };
  };
  const estimateOf = (problem: Problem) =>
    pca.fit(prepareProblem(problem).sample).estimate(observedOf(problem)).value;

  it('without sources is the plain mean', () => {
    expect(estimateOf(problemWith([]))).toBeCloseTo(0.5, 15);
  });

  it.each([1, 2, 12])('fills in the scores of %i identical sources', (count) => {
    const sources = Array.from({ length: count }, () => [1, 0.1, 0.3, 0.3]);
    expect(estimateOf(problemWith(sources))).toBeCloseTo((1 + 0 + 0.3 + 0.3) / 4, 9);
  });

  it('where all scores are equal says so', () => {
    const sources = Array.from({ length: 12 }, () => [1, 1, 1, 1]);
    expect(estimateOf({ ...problemWith(sources), target: [1, 1, 1, 1] })).toBeCloseTo(1, 9);
  });

  it('twice the same models say what they say once more firmly, without trouble from the rank', () => {
    const twice = Int32Array.from([...indexRange(30), ...indexRange(30)]);
    const sample = simulatedSample(twice, 20);
    const scores = scoresOf(simulated, 40, sample.items);
    for (const components of [2, 5]) {
      expect(Math.abs(fitPca(sample, components).estimate(scores).value - 0.5)).toBeLessThan(0.5);
      const [inBatch] = estimateBatch(sample, [scores], components);
      expect(Math.abs(fitPca(sample, components).estimate(scores).value - inBatch)).toBeLessThan(1e-8);
    }
  });
});

describe('chooseComponents', () => {
  it('takes the number of least error over every fourth source, by full score', () => {
    const sample = simulatedSample(indexRange(48), 40);
    const order = indexRange(48).sort((a, b) => sample.fullScores[a] - sample.fullScores[b] || a - b);
    const heldOut = order.filter((_, place) => place % 4 === 2);
    const training = simulatedSample(
      indexRange(48).filter((m) => !heldOut.includes(m)),
      40,
    );
    const errors = [2, 5, 10, 20].map((components) => {
      const fit = fitPca(training, components);
      const estimates = Array.from(heldOut, (m) => fit.estimate(scoresOf(simulated, m, sample.items)).value);
      return meanOf(estimates.map((value, k) => Math.abs(value - sample.fullScores[heldOut[k]])));
    });
    expect(new Set(errors).size).toBe(4);
    const best = [2, 5, 10, 20][errors.indexOf(Math.min(...errors))];
    expect(chooseComponents(sample)).toBe(best);
  });

  it('takes more components where there are more', () => {
    const random = createRandom(3);
    const axes = uniformRows(random, 8, 120);
    const rows = Array.from({ length: 60 }, () => {
      const shares = axes.map(() => random.uniform() / 8);
      return axes[0].map((_, item) => axes.reduce((sum, axis, k) => sum + shares[k] * axis[item], 0));
    });
    const items = indexRange(120).filter((item) => item % 2 === 0);
    expect(chooseComponents(sampleOf(rows, items))).toBeGreaterThanOrEqual(5);
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 2],
    [7, 2],
  ])('of %i sources makes %i components: too few to choose by', (count, components) => {
    expect(chooseComponents(simulatedSample(indexRange(count), 20))).toBe(components);
  });
});

describe('symmetricEigen', () => {
  it.each([1, 2, 3, 10, 40])('decomposes a matrix of size %i, full or with many equal values', (size) => {
    const random = createRandom(size);
    for (const filled of [size, Math.min(size, 3)]) {
      const matrix = new Float64Array(size * size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= Math.min(i, filled - 1); j++) {
          matrix[i * size + j] = random.uniform() - 0.5;
          matrix[j * size + i] = matrix[i * size + j];
        }
      }
      const { values, vectors } = symmetricEigen(matrix, size);
      const q = Matrix.from1DArray(size, size, vectors);
      const rebuilt = q
        .transpose()
        .mmul(Matrix.diag([...values]))
        .mmul(q);
      expect(largestDifference(rebuilt.to1DArray(), matrix)).toBeLessThan(1e-13);
      expect(largestDifference(q.mmul(q.transpose()).to1DArray(), Matrix.eye(size).to1DArray())).toBeLessThan(
        1e-13,
      );
      expect([...values]).toEqual([...values].sort((a, b) => b - a));
    }
  });
});

describe('createRankOneProjector', () => {
  it('projects as the decomposed matrix does, with equal and zero entries', () => {
    const entry = fc.constantFrom(0, 0.5, 1, 2).chain((base) => fc.constantFrom(base, base + 0.123));
    const weight = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -1000, max: 1000 }).map((value) => value / 500),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(entry, weight), { minLength: 1, maxLength: 9 }),
        fc.nat(8),
        (pairs, extra) => {
          const size = pairs.length;
          const diagonal = Float64Array.from(pairs, ([d]) => d)
            .sort()
            .reverse();
          const z = Float64Array.from(pairs, ([, w]) => w);
          const matrix = Float64Array.from({ length: size * size }, (_, at) => {
            const [i, j] = [Math.floor(at / size), at % size];
            return z[i] * z[j] + (i === j ? diagonal[i] : 0);
          });
          const { values, vectors } = symmetricEigen(matrix, size);
          const count = 1 + (extra % size);
          fc.pre(count === size || values[count - 1] - values[count] > 1e-4);
          const q = Matrix.from1DArray(size, size, vectors).subMatrix(0, count - 1, 0, size - 1);
          const projection = q
            .transpose()
            .mmul(q)
            .mmul(Matrix.columnVector([...z]))
            .to1DArray();
          const multipliers = new Float64Array(size);
          createRankOneProjector(diagonal).multipliers(
            z.map((value) => value * value),
            count,
            multipliers,
          );
          expect(
            largestDifference(
              multipliers.map((factor, j) => factor * z[j]),
              projection,
            ),
          ).toBeLessThan(1e-9);
        },
      ),
      { seed: 6, numRuns: 500 },
    );
  });
});
