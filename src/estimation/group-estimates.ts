import type { CoreSample } from './core-sample.ts';
import { type AipwEstimate, applyPrediction, type FittedAipw } from './estimators/aipw.ts';
import { groupSizes, type ItemGroups } from './history.ts';
import {
  clip,
  type IntervalEstimate,
  possibleScores,
  type Sample,
  wilsonInterval,
} from './inference/wilson-interval.ts';

/** Below this an interval would say more about the formula than about the group. */
const minItemsForInterval = 5;

/** The groups of a population, prepared for one core set. */
export interface GroupPlan {
  readonly name: string | null;
  /** N_g */
  readonly populationSize: number;
  /** n_g indices into the core sample. */
  readonly members: Int32Array;
  /** Coefficients of the mean prediction over the group. */
  readonly prediction: Float64Array;
}

export interface GroupEstimate {
  readonly group: string | null;
  readonly observedItems: number;
  readonly populationSize: number;
  readonly estimate: number;
  readonly interval: IntervalEstimate['interval'];
  readonly reason: string | null;
}

/** @param groupScores one per group: M mean scores of the sources over the group's items */
export function planGroups(
  groups: ItemGroups,
  groupScores: readonly Float64Array[],
  sample: CoreSample,
  fit: FittedAipw,
): GroupPlan[] {
  const sizes = groupSizes(groups);
  return groups.names.map((name, group) => ({
    name,
    populationSize: sizes[group],
    members: Int32Array.from(sample.items.keys()).filter((i) => groups.ofItem[sample.items[i]] === group),
    prediction: fit.predictionOf(groupScores[group]),
  }));
}

/**
 * theta_g = mean of yhat over the group + sum over C_g of w_i (y_i - yhat_i), w renormalised in C_g; leave-one-out
 * residuals from the full fit, the interval's formula with n_g and N_g. Unit scale.
 * @param scores n observed scores of the target, of all groups   @param level nominal coverage, in (0, 1)
 * Source: Sarndal, Swensson and Wretman 1992, estimation for domains.
 */
export function estimateGroup(
  plan: GroupPlan,
  sample: CoreSample,
  scores: Float64Array,
  fitted: AipwEstimate,
  level: number,
): GroupEstimate {
  const { name, populationSize, members, prediction } = plan;
  const pick = (values: Float64Array) => Float64Array.from(members, (i) => values[i]);
  const weights = pick(sample.weights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const group: Sample = {
    scores: pick(scores),
    weights: weights.map((weight) => weight / total),
    inclusion: pick(sample.inclusion),
    populationSize,
  };
  let value = applyPrediction(prediction, scores, sample.weights);
  members.forEach((i, k) => {
    value += group.weights[k] * fitted.residuals[i];
  });
  const counts = { group: name, observedItems: members.length, populationSize };
  if (members.length < minItemsForInterval && members.length < populationSize) {
    return {
      ...counts,
      estimate: clip(value, possibleScores(group)),
      interval: null,
      reason: reasonOf(members.length),
    };
  }
  const { estimate, interval } = wilsonInterval(group, value, pick(fitted.looResiduals), level);
  return { ...counts, estimate, interval, reason: null };
}

function reasonOf(observed: number): string {
  return observed === 0
    ? 'no item of this group was observed: the figure is the regression alone'
    : `fewer than ${minItemsForInterval} items of this group were observed`;
}
