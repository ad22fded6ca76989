import { DomainError } from '../errors.ts';
import type { Learned } from './designs/purposive-design.ts';
import { gatherScores, type History, type HistorySummary, type Sources } from './history.ts';

/** The items a target was run on, with all that an estimator needs to know of the history. Unit scale. */
export interface CoreSample {
  /** n, the number of observed items. */
  readonly nItems: number;
  /** M, the number of source models. */
  readonly nModels: number;
  /** N */
  readonly populationSize: number;
  /** n: indices of the items into the population. */
  readonly items: Int32Array;
  /** n: inclusion probabilities, in (0, 1]. */
  readonly inclusion: Float64Array;
  /** n: 1 / inclusion, normalised to sum 1. */
  readonly weights: Float64Array;
  /** n x M, row-major: the sources' scores on the core set, imputed. */
  readonly sourceScores: Float64Array;
  /** M: the sources' mean scores over the population. */
  readonly fullScores: Float64Array;
  /** For the few methods that need more than the core set. */
  readonly sources: Sources;
  /** What a purposive design learned while it chose these very items. */
  readonly learned: Learned | null;
}

/** Fitting multiplies about min(n, M)^2 max(n, M) pairs of numbers; beyond this a request would block for too long. */
const maxFitCost = 2e10;

/** @throws DomainError too-large: a fit on so many items and source models would take too long in one process */
export function checkFitCost(nItems: number, nModels: number): void {
  if (Math.min(nItems, nModels) ** 2 * Math.max(nItems, nModels) <= maxFitCost) return;
  throw new DomainError(
    'too-large',
    `a fit on ${nItems} items and ${nModels} source models is too large; ask for a smaller core set or exclude models`,
  );
}

/**
 * @param items n indices into the population
 * @param inclusion n inclusion probabilities, or null where the design has none (equal ones then stand in)
 * @throws DomainError too-large: the fit would take too long in one process.   O(n M)
 */
export function createCoreSample(
  history: History,
  summary: HistorySummary,
  items: Int32Array,
  inclusion: Float64Array | null,
  learned: Learned | null = null,
): CoreSample {
  const nItems = items.length;
  const nModels = history.models.length;
  const populationSize = history.population.length;
  checkFitCost(nItems, nModels);
  const probabilities = inclusion ?? new Float64Array(nItems).fill(nItems / populationSize);
  return {
    nItems,
    nModels,
    populationSize,
    items,
    inclusion: probabilities,
    weights: normalisedWeights(probabilities),
    sourceScores: gatherScores(history, summary, items),
    fullScores: summary.fullScores,
    sources: { history, summary },
    learned,
  };
}

/** w_i = (1 / pi_i) / sum_j (1 / pi_j) */
export function normalisedWeights(inclusion: Float64Array): Float64Array {
  const inverse = inclusion.map((probability) => 1 / probability);
  const total = inverse.reduce((sum, value) => sum + value, 0);
  return inverse.map((value) => value / total);
}
