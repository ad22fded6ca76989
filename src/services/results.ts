import { DomainError, type Issue } from '../errors.ts';
import { isInRange, type ScoreRange } from '../scores/score-range.ts';
import type { CoreSet } from '../storage/core-sets.ts';

/** What a target scored on an item, in score units. */
export interface Result {
  readonly item: string;
  readonly score: number;
}

/**
 * Finds each result's item and checks its score; nothing is kept unless everything is right.
 * @param indexOf the index of an item, undefined where it is not one of those asked for
 * @param where what the items should be in, for the message
 * @param name what the results are called in the request
 * @returns the index of each result's item
 * @throws DomainError unknown-item, duplicate, score-out-of-range: naming every bad result, up to twenty
 */
export function alignResults(
  results: readonly Result[],
  indexOf: (item: string) => number | undefined,
  range: ScoreRange,
  where: string,
  name = 'results',
): Int32Array {
  const unknown: Issue[] = [];
  const repeated: Issue[] = [];
  const outside: Issue[] = [];
  const seen = new Set<string>();
  const indices = Int32Array.from(results, ({ item, score }, k) => {
    const index = indexOf(item);
    if (index === undefined)
      unknown.push({ path: `${name}.${k}.item`, message: `"${item}" is not in ${where}` });
    if (seen.has(item)) repeated.push({ path: `${name}.${k}.item`, message: `"${item}" is here twice` });
    seen.add(item);
    if (!isInRange(score, range)) {
      const message = `${score} is outside the score range [${range.low}, ${range.high}]`;
      outside.push({ path: `${name}.${k}.score`, message });
    }
    return index ?? -1;
  });
  refuse('unknown-item', `some items are not in ${where}`, unknown);
  refuse('duplicate', 'some items are here twice', repeated);
  refuse('score-out-of-range', 'some scores are outside the score range', outside);
  return indices;
}

function refuse(
  code: 'unknown-item' | 'duplicate' | 'score-out-of-range',
  detail: string,
  issues: readonly Issue[],
): void {
  if (issues.length > 0) throw new DomainError(code, detail, issues);
}

/**
 * The user's predictions in the order of the population, score units.
 * @param indices the place of every item of the population
 * @throws DomainError what alignResults throws; missing-scores: an item of the population has none
 */
export function alignPredictions(
  predictions: readonly Result[],
  indices: ReadonlyMap<string, number>,
  range: ScoreRange,
  where: string,
): Float64Array {
  const aligned = alignResults(predictions, (item) => indices.get(item), range, where, 'predictions');
  const values = new Float64Array(indices.size).fill(Number.NaN);
  aligned.forEach((index, k) => {
    values[index] = predictions[k].score;
  });
  const missing = [...indices].filter(([, index]) => Number.isNaN(values[index]));
  if (missing.length > 0) {
    throw new DomainError(
      'missing-scores',
      `predictions are needed for every item of ${where}: ${missing.length} of ${indices.size} have none`,
      missing.slice(0, 20).map(([item]) => ({ path: 'predictions', message: `none for "${item}"` })),
    );
  }
  return values;
}

/** Indices of the results that are there; NaN = none yet. */
export function observedIndices(results: Float64Array): Int32Array {
  return Int32Array.from(results.keys()).filter((index) => !Number.isNaN(results[index]));
}

/**
 * Results on some item positions, NaN where there is none.
 * @param results one per position of the core set
 */
export function resultsAt(
  positions: Int32Array,
  { positions: known }: Pick<CoreSet, 'positions'>,
  results: Float64Array,
): Float64Array {
  const byPosition = new Map(Array.from(known, (position, k) => [position, results[k]]));
  return Float64Array.from(positions, (position) => byPosition.get(position) ?? Number.NaN);
}

/** How many results are there; NaN = none yet. */
export function countObserved(results: Float64Array): number {
  return results.reduce((count, score) => count + Number(!Number.isNaN(score)), 0);
}
