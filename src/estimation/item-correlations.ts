import { gatherScores, type Sources } from './history.ts';
import { type Correlations, correlationsOfBits, correlationsOfReals } from './numeric/correlation.ts';
import { indexRange } from './numeric/random.ts';
import { packItems } from './packed-scores.ts';

/**
 * Correlations between the items of the population over the source models, missing scores imputed.
 * O(N M) time and memory: N M / 8 bytes where all scores are 0 or 1 and none is missing, else 8 N M.
 */
export function correlateItems(sources: Sources): Correlations {
  const packed = packItems(sources);
  if (packed !== null) return correlationsOfBits(packed);
  const { history, summary } = sources;
  const nItems = history.population.length;
  const scores = gatherScores(history, summary, indexRange(nItems));
  return correlationsOfReals(scores, nItems, history.models.length);
}
