import { DomainError } from '../errors.ts';
import { type Comparison, compareTargets, compareWithKnown } from '../estimation/comparison.ts';
import { defaultLevel } from '../estimation/evaluate.ts';
import { cellAt } from '../scores/score-matrix.ts';
import { toUnit } from '../scores/score-range.ts';
import type { StoredEvaluation } from '../storage/evaluations.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Access } from './access.ts';
import { refuseForeign } from './core-set-checks.ts';
import type { CoreSets, FoundCoreSet } from './core-sets.ts';
import { findEvaluation } from './find-evaluation.ts';
import type { Histories, LoadedHistory } from './histories.ts';
import type { Predictors } from './predictors.ts';
import { observedIndices, resultsAt } from './results.ts';
import { isSamePopulation, selectSources } from './source-history.ts';

export interface ComparisonRequest {
  /** The id of an evaluation. */
  readonly a: string;
  /** The id of another on the same core set, or on one of which either contains the other; or a model of the history. */
  readonly b: string | { readonly model: string };
  /** Nominal coverage, in (0, 1). @default 0.95 */
  readonly level?: number | undefined;
}

export interface ComparisonView extends Comparison {
  readonly benchmark: string;
  readonly modelA: string;
  readonly modelB: string;
  readonly evaluationA: string;
  /** null for a model of the history. */
  readonly evaluationB: string | null;
  /** Whether B's score is estimated too, or known from the history. */
  readonly kind: 'paired' | 'measured';
  /** Items that the comparison rests on: those that both were run on. */
  readonly observedItems: number;
  readonly population: number;
  /** Share of B's cells in the history that were imputed; 0 for an evaluation. */
  readonly imputedShare: number;
  readonly level: number;
  readonly revision: number;
}

export interface Comparisons {
  /**
   * Which of two models is better, as far as can be told.
   * @throws DomainError evaluation-not-found, model-not-found; not-comparable: on other items, or the same model
   */
  compare(request: ComparisonRequest, access: Access): Promise<ComparisonView>;
}

interface Side {
  readonly stored: StoredEvaluation;
  readonly found: FoundCoreSet;
}

export function createComparisons(
  stores: Stores,
  coreSets: CoreSets,
  histories: Histories,
  predictors: Predictors,
): Comparisons {
  async function open(id: string, access: Access): Promise<Side> {
    const stored = await findEvaluation(stores, id, access);
    return { stored, found: await coreSets.findReady(stored.coreSetId, access) };
  }

  async function openOther(id: string, { modelNames }: LoadedHistory, access: Access): Promise<Side> {
    try {
      return await open(id, access);
    } catch (error) {
      if (!modelNames.includes(id)) throw error;
      throw new DomainError('evaluation-not-found', `there is no evaluation "${id}"`, [
        { path: 'b', message: `for the model of the history send { "model": "${id}" }` },
      ]);
    }
  }

  return {
    async compare({ a, b, level = defaultLevel }, access) {
      const sideA = await open(a, access);
      const loaded = await histories.load(sideA.found.benchmark);
      const context = { loaded, predictors, level };
      return typeof b === 'string'
        ? comparePaired(sideA, await openOther(b, loaded, access), context)
        : compareMeasured(sideA, b.model, context);
    },
  };
}

interface Context {
  readonly loaded: LoadedHistory;
  readonly predictors: Predictors;
  readonly level: number;
}

function comparePaired(a: Side, b: Side, { loaded, predictors, level }: Context): ComparisonView {
  refuseUnlike(a, b);
  // Of two core sets the smaller: its items are in both, with the probabilities they were drawn with.
  const { coreSet } = (a.found.coreSet.size <= b.found.coreSet.size ? a : b).found;
  const [scoresA, scoresB] = [a, b].map(({ stored, found }) =>
    resultsAt(coreSet.positions, found.coreSet, stored.results),
  );
  const both = observedIndices(scoresA).filter((index) => !Number.isNaN(scoresB[index]));
  if (both.length === 0) throw notComparable('there is no item that both have a result on');
  const unit = (scores: Float64Array) =>
    Float64Array.from(both, (index) => toUnit(scores[index], loaded.scoreRange));
  // Neither may be a source: a model that predicts itself knows its own answers.
  const predictor = predictors.of(coreSet, loaded, a.stored.model, b.stored.model);
  const comparison = compareTargets(predictor.prepare(both, null), unit(scoresA), unit(scoresB), {
    level,
    range: loaded.scoreRange,
  });
  return {
    ...comparison,
    ...describe(a, loaded, level),
    modelB: b.stored.model,
    evaluationB: b.stored.id,
    kind: 'paired',
    observedItems: both.length,
    imputedShare: 0,
  };
}

function compareMeasured(a: Side, model: string, { loaded, predictors, level }: Context): ComparisonView {
  const row = loaded.modelNames.indexOf(model);
  if (row === -1) throw new DomainError('model-not-found', `there is no model "${model}" in the history`);
  if (model === a.stored.model) throw notComparable('a model cannot be compared with itself');
  const { coreSet } = a.found;
  const predictor = predictors.of(coreSet, loaded, a.stored.model);
  const observed = observedIndices(a.stored.results);
  const scores = Float64Array.from(observed, (index) => toUnit(a.stored.results[index], loaded.scoreRange));
  const known = fullScoreOf(loaded, row, coreSet.population);
  if (known.imputedShare === 1) {
    throw new DomainError('insufficient-data', `"${model}" has no score on any of these items`);
  }
  const comparison = compareWithKnown(predictor.prepare(observed, null), scores, known.score, {
    level,
    range: loaded.scoreRange,
  });
  return {
    ...comparison,
    ...describe(a, loaded, level),
    modelB: model,
    evaluationB: null,
    kind: 'measured',
    observedItems: observed.length,
    imputedShare: known.imputedShare,
  };
}

function describe({ stored, found }: Side, { revision }: LoadedHistory, level: number) {
  return {
    benchmark: found.benchmark.name,
    modelA: stored.model,
    evaluationA: stored.id,
    population: found.coreSet.population.length,
    level,
    revision,
  };
}

/** @returns the mean score over the population, unit scale, and the share of it that is imputed */
function fullScoreOf(loaded: LoadedHistory, row: number, population: Int32Array) {
  const { summary } = selectSources(loaded, () => true, population);
  const missing = population.filter((position) => Number.isNaN(cellAt(loaded.matrix, row, position)));
  return { score: summary.fullScores[row], imputedShare: missing.length / population.length };
}

function refuseUnlike(a: Side, b: Side): void {
  if (a.stored.id === b.stored.id) throw notComparable('an evaluation cannot be compared with itself');
  if (a.found.benchmark.id !== b.found.benchmark.id) {
    throw notComparable(
      `they are of different benchmarks, "${a.found.benchmark.name}" and "${b.found.benchmark.name}"`,
    );
  }
  const [small, large] = [a, b]
    .map(({ found }) => found.coreSet)
    .sort((first, second) => first.size - second.size);
  if (!isSamePopulation(small.population, large.population)) {
    throw notComparable('they are estimates for different items: one of them for some groups only');
  }
  for (const { stored } of [a, b]) refuseForeign(small, stored.model);
  const held = new Set(large.positions);
  if (!small.positions.every((position) => held.has(position))) {
    throw notComparable(
      'they were run on different items: use one core set for both, or an extension of the other',
    );
  }
}

function notComparable(detail: string): DomainError {
  return new DomainError('not-comparable', detail);
}
