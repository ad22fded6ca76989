import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../src/estimation/core-sample.ts';
import { lassoPenalty, lassoSelection } from '../../src/estimation/designs/lasso.ts';
import type { Learned } from '../../src/estimation/designs/purposive-design.ts';
import { doubleOptimize } from '../../src/estimation/estimators/double-optimize.ts';
import type { Estimator } from '../../src/estimation/estimators/estimator.ts';
import { lasso } from '../../src/estimation/estimators/lasso.ts';
import { randomSearchLearn } from '../../src/estimation/estimators/random-search-learn.ts';
import { gatherScores, summariseHistory } from '../../src/estimation/history.ts';
import { createLassoPath } from '../../src/estimation/numeric/lasso-path.ts';
import { createRandom, indexRange } from '../../src/estimation/numeric/random.ts';
import { historyOf, scoresOf } from '../support/histories.ts';
import { hasShared, listShared, readMatrix, readShared } from '../support/shared.ts';
import { largestDifference } from './measures.ts';

interface Line {
  readonly coef: number[];
  readonly intercept: number;
}

/** The part of a reference file that these tests read; ../shared/golden/README.md describes the rest. */
interface Golden {
  readonly dataset: string;
  readonly coresetSize: number;
  readonly sourceModels: number[];
  readonly targetModels: number[];
  readonly methods: {
    readonly lasso: {
      coreset: number[];
      predictionsFloat64: number[];
      params: Line & { alpha: number; alphaIndex: number };
      tight: Line & { support: number[]; predictions: number[]; unique: boolean };
    };
    readonly double_optimize: { coreset: number[]; predictionsFloat64: number[]; params: { w: number[] } };
    readonly random_search_and_learn: { coreset: number[]; predictionsFloat64: number[] };
  };
}

const files = listShared('golden', '.json').filter((name) => /-n\d+\.json$/.test(name));

const read = (file: string): Golden => JSON.parse(readShared('golden', file).toString('utf8'));

/** The paper's own solver stops early: only here had it reached the minimum, and there is but one. */
function hasConverged({ coreset, tight }: Golden['methods']['lasso']): boolean {
  return tight.unique && tight.support.join() === coreset.join();
}

function open(file: string) {
  const golden = read(file);
  const { matrix } = readMatrix(golden.dataset);
  const history = historyOf(matrix, Int32Array.from(golden.sourceModels));
  const summary = summariseHistory(history);
  const everything = gatherScores(history, summary, indexRange(matrix.nItems));

  function predict(estimator: Estimator, items: ArrayLike<number>, learned: Learned | null): number[] {
    const core = Int32Array.from(items);
    const fit = estimator.fit(createCoreSample(history, summary, core, null, learned));
    return golden.targetModels.map((model) => fit.estimate(scoresOf(matrix, model, core)).value);
  }

  /** (1 / 2M) |y - b0 - X b|^2 + alpha |b|_1 */
  function objective(support: Iterable<number>, { coef, intercept }: Line, alpha: number): number {
    const nModels = history.models.length;
    const residuals = summary.fullScores.map((score) => score - intercept);
    for (const [i, item] of [...support].entries()) {
      for (let m = 0; m < nModels; m++) residuals[m] -= coef[i] * everything[item * nModels + m];
    }
    const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
    return squares / (2 * nModels) + alpha * coef.reduce((sum, slope) => sum + Math.abs(slope), 0);
  }

  function lassoAt(alpha: number) {
    const path = createLassoPath({
      features: everything.slice(),
      nFeatures: matrix.nItems,
      nRows: history.models.length,
      outcome: summary.fullScores,
    });
    path.moveTo(alpha);
    return path.fit();
  }
  return { golden, sources: { history, summary }, predict, objective, lassoAt };
}

describe.skipIf(!hasShared)(
  "the paper's own code on public matrices, methods that learn their core set",
  () => {
    it('left reference files, some with a Lasso that another program can find', () => {
      const references = files.map((file) => read(file).methods.lasso);
      expect(references.filter(({ tight }) => tight.unique).length).toBe(10);
      expect(references.filter(hasConverged).length).toBeGreaterThan(5);
    });

    describe.each(files)('%s', (file) => {
      const { golden, sources, predict, objective, lassoAt } = open(file);
      const reference = golden.methods.lasso;
      const { alpha, alphaIndex } = reference.params;

      it('the Lasso predicts with given slopes', () => {
        const learned = {
          intercept: Float64Array.of(reference.params.intercept),
          slopes: Float64Array.from(reference.params.coef),
        };
        const predictions = predict(lasso, reference.coreset, learned);
        expect(largestDifference(predictions, reference.predictionsFloat64)).toBeLessThan(1e-12);
      });

      it('the Lasso at a given penalty is the minimum', () => {
        const { tight } = reference;
        const { support, slopes, intercept } = lassoAt(alpha);
        const coef = [...slopes];
        const least = objective(tight.support, tight, alpha);
        expect(Math.abs(lassoPenalty(alphaIndex) / alpha - 1)).toBeLessThan(1e-12);
        expect(objective(support, { coef, intercept }, alpha)).toBeLessThan(least * (1 + 1e-9));
        if (!tight.unique) return;
        const predictions = predict(lasso, support, { intercept: Float64Array.of(intercept), slopes });
        expect([...support]).toEqual(tight.support);
        expect(largestDifference(coef, tight.coef)).toBeLessThan(1e-9);
        expect(largestDifference(predictions, tight.predictions)).toBeLessThan(1e-9);
      });

      it('the design chooses the same penalty where the paper had converged to the only minimum', () => {
        const { items, learned } = lassoSelection.select(
          sources,
          golden.coresetSize,
          createRandom(0),
          () => undefined,
        );
        const { tight, coreset } = reference;
        expect(items.length).toBeLessThanOrEqual(golden.coresetSize);
        if (!hasConverged(reference)) return;
        expect([...items]).toEqual(coreset);
        expect(largestDifference(predict(lasso, items, learned), tight.predictions)).toBeLessThan(1e-9);
      });

      it('double-optimize predicts with given weights', () => {
        const { coreset, params, predictionsFloat64 } = golden.methods.double_optimize;
        const predictions = predict(doubleOptimize, coreset, { weights: Float64Array.from(params.w) });
        expect(largestDifference(predictions, predictionsFloat64)).toBeLessThan(1e-12);
      });

      it('random-search-learn refits the line on a given core set', () => {
        const { coreset, predictionsFloat64 } = golden.methods.random_search_and_learn;
        const predictions = predict(randomSearchLearn, coreset, null);
        expect(largestDifference(predictions, predictionsFloat64)).toBeLessThan(1e-9);
      });
    });
  },
);
