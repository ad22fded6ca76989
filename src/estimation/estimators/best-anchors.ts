import type { Correlations } from '../numeric/correlation.ts';

/**
 * Told of an item and an anchor that stands for it.
 * @param place the anchor's place in the core set   @param share of the item that is this anchor's, in (0, 1]
 */
export type AnchorLink = (item: number, place: number, share: number, correlation: number) => void;

/** Correlations that differ by less than this differ by rounding only. */
const tieTolerance = 1e-12;

/** Items whose correlations with the anchors are computed together. */
const blockSize = 64;

/**
 * Links each item to the anchor it correlates best with. Where several tie, each has an equal share of the item, so
 * that the order of the items decides nothing: an item on which all sources agree correlates 0 with every other item and is
 * shared by all anchors. An anchor stands for itself.
 * @param anchors n indices into the population   @param strength what "best" is the most of   O(items.length n M)
 */
export function linkBestAnchors(
  correlations: Correlations,
  items: Int32Array,
  anchors: Int32Array,
  strength: (correlation: number) => number,
  link: AnchorLink,
): void {
  const nAnchors = anchors.length;
  const found = new Float64Array(blockSize * nAnchors);
  for (let start = 0; start < items.length; start += blockSize) {
    const block = items.subarray(start, start + blockSize);
    correlations.correlate(block, anchors, found);
    block.forEach((item, row) => {
      linkOne(item, found.subarray(row * nAnchors, (row + 1) * nAnchors), strength, link);
    });
  }
}

function linkOne(
  item: number,
  correlations: Float64Array,
  strength: (correlation: number) => number,
  link: AnchorLink,
): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < correlations.length; place++) {
    most = Math.max(most, strength(correlations[place]));
  }
  let ties = 0;
  for (let place = 0; place < correlations.length; place++) {
    if (strength(correlations[place]) >= most - tieTolerance) ties++;
  }
  for (let place = 0; place < correlations.length; place++) {
    if (strength(correlations[place]) >= most - tieTolerance)
      link(item, place, 1 / ties, correlations[place]);
  }
}
