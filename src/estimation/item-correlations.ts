import { gatherScores, type History, type Sources } from './history.ts';
import {
  type Correlations,
  correlationsOfBits,
  correlationsOfReals,
  emptyBits,
} from './numeric/correlation.ts';
import { indexRange } from './numeric/random.ts';

/**
 * Correlations between the items of the population over the source models, missing scores imputed.
 * O(N M) time and memory: N M / 8 bytes where all scores are 0 or 1 and none is missing, else 8 N M.
 */
export function correlateItems({ history, summary }: Sources): Correlations {
  const { matrix, models, population } = history;
  if (matrix.cells instanceof Uint8Array && summary.missingShare === 0) {
    return correlationsOfBits(packItems(history, matrix.cells));
  }
  const nItems = population.length;
  return correlationsOfReals(gatherScores(history, summary, indexRange(nItems)), nItems, models.length);
}

function packItems({ matrix, models, population }: History, cells: Uint8Array) {
  const packed = emptyBits(population.length, models.length);
  const { bits, words } = packed;
  for (let m = 0; m < models.length; m++) {
    const start = models[m] * matrix.nItems;
    const word = m >>> 5;
    const shift = m & 31;
    for (let j = 0; j < population.length; j++) {
      bits[j * words + word] |= cells[start + population[j]] << shift;
    }
  }
  return packed;
}
