import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../src/estimation/core-sample.ts';
import { packIrtLearned } from '../../src/estimation/designs/irt-clusters.ts';
import { gpIrt } from '../../src/estimation/estimators/gp-irt.ts';
import { pIrt } from '../../src/estimation/estimators/p-irt.ts';
import { summariseHistory } from '../../src/estimation/history.ts';
import { createAbilityEstimator } from '../../src/estimation/irt/ability.ts';
import {
  expectedScoreSum,
  type ItemParameters,
  logistic,
  responseLogit,
} from '../../src/estimation/irt/item-response.ts';
import { indexRange } from '../../src/estimation/numeric/random.ts';
import { historyOf, scoresOf } from '../support/histories.ts';
import { hasShared, listShared, readMatrix, readShared } from '../support/shared.ts';
import { largestDifference } from './measures.ts';

interface ItemsFile {
  readonly dataset: string;
  readonly split: string;
  readonly A: number[][];
  readonly B: number[][];
}

interface Golden {
  readonly sourceModels: number[];
  readonly targetModels: number[];
  readonly trueMean: number[];
  readonly methods: {
    pirt: { coreset: number[]; predictions: number[]; params: { theta: number[][] } };
    gpirt: { coreset: number[]; predictions: number[]; params: { lambd: number; anchorWeights: number[] } };
  };
}

/** The paper's code cuts every dimension's part of a logit at 30; ours cuts nothing, so only abilities within compare. */
function isUnclipped({ values, dimensions }: ItemParameters, theta: Float64Array): boolean {
  const width = dimensions + 1;
  return values.every((value, at) => {
    const d = at % width;
    const difficulty = values[at - d + dimensions] / dimensions;
    return d === dimensions || Math.abs(value * theta[d] - difficulty) <= 30;
  });
}

const files = listShared('golden', '.json').filter((name) => name.startsWith('pirt-items-'));

function open(file: string) {
  const { dataset, split, A, B }: ItemsFile = JSON.parse(readShared('golden', file).toString('utf8'));
  const golden: Golden = JSON.parse(readShared('golden', `${dataset}-${split}-n50.json`).toString('utf8'));
  const { matrix } = readMatrix(dataset);
  const history = historyOf(matrix, Int32Array.from(golden.sourceModels));
  // The paper's code subtracts the difficulty once per dimension.
  const values = Float64Array.from(
    B[0].flatMap((difficulty, i) => [...A.map((row) => row[i]), A.length * difficulty]),
  );
  const { coreset } = golden.methods.pirt;
  const order = coreset.map((_, k) => k).sort((a, b) => coreset[a] - coreset[b]);
  const items = Int32Array.from(order, (k) => coreset[k]);
  const { lambd, anchorWeights } = golden.methods.gpirt.params;
  const parameters = { dimensions: A.length, values };
  const learned = packIrtLearned({
    items: parameters,
    abilityPrecision: 1e-6,
    clusterWeights: Float64Array.from(order, (k) => anchorWeights[k]),
    mixingWeight: lambd,
  });
  const sample = createCoreSample(history, summariseHistory(history), items, null, learned);
  const scores = golden.targetModels.map((model) => scoresOf(matrix, model, items));
  return { golden, parameters, items, sample, scores, nItems: matrix.nItems };
}

describe.skipIf(!hasShared)("the paper's own p-irt and gp-irt", () => {
  it('left item parameters of four fits', () => {
    expect(files).toHaveLength(4);
  });

  describe.each(files)('%s', (file) => {
    const { golden, parameters, items, sample, scores, nItems } = open(file);
    const { pirt, gpirt } = golden.methods;
    const others = indexRange(nItems).filter((item) => !items.includes(item));
    const unclipped = [...indexRange(scores.length)].filter((k) =>
      isUnclipped(parameters, Float64Array.from(pirt.params.theta[k])),
    );

    it('p-irt is the same function of ability and item parameters', () => {
      const predictions = unclipped.map((k) => {
        const theta = Float64Array.from(pirt.params.theta[k]);
        const observed = scores[k].reduce((sum, score) => sum + score, 0);
        return (observed + expectedScoreSum(parameters, others, theta)) / nItems;
      });
      const reference = unclipped.map((k) => pirt.predictions[k]);
      expect(unclipped.length).toBeGreaterThanOrEqual(5);
      expect(largestDifference(predictions, reference)).toBeLessThan(1e-8);
    });

    it('abilities are at least as likely as those the paper found', () => {
      const logLikelihood = (theta: Float64Array, y: Float64Array) =>
        items.reduce((sum, item, i) => {
          const p = logistic(responseLogit(parameters.values, item * (parameters.dimensions + 1), theta));
          return sum + (y[i] === 1 ? Math.log(p) : Math.log(1 - p));
        }, 0);
      const estimator = createAbilityEstimator(parameters, items, 1e-6);
      scores.forEach((y, k) => {
        const ours = logLikelihood(estimator.estimate(y), y);
        expect(ours - logLikelihood(Float64Array.from(pirt.params.theta[k]), y)).toBeGreaterThan(-0.01);
      });
    });

    it('p-irt with its own abilities predicts nearly the same', () => {
      const fit = pIrt.fit(sample);
      const predictions = unclipped.map((k) => fit.estimate(scores[k]).value);
      const reference = unclipped.map((k) => pirt.predictions[k]);
      expect(largestDifference(predictions, reference)).toBeLessThan(1e-5);
    });

    it('gp-irt mixes p-irt and the cluster-weighted mean alike', () => {
      const responseModel = pIrt.fit(sample);
      const mixture = gpIrt.fit(sample);
      const { lambd } = gpirt.params;
      const ours = scores.map(
        (y) => mixture.estimate(y).value - (1 - lambd) * responseModel.estimate(y).value,
      );
      const theirs = gpirt.predictions.map((value, k) => value - (1 - lambd) * pirt.predictions[k]);
      expect(largestDifference(ours, theirs)).toBeLessThan(1e-12);
    });
  });
});
