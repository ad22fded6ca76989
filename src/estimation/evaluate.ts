import { defaultScoreRange, fromUnit, isUnitRange, type ScoreRange } from '../scores/score-range.ts';
import type { AipwEstimate } from './estimators/aipw.ts';
import type { PointEstimate } from './estimators/estimator.ts';
import { defaultMethods, type MethodName } from './estimators/registry.ts';
import { estimateGroup, type GroupEstimate } from './group-estimates.ts';
import {
  clip,
  possibleScores,
  type Sample,
  weightedVariance,
  wilsonInterval,
} from './inference/wilson-interval.ts';
import { weightedMean } from './numeric/ridge.ts';
import type { PreparedCoreSet } from './prepared-core-set.ts';
import { type Recommendation, recommend } from './recommendation.ts';
import {
  defaultThresholds,
  describeSimilarity,
  type Similarity,
  type SimilarityThresholds,
} from './similarity/similarity.ts';
import { type EvaluationFacts, raiseWarnings, type Warning } from './warnings.ts';

export interface EvaluateOptions {
  /** @default aipw, random-sampling, random-sampling-learn */
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

export interface LevelInterval {
  readonly level: number;
  readonly lower: number;
  readonly upper: number;
}

export interface MethodEstimate {
  readonly method: MethodName;
  readonly estimate: number;
  readonly standardError: number | null;
  readonly interval: LevelInterval | null;
  readonly effectiveSampleSize: number | null;
  readonly reason: string | null;
}

/** The answer, in the benchmark's own score units. */
export interface Evaluation extends Recommendation {
  readonly estimates: readonly MethodEstimate[];
  readonly similarity: Similarity;
  readonly warnings: readonly Warning[];
  readonly groups: readonly (Omit<GroupEstimate, 'interval'> & { readonly interval: LevelInterval | null })[];
}

const defaultLevel = 0.95;

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
  const { methods = defaultMethods, level = defaultLevel, range = defaultScoreRange } = options;
  const { sample } = prepared;
  const observed: Sample = { ...sample, scores };
  const fitted = prepared.aipw.estimate(scores);
  const facts = gatherFacts(prepared, observed, fitted, options, range);
  return {
    ...recommend(facts),
    estimates: methods.map((method) =>
      toMethodEstimate(
        method,
        method === 'aipw' ? fitted : prepared.fit(method).estimate(scores),
        observed,
        level,
        range,
      ),
    ),
    similarity: facts.similarity,
    warnings: raiseWarnings(facts),
    groups: prepared.groups.map((plan) =>
      groupInUnits(estimateGroup(plan, sample, scores, fitted, level), range, level),
    ),
  };
}

function toMethodEstimate(
  method: MethodName,
  { value, looResiduals }: PointEstimate,
  observed: Sample,
  level: number,
  range: ScoreRange,
): MethodEstimate {
  if (looResiduals === null) {
    const estimate = fromUnit(clip(value, possibleScores(observed)), range);
    const reason = 'no interval is known for this method';
    return { method, estimate, standardError: null, interval: null, effectiveSampleSize: null, reason };
  }
  const answer = wilsonInterval(observed, value, looResiduals, level);
  return {
    method,
    estimate: fromUnit(answer.estimate, range),
    standardError: answer.standardError === null ? null : answer.standardError * (range.high - range.low),
    interval: intervalInUnits(answer.interval, range, level),
    effectiveSampleSize: answer.effectiveSampleSize,
    reason: answer.interval === null ? 'an interval needs at least two observed items' : null,
  };
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
    observedItems: n,
    coreSetSize: options.coreSetSize ?? n,
    populationSize: observed.populationSize,
    probabilities: prepared.probabilities,
    difficulty: options.difficulty ?? null,
    staleness: options.staleness ?? null,
  };
}

/** 1 - sum_C w e^2 / V; 0 where the observed scores do not vary, since nothing can be explained then. */
function leaveOneOutR2({ scores, weights }: Sample, looResiduals: Float64Array): number {
  const variance = weightedVariance(scores, weights);
  if (variance <= Number.EPSILON) return 0;
  return (
    1 -
    weightedMean(
      looResiduals.map((residual) => residual ** 2),
      weights,
    ) /
      variance
  );
}

function groupInUnits(group: GroupEstimate, range: ScoreRange, level: number): Evaluation['groups'][number] {
  return {
    ...group,
    estimate: fromUnit(group.estimate, range),
    interval: intervalInUnits(group.interval, range, level),
  };
}

function intervalInUnits(
  bounds: GroupEstimate['interval'],
  range: ScoreRange,
  level: number,
): LevelInterval | null {
  if (bounds === null) return null;
  return { level, lower: fromUnit(bounds.lower, range), upper: fromUnit(bounds.upper, range) };
}
