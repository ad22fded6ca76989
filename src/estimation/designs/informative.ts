import type { Random } from '../numeric/random.ts';
import type { Candidates, Frame, ProbabilityDesign } from './design.ts';
import { proportionalInclusion } from './proportional-inclusion.ts';
import {
  byItem,
  equalInclusion,
  orderByDifficulty,
  systematicPlaces,
  systematicSample,
} from './systematic.ts';

/** Keeps every item within reach: the history may foretell too small an error, most of all at the frontier. */
const floor = 0.1;
const itemsPerBin = 4;

/**
 * More of the items on which the regression is expected to err: a systematic sample with pi proportional to
 * sqrt(expected squared error + 0.1), in a serpentine order: bins by difficulty, within them by the first principal
 * component of the history, up and down in turn. A history too thin to foretell anything: as `balanced`.
 * Source: Sarndal, Swensson and Wretman 1992, section 12.2, the best pi for a regression estimator; the expected errors
 * (see item-prospects.ts) and the order are ours.
 */
export const informative: ProbabilityDesign = {
  inclusion({ difficulties, prospects }, size) {
    if (prospects === null) return equalInclusion(difficulties.length, size);
    const sizes = prospects.expectedErrors.map((error) => Math.sqrt(error + floor));
    return proportionalInclusion(sizes, size);
  },
  draw(frame, candidates, size, random) {
    if (frame.prospects === null) return systematicSample(frame.difficulties, candidates, size, random);
    const { ordered, inclusion } = serpentine(frame, frame.prospects.component, candidates, size, random);
    return systematicPlaces(inclusion, size, random).map((place) => ordered[place]);
  },
};

/**
 * The candidates in bins of equal probability along the difficulty, within a bin along the second axis, up and down in
 * turn; ties in random order.
 */
function serpentine(
  { difficulties }: Frame,
  second: Float64Array,
  candidates: Candidates,
  size: number,
  random: Random,
): { ordered: Int32Array; inclusion: Float64Array } {
  const probabilities = byItem(candidates, difficulties.length);
  const ordered = orderByDifficulty(difficulties, candidates.items, random);
  const nBins = Math.max(1, Math.round(size / itemsPerBin));
  const bins = new Int32Array(difficulties.length);
  let passed = 0;
  for (const item of ordered) {
    const middle = passed + probabilities[item] / 2;
    bins[item] = Math.min(nBins - 1, Math.floor((middle / size) * nBins));
    passed += probabilities[item];
  }
  const along = second.map((value, item) => (bins[item] % 2 === 0 ? value : -value));
  ordered.sort((a, b) => bins[a] - bins[b] || along[a] - along[b]);
  return { ordered, inclusion: Float64Array.from(ordered, (item) => probabilities[item]) };
}
