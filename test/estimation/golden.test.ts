import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../src/estimation/core-sample.ts';
import { fitAipw, paperPenalty } from '../../src/estimation/estimators/aipw.ts';
import { randomSampling } from '../../src/estimation/estimators/random-sampling.ts';
import {
  fitFullScoreRegression,
  randomSamplingLearn,
} from '../../src/estimation/estimators/random-sampling-learn.ts';
import { gatherScores, summariseHistory } from '../../src/estimation/history.ts';
import { definedMean } from '../../src/estimation/numeric/mean.ts';
import { indexRange } from '../../src/estimation/numeric/random.ts';
import { createSimilarityTable } from '../../src/estimation/similarity/error-consistency.ts';
import { historyOf, scoresOf } from '../support/histories.ts';
import { hasShared, listShared, readMatrix, readShared } from '../support/shared.ts';
import { largestDifference } from './measures.ts';

interface Kappas {
  readonly mean: (number | null)[];
  readonly max: (number | null)[];
  readonly argmaxModel: (number | null)[];
  readonly undefinedPairs: number[];
}

interface Regression {
  readonly coreset: number[];
  readonly predictionsFloat64: number[];
  readonly params: { alpha: number; looMse: number[]; intercept: number; coef: number[] };
}

/** The part of a reference file that these tests read; ../shared/golden/README.md describes the rest. */
interface Golden {
  readonly dataset: string;
  readonly sourceModels: number[];
  readonly targetModels: number[];
  readonly sharedRandomCoreset: number[];
  readonly methods: {
    readonly random_sampling: { coreset: number[]; predictionsFloat64: number[] };
    readonly random_sampling_and_learn: Regression;
    readonly random_search_and_learn: Regression;
    readonly aipw: {
      coreset: number[];
      predictionsFloat64: number[];
      params: { alpha: number };
      writeupFormula: { predictions: number[] };
    };
  };
  readonly similarity: {
    readonly full: Kappas;
    readonly coreset: Kappas;
    readonly firstTargetPerSource: { full: (number | null)[]; coreset: (number | null)[] };
  };
}

const files = listShared('golden', '.json').filter((name) => /-n\d+\.json$/.test(name));

function open(file: string) {
  const golden: Golden = JSON.parse(readShared('golden', file).toString('utf8'));
  const { matrix } = readMatrix(golden.dataset);
  const history = historyOf(matrix, Int32Array.from(golden.sourceModels));
  const summary = summariseHistory(history);
  const everything = indexRange(matrix.nItems);
  return {
    golden,
    matrix,
    scoresOn: (items: Int32Array) => golden.targetModels.map((model) => scoresOf(matrix, model, items)),
    sampleOf: (coreset: number[]) => createCoreSample(history, summary, Int32Array.from(coreset), null),
    similarityOn: (items: Int32Array) =>
      createSimilarityTable(gatherScores(history, summary, items), items.length, golden.sourceModels.length),
    everything,
  };
}

describe.skipIf(!hasShared)("the paper's own code on public matrices", () => {
  it('left reference files of all seven matrices', () => {
    const datasets = new Set(files.map((file) => file.split('-')[0]));
    expect([...datasets].sort()).toEqual([
      'arc_challenge',
      'commonsense',
      'gsm',
      'ifeval',
      'mmlu',
      'mrpc',
      'rte',
    ]);
  });

  describe.each(files)('%s', (file) => {
    const { golden, matrix, scoresOn, sampleOf, similarityOn, everything } = open(file);
    const { aipw, random_sampling, random_sampling_and_learn, random_search_and_learn } = golden.methods;

    it('AIPW is the published formula, and what the code returns moved to all items', () => {
      const items = Int32Array.from(aipw.coreset);
      const fit = fitAipw(sampleOf(aipw.coreset), paperPenalty);
      const targets = scoresOn(items);
      const estimates = targets.map((scores) => fit.estimate(scores).value);
      const share = items.length / matrix.nItems;
      const fromCode = aipw.predictionsFloat64.map((prediction, k) => {
        const mean = targets[k].reduce((sum, score) => sum + score, 0) / items.length;
        return share * mean + (1 - share) * prediction;
      });
      expect(aipw.params.alpha).toBe(paperPenalty);
      expect(largestDifference(estimates, aipw.writeupFormula.predictions)).toBeLessThan(1e-9);
      expect(largestDifference(estimates, fromCode)).toBeLessThan(1e-9);
    });

    it('random sampling is the mean of the core set', () => {
      const items = Int32Array.from(random_sampling.coreset);
      const fit = randomSampling.fit(sampleOf(random_sampling.coreset));
      const estimates = scoresOn(items).map((scores) => fit.estimate(scores).value);
      expect(largestDifference(estimates, random_sampling.predictionsFloat64)).toBeLessThan(1e-9);
    });

    it.each([
      ['random-sampling-learn', random_sampling_and_learn],
      ['the same regression on a searched core set', random_search_and_learn],
    ] as const)('%s learns the same line', (_, reference) => {
      const sample = sampleOf(reference.coreset);
      const line = fitFullScoreRegression(sample);
      const fit = randomSamplingLearn.fit(sample);
      const targets = scoresOn(Int32Array.from(reference.coreset));
      const estimates = targets.map((scores) => fit.estimate(scores).value);
      const relativeLooErrors = line.looErrors.map((error, k) => error / reference.params.looMse[k]);
      expect(line.penalty).toBe(reference.params.alpha);
      expect(largestDifference(relativeLooErrors, [1, 1, 1])).toBeLessThan(1e-9);
      expect(largestDifference(line.slopes, reference.params.coef)).toBeLessThan(1e-9);
      expect(Math.abs(line.intercept - reference.params.intercept)).toBeLessThan(1e-9);
      expect(largestDifference(estimates, reference.predictionsFloat64)).toBeLessThan(1e-9);
    });

    it.each([
      ['coreset', Int32Array.from(golden.sharedRandomCoreset)],
      ['full', everything],
    ] as const)('error consistency on %s: mean, maximum, undefined pairs, every source', (scope, items) => {
      const reference = golden.similarity[scope];
      const table = similarityOn(items);
      const rows = scoresOn(items).map((scores) => table.similarities(scores));
      const maxima = rows.map((row) => Math.max(...row.filter((kappa) => !Number.isNaN(kappa))));
      // Sources may tie for the maximum: the named one has to reach it, not to be the first to.
      const named = rows.map((row, k) => row[golden.sourceModels.indexOf(reference.argmaxModel[k] ?? -1)]);
      const undefinedPairs = rows.map((row) => row.filter(Number.isNaN).length);
      expect(largestDifference(rows.map(definedMean), reference.mean)).toBeLessThan(1e-9);
      expect(largestDifference(maxima, reference.max)).toBeLessThan(1e-9);
      expect(largestDifference(named, reference.max)).toBeLessThan(1e-9);
      expect(undefinedPairs).toEqual(reference.undefinedPairs);
      expect(largestDifference(rows[0], golden.similarity.firstTargetPerSource[scope])).toBeLessThan(1e-9);
    });
  });
});
