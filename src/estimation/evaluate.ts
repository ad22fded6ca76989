import { defaultScoreRange, fromUnit, isUnitRange, type ScoreRange } from '../scores/score-range.ts';
import type { AipwEstimate } from './estimators/aipw.ts';
import type { MethodName } from './estimators/names.ts';
import { methodsFor } from './estimators/registry.ts';
import { estimateGroup, type GroupEstimate } from './group-estimates.ts';
import {
  clip,
  possibleScores,
  relativeVariance,
  type Sample,
  weightedVariance,
} from './inference/wilson-interval.ts';
import {
  intervalInUnits,
  type LevelInterval,
  type MethodEstimate,
  toMethodEstimate,
  unavailable,
} from './method-estimate.ts';
import { weightedMean } from './numeric/ridge.ts';
import { planTarget, type TargetPlan } from './planning.ts';
import type { PreparedCoreSet } from './prepared-core-set.ts';
import { ownMethodOf, type Recommendation, recommend } from './recommendation.ts';
import {
  defaultThresholds,
  describeSimilarity,
  type Similarity,
  type SimilarityThresholds,
} from './similarity/similarity.ts';
import type { Standing } from './standing.ts';
import { type EvaluationFacts, raiseWarnings, type Warning } from './warnings.ts';

export interface EvaluateOptions {
  /** @default aipw, random-sampling, random-sampling-learn, and those that the core set was made for */
  readonly methods?: readonly MethodName[];
  /** Nominal coverage of the intervals, in (0, 1). @default 0.95 */
  readonly level?: number;
  /** The benchmark's score units, for the answer. @default [0, 1] */
  readonly range?: ScoreRange;
  readonly thresholds?: SimilarityThresholds;
  /** Items of the core set, observed or not. @default the observed ones */
  readonly coreSetSize?: number;
  readonly difficulty?: EvaluationFacts['difficulty'];
  readonly staleness?: EvaluationFacts['staleness'];
}

/** The answer, in the benchmark's own score units. */
export interface Evaluation extends Recommendation {
  readonly estimates: readonly MethodEstimate[];
  readonly similarity: Similarity;
  /** Where AIPW's estimate stands among the full scores of the sources; null without sources. */
  readonly standing: Standing | null;
  readonly warnings: readonly Warning[];
  readonly groups: readonly (Omit<GroupEstimate, 'interval'> & { readonly interval: LevelInterval | null })[];
  /** How many items would narrow the interval of AIPW to some half-widths; null where it has none. */
  readonly plan: TargetPlan | null;
  /** What the user's own predictions were worth; null without any. */
  readonly predictions: PredictionGain | null;
  /** M, and the share of the history's cells that were imputed, 0 to 1. */
  readonly sourceModels: number;
  readonly missingShare: number;
}

/** AIPW with the user's predictions and without them. */
export interface PredictionGain {
  readonly looR2: number;
  readonly looR2Without: number;
  readonly effectiveSampleSize: number;
  readonly effectiveSampleSizeWithout: number;
}

/** Nominal coverage where none is asked for. */
export const defaultLevel = 0.95;

/**
 * One target on one prepared core set: estimates, similarity, warnings, groups.
 * @param scores n observed scores, unit scale, no NaN, in the order of the sample's items
 * Cost per target: O(n min(n, M) + n M), whatever N.
 */
export function evaluateTarget(
  prepared: PreparedCoreSet,
  scores: Float64Array,
  options: EvaluateOptions = {},
): Evaluation {
  const { level = defaultLevel, range = defaultScoreRange } = options;
  const { methods = methodsFor(prepared.design) } = options;
  const { sample } = prepared;
  const observed: Sample = { ...sample, scores };
  const fitted = prepared.aipw.estimate(scores);
  const facts = gatherFacts(prepared, observed, fitted, options, range);
  return {
    ...recommend(facts, ownMethodOf(prepared)),
    estimates: methods.map((method) => estimateBy(method, prepared, observed, fitted, level, range)),
    similarity: facts.similarity,
    standing: sample.nModels === 0 ? null : prepared.standingOf(clip(fitted.value, possibleScores(observed))),
    warnings: raiseWarnings(facts),
    groups: prepared.groups.map((plan) =>
      groupInUnits(estimateGroup(plan, sample, scores, fitted, level), range, level),
    ),
    plan: planTarget(observed, fitted, level, range),
    predictions: predictionGain(prepared, observed, fitted),
    sourceModels: sample.nModels,
    missingShare: prepared.missingShare,
  };
}

/** @param fitted what AIPW says, which is known already */
export function estimateBy(
  method: MethodName,
  prepared: PreparedCoreSet,
  observed: Sample,
  fitted: AipwEstimate,
  level: number,
  range: ScoreRange,
): MethodEstimate {
  const reason = prepared.whyUnavailable(method);
  if (reason !== null) return unavailable(method, reason);
  const point = method === 'aipw' ? fitted : prepared.fit(method).estimate(observed.scores);
  return toMethodEstimate(method, point, observed, level, range);
}

function gatherFacts(
  prepared: PreparedCoreSet,
  observed: Sample,
  fitted: AipwEstimate,
  options: EvaluateOptions,
  range: ScoreRange,
): EvaluationFacts {
  const thresholds = options.thresholds ?? defaultThresholds;
  const n = observed.scores.length;
  return {
    aipwEstimate: fromUnit(clip(fitted.value, possibleScores(observed)), range),
    sortedFullScores: isUnitRange(range)
      ? prepared.sortedFullScores
      : prepared.sortedFullScores.map((score) => fromUnit(score, range)),
    similarity: describeSimilarity(prepared.similarity, observed.scores, thresholds),
    thresholds,
    looR2: leaveOneOutR2(observed, fitted.looResiduals),
    predictionsMatchResults: matches(prepared, observed.scores),
    observedItems: n,
    coreSetSize: options.coreSetSize ?? n,
    populationSize: observed.populationSize,
    probabilities: prepared.probabilities,
    difficulty: options.difficulty ?? null,
    staleness: options.staleness ?? null,
  };
}

/** A judge that is right every time would be news; one that was shown the results would not. */
function matches({ predictions, sample }: PreparedCoreSet, scores: Float64Array): boolean {
  if (predictions === null) return false;
  return scores.every((score, i) => Math.abs(score - predictions[sample.items[i]]) < 1e-9);
}

/**
 * 1 - sum_C w e^2 / sum_C w ((y - ybar) / (1 - w))^2: the squared errors of AIPW and of the plain mean, both without the
 * item they are for. 0 where the observed scores do not vary, since nothing can be explained then.
 */
function leaveOneOutR2({ scores, weights }: Sample, looResiduals: Float64Array): number {
  if (weightedVariance(scores, weights) <= Number.EPSILON) return 0;
  const mean = weightedMean(scores, weights);
  let unexplained = 0;
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    unexplained += weights[i] * looResiduals[i] ** 2;
    total += weights[i] * ((scores[i] - mean) / (1 - weights[i])) ** 2;
  }
  return 1 - unexplained / total;
}

function predictionGain(
  { aipwWithoutPredictions }: PreparedCoreSet,
  observed: Sample,
  fitted: AipwEstimate,
): PredictionGain | null {
  if (aipwWithoutPredictions === null) return null;
  const without = aipwWithoutPredictions.estimate(observed.scores);
  const n = observed.scores.length;
  return {
    looR2: leaveOneOutR2(observed, fitted.looResiduals),
    looR2Without: leaveOneOutR2(observed, without.looResiduals),
    effectiveSampleSize: n / relativeVariance(observed, fitted.looResiduals),
    effectiveSampleSizeWithout: n / relativeVariance(observed, without.looResiduals),
  };
}

function groupInUnits(group: GroupEstimate, range: ScoreRange, level: number): Evaluation['groups'][number] {
  return {
    ...group,
    estimate: fromUnit(group.estimate, range),
    interval: intervalInUnits(group.interval, range, level),
  };
}
