import { missingByte } from '../../scores/packed-row.ts';
import type { History } from '../history.ts';
import { definedMean } from '../numeric/mean.ts';
import { indexRange, type Random, shuffleInPlace } from '../numeric/random.ts';
import type { Survey } from './survey.ts';

/** Random core sets in the denominator of the error ratio: one alone would make it the noisiest part of the figure. */
const baselineDraws = 20;

/** The denominator: mean absolute error of the plain mean over several random core sets. */
export function randomSamplingError(
  history: History,
  { truths }: Pick<Survey, 'truths'>,
  targets: Int32Array,
  size: number,
  random: Random,
): number {
  const { matrix, models, population } = history;
  const items = indexRange(population.length);
  const draws = Array.from({ length: baselineDraws }, () =>
    shuffleInPlace(items, random, size)
      .slice(0, size)
      .map((item) => population[item]),
  );
  const errors = new Float64Array(baselineDraws * targets.length);
  for (let t = 0; t < targets.length; t++) {
    const start = models[targets[t]] * matrix.nItems;
    for (let draw = 0; draw < baselineDraws; draw++) {
      const mean =
        matrix.cells instanceof Uint8Array
          ? meanOfBytes(matrix.cells, start, draws[draw])
          : meanOfFloats(matrix.cells, start, draws[draw]);
      errors[draw * targets.length + t] = Math.abs(mean - truths[targets[t]]);
    }
  }
  return definedMean(errors);
}

/** The mean of the scores that are there; NaN where none is. A function for each kind of cells: one for both is slow. */
function meanOfBytes(cells: Uint8Array, start: number, positions: Int32Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < positions.length; i++) {
    const cell = cells[start + positions[i]];
    if (cell === missingByte) continue;
    sum += cell;
    count++;
  }
  return sum / count;
}

function meanOfFloats(cells: Float64Array, start: number, positions: Int32Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < positions.length; i++) {
    const cell = cells[start + positions[i]];
    if (Number.isNaN(cell)) continue;
    sum += cell;
    count++;
  }
  return sum / count;
}
