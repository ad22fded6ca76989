import { definedMean } from '../estimation/numeric/mean.ts';
import { toUnit } from '../scores/score-range.ts';
import type { CoreSet } from '../storage/core-sets.ts';
import { type Answer, type AnswerOptions, answerOf } from './answers.ts';
import type { FoundCoreSet } from './core-sets.ts';
import type { Histories } from './histories.ts';
import type { Predictors } from './predictors.ts';

export interface CoreSetAnswers {
  /**
   * What a target's results on a core set are worth, on the history as it is now.
   * @param results n, score units, NaN = missing
   */
  of(
    found: FoundCoreSet,
    model: string,
    results: Float64Array,
    options: AnswerOptions,
  ): Promise<{ answer: Answer; revision: number }>;
}

export function createCoreSetAnswers(histories: Histories, predictors: Predictors): CoreSetAnswers {
  return {
    async of({ coreSet, benchmark }, model, results, options) {
      const loaded = await histories.load(benchmark);
      const predictor = predictors.of(coreSet, loaded, model);
      const observed = Int32Array.from(results.keys()).filter((index) => !Number.isNaN(results[index]));
      const prepared = observed.length === coreSet.size ? predictor.complete() : predictor.partial(observed);
      const scores = Float64Array.from(observed, (index) => toUnit(results[index], loaded.scoreRange));
      const isStale = benchmark.itemsRevision > coreSet.revision;
      const answer = answerOf(prepared, predictor.sourceNames, scores, {
        methods: options.methods,
        level: options.level,
        range: loaded.scoreRange,
        thresholds: benchmark.similarityThresholds,
        coreSetSize: coreSet.size,
        difficulty: meanDifficulties(coreSet, observed),
        staleness: isStale
          ? { drawnAtRevision: coreSet.revision, changedAtRevision: benchmark.itemsRevision }
          : null,
      });
      return { answer, revision: loaded.revision };
    },
  };
}

function meanDifficulties({ difficulties }: CoreSet, observed: Int32Array) {
  const ofObserved = definedMean(Float64Array.from(observed, (index) => difficulties[index]));
  const ofAll = definedMean(difficulties);
  return Number.isNaN(ofObserved) ? null : { observed: ofObserved, coreSet: ofAll };
}
