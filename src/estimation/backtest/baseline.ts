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
  const items = indexRange(history.population.length);
  const draws = Array.from({ length: baselineDraws }, () =>
    shuffleInPlace(items, random, size).slice(0, size),
  );
  const errors = new Float64Array(baselineDraws * targets.length);
  for (let t = 0; t < targets.length; t++) {
    for (let draw = 0; draw < baselineDraws; draw++) {
      const mean = meanScoreOn(history, targets[t], draws[draw]);
      errors[draw * targets.length + t] = Math.abs(mean - truths[targets[t]]);
    }
  }
  return definedMean(errors);
}

/** The mean of the scores that are there; NaN where none is. */
function meanScoreOn({ matrix, models, population }: History, target: number, items: Int32Array): number {
  const { cells, nItems } = matrix;
  const start = models[target] * nItems;
  const isBytes = cells instanceof Uint8Array;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < items.length; i++) {
    const cell = cells[start + population[items[i]]];
    if (isBytes ? cell === missingByte : Number.isNaN(cell)) continue;
    sum += cell;
    count++;
  }
  return sum / count;
}
