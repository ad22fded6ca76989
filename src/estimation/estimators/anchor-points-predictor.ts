import type { CoreSample } from '../core-sample.ts';
import { correlateItems } from '../item-correlations.ts';
import type { Correlations } from '../numeric/correlation.ts';
import { dot } from '../numeric/dot.ts';
import { indicesWithout } from '../numeric/random.ts';
import { type AnchorLink, linkBestAnchors } from './best-anchors.ts';
import type { Estimator } from './estimator.ts';

/** The mean over some items of a line each from an anchor's score: constant + slopes . scores. */
export interface MeanOfLines {
  readonly constant: number;
  /** n: each anchor's slopes summed up and divided by the number of items. */
  readonly slopes: Float64Array;
}

/**
 * The least-squares lines of some items on the anchors they are linked to, over the source models, averaged: with r the
 * correlation, the line of item j on anchor a has the slope r norm_j / norm_a and meets both means. It is level where
 * either is constant.
 * @param anchors n indices into the population   @param eachLink calls back for every link of every item   O(n + links)
 */
export function averageLines(
  { means, norms }: Correlations,
  nItems: number,
  anchors: Int32Array,
  eachLink: (link: AnchorLink) => void,
): MeanOfLines {
  const slopes = new Float64Array(anchors.length);
  let constant = 0;
  eachLink((item, place, share, correlation) => {
    const anchor = anchors[place];
    const slope = norms[anchor] === 0 ? 0 : (correlation * norms[item]) / norms[anchor];
    slopes[place] += (share * slope) / nItems;
    constant += (share * (means[item] - slope * means[anchor])) / nItems;
  });
  return { constant, slopes };
}

/**
 * Every unmeasured item is predicted by the line from the anchor it correlates best with, rising or falling; the answer
 * is the mean of these predictions. As in the paper's code, the measured items have no part in it. Items that tie
 * between anchors take the mean of their lines.
 * Source: arXiv 2309.08638; arXiv 2506.07673, "anchor points predictor". Without source models or unmeasured
 * items there is nothing to predict with or to predict: the plain mean.   O(n N M)
 */
export function fitAnchorLines({ sources, items, nItems, nModels, populationSize }: CoreSample): MeanOfLines {
  const unmeasured = indicesWithout(items, populationSize);
  if (nModels === 0 || unmeasured.length === 0) {
    return { constant: 0, slopes: new Float64Array(nItems).fill(1 / nItems) };
  }
  const correlations = correlateItems(sources);
  return averageLines(correlations, unmeasured.length, items, (link) => {
    linkBestAnchors(correlations, unmeasured, items, Math.abs, link);
  });
}

/** O(n) a target. */
export const anchorPointsPredictor: Estimator = {
  name: 'anchor-points-predictor',
  isSlow: true,
  designs: ['anchor-points', 'anchor-points-absolute'],
  fit(sample) {
    const { constant, slopes } = fitAnchorLines(sample);
    return {
      estimate: (scores) => ({
        value: constant + dot(slopes, 0, scores, 0, scores.length),
        looResiduals: null,
      }),
    };
  },
};
