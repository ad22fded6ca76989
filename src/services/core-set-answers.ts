import type { EvaluateOptions } from '../estimation/evaluate.ts';
import { definedMean } from '../estimation/numeric/mean.ts';
import { toUnit } from '../scores/score-range.ts';
import type { CoreSet } from '../storage/core-sets.ts';
import { type Answer, type AnswerOptions, definedOptions, toAnswer } from './answers.ts';
import type { FoundCoreSet } from './core-sets.ts';
import type { Evaluator } from './evaluator.ts';
import type { Histories, LoadedHistory } from './histories.ts';
import type { Predictors } from './predictors.ts';
import { observedIndices } from './results.ts';

/** What is known of a target on a core set, score units. */
export interface TargetResults {
  readonly model: string;
  /** n, NaN = missing. */
  readonly results: Float64Array;
  /** N predictions of the user's; null without any. */
  readonly predictions: Float64Array | null;
}

export interface CoreSetAnswers {
  /** What a target's results on a core set are worth, on the history as it is now. */
  of(
    found: FoundCoreSet,
    target: TargetResults,
    options: AnswerOptions,
  ): Promise<{ answer: Answer; revision: number }>;
}

export function createCoreSetAnswers(
  histories: Histories,
  predictors: Predictors,
  evaluate: Evaluator,
): CoreSetAnswers {
  return {
    async of(found, target, options) {
      const { coreSet } = found;
      const loaded = await histories.load(found.benchmark);
      const predictor = predictors.of(coreSet, loaded, target.model);
      const observed = observedIndices(target.results);
      const unit = (score: number) => toUnit(score, loaded.scoreRange);
      const predictions = target.predictions?.map(unit) ?? null;
      const isWhole = observed.length === coreSet.size && predictions === null;
      const evaluation = await evaluate(
        {
          key: isWhole ? predictor.key : null,
          nItems: observed.length,
          nModels: predictor.sourceNames.length,
          design: coreSet.design,
          input: () => predictor.inputFor(observed, predictions),
          prepare: () => predictor.prepare(observed, predictions),
        },
        Float64Array.from(observed, (index) => unit(target.results[index])),
        optionsOf(found, loaded, observed, options),
      );
      return { answer: toAnswer(evaluation, predictor.sourceNames), revision: loaded.revision };
    },
  };
}

function optionsOf(
  { coreSet, benchmark }: FoundCoreSet,
  loaded: LoadedHistory,
  observed: Int32Array,
  options: AnswerOptions,
): EvaluateOptions {
  const isStale = benchmark.itemsRevision > coreSet.revision;
  return {
    ...definedOptions(options),
    range: loaded.scoreRange,
    thresholds: benchmark.similarityThresholds,
    coreSetSize: coreSet.size,
    difficulty: meanDifficulties(coreSet, observed),
    staleness: isStale
      ? { drawnAtRevision: coreSet.revision, changedAtRevision: benchmark.itemsRevision }
      : null,
  };
}

function meanDifficulties({ difficulties }: CoreSet, observed: Int32Array) {
  const ofObserved = definedMean(Float64Array.from(observed, (index) => difficulties[index]));
  const ofAll = definedMean(difficulties);
  return Number.isNaN(ofObserved) ? null : { observed: ofObserved, coreSet: ofAll };
}
