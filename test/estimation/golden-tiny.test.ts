import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../src/estimation/core-sample.ts';
import { fitAipw } from '../../src/estimation/estimators/aipw.ts';
import { randomSampling } from '../../src/estimation/estimators/random-sampling.ts';
import {
  fitFullScoreRegression,
  randomSamplingLearn,
} from '../../src/estimation/estimators/random-sampling-learn.ts';
import { gatherScores, summariseHistory } from '../../src/estimation/history.ts';
import { dot } from '../../src/estimation/numeric/dot.ts';
import { indexRange } from '../../src/estimation/numeric/random.ts';
import { prepareRidge, weightedMean } from '../../src/estimation/numeric/ridge.ts';
import { createSimilarityTable } from '../../src/estimation/similarity/error-consistency.ts';
import { matrixFromArrays } from '../../src/scores/score-matrix.ts';
import { historyOf } from '../support/histories.ts';
import { largestDifference, meanOf } from './measures.ts';

interface TinyCase {
  readonly name: string;
  readonly source: number[][];
  readonly target: number[][];
  readonly coreset: number[];
  readonly trueMean: number[];
  readonly random_sampling: number[];
  readonly random_sampling_and_learn: {
    predictions: number[];
    params: { alpha: number; looMse: number[]; intercept: number; coef: number[] };
  };
  readonly aipw: {
    predictions: number[];
    alpha: number;
    meanYCore: number[];
    meanYhatCore: number[];
    meanYhatRest: number[];
    intercept: number[];
    coef: number[][];
    writeupFormulaPredictions: number[];
  };
  readonly kappaFull: (number | null)[][];
  readonly kappaCoreset: (number | null)[][];
}

/** Made with the paper's own code; the file names its versions. */
const { cases }: { cases: TinyCase[] } = JSON.parse(
  readFileSync(new URL('../fixtures/golden-tiny.json', import.meta.url), 'utf8'),
);

describe.each(cases)("the paper's own code: $name", (tiny) => {
  const nItems = tiny.source[0].length;
  const nModels = tiny.source.length;
  const items = Int32Array.from(tiny.coreset);
  const history = historyOf(matrixFromArrays(tiny.source));
  const summary = summariseHistory(history);
  const sample = createCoreSample(history, summary, items, null);
  const coreScores = tiny.target.map((row) => Float64Array.from(items, (item) => row[item]));

  it('AIPW: prediction, slopes, intercept and the means of its predictions', () => {
    const { aipw } = tiny;
    const fit = fitAipw(sample, aipw.alpha);
    const system = prepareRidge({
      features: sample.sourceScores,
      nRows: items.length,
      nFeatures: nModels,
      weights: sample.weights,
    });
    const ridge = system.fit(aipw.alpha);
    const share = items.length / nItems;
    coreScores.forEach((scores, k) => {
      const { value, residuals } = fit.estimate(scores);
      const fromCode = share * aipw.meanYCore[k] + (1 - share) * aipw.predictions[k];
      const slopes = ridge.slopes(scores);
      const intercept =
        weightedMean(scores, sample.weights) - dot(slopes, 0, system.featureMeans, 0, nModels);
      const yhat = Array.from(
        { length: nItems },
        (_, item) => intercept + tiny.source.reduce((sum, row, m) => sum + slopes[m] * row[item], 0),
      );
      const rest = yhat.filter((_, item) => !tiny.coreset.includes(item));
      const fitted = scores.map((score, i) => score - residuals[i]);
      expect(largestDifference(slopes, aipw.coef[k])).toBeLessThan(1e-9);
      expect(
        largestDifference(
          [value, value, intercept, meanOf(scores), meanOf(fitted), meanOf(rest)],
          [
            aipw.writeupFormulaPredictions[k],
            fromCode,
            aipw.intercept[k],
            aipw.meanYCore[k],
            aipw.meanYhatCore[k],
            aipw.meanYhatRest[k],
          ],
        ),
      ).toBeLessThan(1e-9);
    });
  });

  it('random sampling', () => {
    const estimates = coreScores.map((scores) => randomSampling.fit(sample).estimate(scores).value);
    expect(largestDifference(estimates, tiny.random_sampling)).toBeLessThan(1e-9);
  });

  it('random-sampling-learn: penalty, leave-one-out errors, slopes, intercept, predictions', () => {
    const { params, predictions } = tiny.random_sampling_and_learn;
    const line = fitFullScoreRegression(sample);
    const estimates = coreScores.map((scores) => randomSamplingLearn.fit(sample).estimate(scores).value);
    expect(line.penalty).toBe(params.alpha);
    expect(largestDifference(line.looErrors, params.looMse)).toBeLessThan(1e-9);
    expect(largestDifference(line.slopes, params.coef)).toBeLessThan(1e-9);
    expect(Math.abs(line.intercept - params.intercept)).toBeLessThan(1e-9);
    expect(largestDifference(estimates, predictions)).toBeLessThan(1e-9);
  });

  it.each([
    ['the core set', items, tiny.kappaCoreset],
    ['all items', indexRange(nItems), tiny.kappaFull],
  ] as const)('error consistency of every pair on %s', (_, on, reference) => {
    const table = createSimilarityTable(gatherScores(history, summary, on), on.length, nModels);
    tiny.target.forEach((row, k) => {
      const scores = Float64Array.from(on, (item) => row[item]);
      expect(largestDifference(table.similarities(scores), reference[k])).toBeLessThan(1e-9);
    });
  });

  it('true means, so that the matrices are read the right way round', () => {
    expect(largestDifference(tiny.target.map(meanOf), tiny.trueMean)).toBeLessThan(1e-12);
  });
});
