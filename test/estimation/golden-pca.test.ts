import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../src/estimation/core-sample.ts';
import { estimateBatch, fitPca } from '../../src/estimation/estimators/pca.ts';
import { summariseHistory } from '../../src/estimation/history.ts';
import { historyOf, scoresOf } from '../support/histories.ts';
import { hasShared, listShared, readMatrix, readShared } from '../support/shared.ts';
import { largestDifference, meanOf } from './measures.ts';

/** The part of a reference file that this test reads; ../shared/golden/README.md describes the rest. */
interface Golden {
  readonly dataset: string;
  readonly sourceModels: number[];
  readonly targetModels: number[];
  readonly trueMean: number[];
  readonly methods: {
    readonly pca: {
      coreset: number[];
      gap: number;
      params: { nComp: number };
      predictionsFullSvd: number[];
      predictionsFullSvdNComp5: number[];
    };
  };
}

const files = listShared('golden', '.json').filter((name) => /-n\d+\.json$/.test(name));
/** Left out for the seconds they take, not for what they show: three files agreed to 1e-12 when checked by hand. */
const isSlow = (file: string) => /^(ifeval-extrapolation|arc_challenge-.*-n200\.)/.test(file);
/** Where models are few. */
const isQuick = (file: string) => /^(commonsense|gsm|mmlu|mrpc|rte)-interpolation-n(20|50)\./.test(file);

function open(file: string) {
  const golden: Golden = JSON.parse(readShared('golden', file).toString('utf8'));
  const { matrix } = readMatrix(golden.dataset);
  const history = historyOf(matrix, Int32Array.from(golden.sourceModels));
  const items = Int32Array.from(golden.methods.pca.coreset);
  return {
    golden,
    reference: golden.methods.pca,
    sample: createCoreSample(history, summariseHistory(history), items, null),
    targets: golden.targetModels.map((model) => scoresOf(matrix, model, items)),
  };
}

describe.skipIf(!hasShared)("the paper's own PCA with a full SVD on public matrices", () => {
  it.each(files.filter((file) => !isSlow(file)))('%s: all targets imputed together', (file) => {
    const { reference, sample, targets } = open(file);
    const estimates = estimateBatch(sample, targets, reference.params.nComp);
    expect(largestDifference(estimates, reference.predictionsFullSvd)).toBeLessThan(1e-9);
  });

  it.each(files.filter(isQuick))('%s: five components', (file) => {
    const { reference, sample, targets } = open(file);
    const estimates = estimateBatch(sample, targets, 5);
    expect(largestDifference(estimates, reference.predictionsFullSvdNComp5)).toBeLessThan(1e-9);
  });

  it.each(files.filter((file) => /interpolation-n50/.test(file) && isQuick(file)))(
    '%s: one target at a time is about as close to the truth',
    (file) => {
      const { golden, reference, sample, targets } = open(file);
      const fit = fitPca(sample, reference.params.nComp);
      const errors = targets.map((scores, k) => Math.abs(fit.estimate(scores).value - golden.trueMean[k]));
      expect(meanOf(errors)).toBeLessThan(reference.gap + 0.005);
    },
  );
});
