import {
  type CoreSetInput,
  observedPart,
  type PreparedCoreSet,
  prepareCoreSet,
} from '../estimation/prepared-core-set.ts';
import type { Limits } from '../limits.ts';
import type { ScoreRange } from '../scores/score-range.ts';
import type { CoreSet, LearnedModel } from '../storage/core-sets.ts';
import { type CacheVitals, CountedCache } from './counted-cache.ts';
import { indicesIn } from './drawing.ts';
import type { Histories, LoadedHistory } from './histories.ts';
import { selectSources } from './source-history.ts';

/** A core set and its sources, ready for targets. */
export interface Predictor {
  /** The same for all targets that share it, other for another history. */
  readonly key: string;
  readonly sourceNames: readonly string[];
  /**
   * What the mathematics needs to know.
   * @param observed indices of the observed items in the core set
   * @param predictions N predictions of the user's, unit scale
   */
  inputFor(observed: Int32Array, predictions: Float64Array | null): CoreSetInput;
  /** The same, prepared; for all items without predictions at first use, then kept. */
  prepare(observed: Int32Array, predictions: Float64Array | null): PreparedCoreSet;
}

export interface Predictors {
  /** @param targets names of the targets: never their own sources */
  of(coreSet: CoreSet, loaded: LoadedHistory, ...targets: string[]): Predictor;
  cacheVitals(): CacheVitals;
  /** Keeps none. */
  letGo(): void;
}

export function createPredictors(
  histories: Pick<Histories, 'onForgotten'>,
  { predictorCacheBytes }: Pick<Limits, 'predictorCacheBytes'>,
): Predictors {
  const cache = new CountedCache<string, { loaded: LoadedHistory; predictor: Predictor }>({
    maxSize: predictorCacheBytes,
  });
  // A predictor holds on to its history: it must not keep what the histories have let go of.
  histories.onForgotten((forgotten) => {
    for (const [key, { loaded }] of cache.entries()) if (loaded === forgotten) cache.delete(key);
  });

  return {
    letGo: () => cache.clear(),
    cacheVitals: () => cache.vitals,
    of(coreSet, loaded, ...targets) {
      const names = new Set(targets);
      // Most targets are in no history: they share one predictor.
      const mattering = [...names].filter(
        (name) => loaded.modelNames.includes(name) || coreSet.learned?.from.includes(name),
      );
      const key = JSON.stringify([coreSet.id, ...mattering]);
      const cached = cache.get(key);
      if (cached?.loaded === loaded) return cached.predictor;
      const predictor = createPredictor(`${key}:${loaded.revision}`, coreSet, loaded, names);
      cache.set(key, { loaded, predictor }, { size: estimatedBytes(coreSet) });
      return predictor;
    },
  };
}

/** The prepared core set holds about four n x n and four n x M matrices of numbers; its history is counted by those. */
function estimatedBytes({ size, sourceModels, population }: CoreSet): number {
  return 32 * size * (size + sourceModels.length) + 16 * population.length + 1024;
}

function createPredictor(
  key: string,
  coreSet: CoreSet,
  loaded: LoadedHistory,
  targets: ReadonlySet<string>,
): Predictor {
  const sourceIds = new Set(coreSet.sourceModels);
  const sources = selectSources(
    loaded,
    ({ id, name }) => sourceIds.has(id) && !targets.has(name),
    coreSet.population,
  );
  const items = indicesIn(coreSet.population, coreSet.positions);
  const { learned } = coreSet;

  const whole: CoreSetInput = {
    history: sources.history,
    summary: sources.summary,
    items,
    inclusion: coreSet.inclusion,
    design: coreSet.design,
    learned: learned && (whyNotLearned(learned, targets, loaded.scoreRange) ?? learned.arrays),
  };

  function inputFor(observed: Int32Array, predictions: Float64Array | null): CoreSetInput {
    return { ...observedPart(whole, observed), predictions };
  }

  let complete: PreparedCoreSet | undefined;
  return {
    key,
    sourceNames: sources.modelNames,
    inputFor,
    prepare(observed, predictions) {
      const input = inputFor(observed, predictions);
      if (observed.length < coreSet.size || predictions !== null) return prepareCoreSet(input);
      complete ??= prepareCoreSet(input);
      return complete;
    },
  };
}

/** A method that learned from the target's own answers would only repeat them. */
function whyNotLearned(
  { from, scoreRange }: LearnedModel,
  targets: ReadonlySet<string>,
  now: ScoreRange,
): string | null {
  if (from.some((name) => targets.has(name))) {
    return 'the items were chosen with this model among the sources: draw a core set with "exclude_models"';
  }
  if (scoreRange.low !== now.low || scoreRange.high !== now.high) {
    return 'the score range changed since the items were chosen: draw a new core set';
  }
  return null;
}
