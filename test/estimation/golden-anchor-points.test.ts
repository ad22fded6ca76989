import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../src/estimation/core-sample.ts';
import { anchorPoints, anchorPointsAbsolute } from '../../src/estimation/designs/anchor-points.ts';
import {
  anchorPointsPredictor,
  averageLines,
} from '../../src/estimation/estimators/anchor-points-predictor.ts';
import {
  anchorPointsWeighted,
  anchorWeights,
} from '../../src/estimation/estimators/anchor-points-weighted.ts';
import { summariseHistory } from '../../src/estimation/history.ts';
import { correlateItems } from '../../src/estimation/item-correlations.ts';
import { dot } from '../../src/estimation/numeric/dot.ts';
import { createRandom, indexRange } from '../../src/estimation/numeric/random.ts';
import { weightedMean } from '../../src/estimation/numeric/ridge.ts';
import { historyOf, scoresOf } from '../support/histories.ts';
import { hasShared, listShared, readMatrix, readShared } from '../support/shared.ts';
import { largestDifference } from './measures.ts';

interface Method {
  readonly coreset: number[];
  readonly predictionsFloat64: number[];
  readonly kmedoids: { loss: number };
}

/** The part of a reference file that these tests read; ../shared/golden/README.md describes the rest. */
interface Golden {
  readonly dataset: string;
  readonly sourceModels: number[];
  readonly targetModels: number[];
  readonly methods: {
    readonly anchor_points_weighted: Method & { params: { weights: number[] } };
    readonly anchor_points_predictor: Method & {
      params: { floaterSlopeSumOverF: number[]; constant: number; nearestAnchorOfFloater: number[] };
    };
  };
}

const files = listShared('golden', '.json').filter((name) => /-n\d+\.json$/.test(name));

function identity(correlation: number): number {
  return correlation;
}

/** N x n, row-major. */
function correlationsWith(sources: Parameters<typeof correlateItems>[0], anchors: readonly number[]) {
  const correlations = correlateItems(sources);
  const nItems = correlations.nSeries;
  const found = new Float64Array(nItems * anchors.length);
  correlations.correlate(indexRange(nItems), Int32Array.from(anchors), found);
  return {
    correlations,
    rowOf: (item: number) => found.subarray(item * anchors.length, (item + 1) * anchors.length),
  };
}

function open(file: string) {
  const golden: Golden = JSON.parse(readShared('golden', file).toString('utf8'));
  const { matrix } = readMatrix(golden.dataset);
  const history = historyOf(matrix, Int32Array.from(golden.sourceModels));
  const sources = { history, summary: summariseHistory(history) };
  const nItems = matrix.nItems;

  function lossOf(anchors: readonly number[], strength: (correlation: number) => number): number {
    const { rowOf } = correlationsWith(sources, anchors);
    let loss = 0;
    for (let item = 0; item < nItems; item++) loss += 1 - Math.max(...rowOf(item).map(strength));
    return loss;
  }

  /** Places of the anchors that an item correlates best with, rounding apart. */
  function bestPlaces(row: Float64Array, strength: (correlation: number) => number): number[] {
    const strengths = [...row].map(strength);
    const most = Math.max(...strengths);
    return strengths.flatMap((value, place) => (value >= most - 1e-11 ? [place] : []));
  }

  return {
    sources,
    nItems,
    lossOf,
    bestPlaces,
    methods: golden.methods,
    sampleOf: (items: number[]) => createCoreSample(history, sources.summary, Int32Array.from(items), null),
    targetsOn: (items: number[]) =>
      golden.targetModels.map((model) => scoresOf(matrix, model, Int32Array.from(items))),
  };
}

describe.skipIf(!hasShared)("anchor points of the paper's code", () => {
  it('is on record', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  describe.each(files)('%s', (file) => {
    const { sources, nItems, lossOf, bestPlaces, methods, sampleOf, targetsOn } = open(file);
    const { anchor_points_weighted: weighted, anchor_points_predictor: predictor } = methods;

    it.each([
      ['anchor-points', anchorPoints, weighted, identity],
      ['anchor-points-absolute', anchorPointsAbsolute, predictor, Math.abs],
    ] as const)(
      '%s: the recorded loss, and a core set at least as good',
      (_, design, reference, strength) => {
        const recorded = lossOf(reference.coreset, strength);
        const { items } = design.select(sources, reference.coreset.length, createRandom(1), () => {});
        expect(Math.abs(recorded - reference.kmedoids.loss)).toBeLessThan(1e-9);
        expect(items).toHaveLength(reference.coreset.length);
        expect(lossOf([...items], strength)).toBeLessThan(recorded + 1e-6);
      },
    );

    it('weighted mean: recorded weights give the predictions, and differ from ours by ties only', () => {
      const { coreset, params, predictionsFloat64 } = weighted;
      const recorded = Float64Array.from(params.weights);
      const sample = sampleOf(coreset);
      const own = anchorWeights(sample);
      const { rowOf } = correlationsWith(sources, coreset);
      const sole = new Float64Array(coreset.length);
      const possible = new Float64Array(coreset.length);
      for (let item = 0; item < nItems; item++) {
        const places = bestPlaces(rowOf(item), identity);
        if (places.length === 1) sole[places[0]] += 1 / nItems;
        for (const place of places) possible[place] += 1 / nItems;
      }
      for (const weights of [recorded, own]) {
        weights.forEach((weight, place) => {
          expect(weight).toBeGreaterThan(sole[place] - 1e-12);
          expect(weight).toBeLessThan(possible[place] + 1e-12);
        });
      }
      const fit = anchorPointsWeighted.fit(sample);
      const targets = targetsOn(coreset);
      const given = targets.map((scores) => weightedMean(scores, recorded));
      const estimates = targets.map((scores) => fit.estimate(scores).value);
      expect(largestDifference(given, predictionsFloat64)).toBeLessThan(1e-12);
      expect(largestDifference(estimates, predictionsFloat64)).toBeLessThan(0.1);
    });

    it('predictor: the recorded anchors give the same lines, and differ from ours by ties only', () => {
      const { coreset, params, predictionsFloat64 } = predictor;
      const measured = new Set(coreset);
      const rest = [...indexRange(nItems)].filter((item) => !measured.has(item));
      const { correlations, rowOf } = correlationsWith(sources, coreset);
      const lines = averageLines(correlations, rest.length, Int32Array.from(coreset), (link) => {
        rest.forEach((item, k) => {
          const place = params.nearestAnchorOfFloater[k];
          expect(bestPlaces(rowOf(item), Math.abs)).toContain(place);
          link(item, place, 1, rowOf(item)[place]);
        });
      });
      const fit = anchorPointsPredictor.fit(sampleOf(coreset));
      const targets = targetsOn(coreset);
      const given = targets.map((scores) => lines.constant + dot(lines.slopes, 0, scores, 0, scores.length));
      const estimates = targets.map((scores) => fit.estimate(scores).value);
      expect(largestDifference(lines.slopes, params.floaterSlopeSumOverF)).toBeLessThan(1e-12);
      expect(Math.abs(lines.constant - params.constant)).toBeLessThan(1e-12);
      expect(largestDifference(given, predictionsFloat64)).toBeLessThan(1e-12);
      expect(largestDifference(estimates, predictionsFloat64)).toBeLessThan(0.02);
    });
  });
});
