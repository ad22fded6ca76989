import type { Sources } from './history.ts';
import { emptyBits, type PackedBits } from './numeric/packed-bits.ts';

/** The items of the population, one bit a source model; null unless all scores are 0 or 1 and none is missing.   O(M N) */
export function packItems({ history, summary }: Sources): PackedBits | null {
  const { matrix, models, population } = history;
  const { cells } = matrix;
  if (!(cells instanceof Uint8Array) || summary.missingShare > 0) return null;
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

/** The source models, one bit an item of the population. */
export function packModels({ history, summary }: Sources): PackedBits | null {
  const { matrix, models, population } = history;
  const { cells } = matrix;
  if (!(cells instanceof Uint8Array) || summary.missingShare > 0) return null;
  const packed = emptyBits(models.length, population.length);
  const { bits, words } = packed;
  for (let m = 0; m < models.length; m++) {
    const start = models[m] * matrix.nItems;
    for (let j = 0; j < population.length; j++) {
      bits[m * words + (j >>> 5)] |= cells[start + population[j]] << (j & 31);
    }
  }
  return packed;
}
