import type { ScoreRange } from '../scores/score-range.ts';
import { createCoreSample } from './core-sample.ts';
import type { Frame } from './designs/design.ts';
import { drawCoreSet } from './designs/draw.ts';
import { frameOf } from './designs/frame.ts';
import type { ProbabilityDesignName } from './designs/names.ts';
import { probabilityDesigns } from './designs/registry.ts';
import { defaultPenalty, withoutOwnInfluence } from './estimators/aipw.ts';
import { imputedScore, type Sources } from './history.ts';
import {
  effectiveObservations,
  relativeVariance,
  type Sample,
  scoreBounds,
  weightedVariance,
  wilsonInterval,
} from './inference/wilson-interval.ts';
import { interpolateAlongLog } from './numeric/interpolate.ts';
import { sortedQuantile } from './numeric/quantile.ts';
import type { Random } from './numeric/random.ts';
import { prepareRidge, weightedMean } from './numeric/ridge.ts';
import { studentTQuantile } from './numeric/student-t.ts';

/** What the width of a model's interval depends on, besides the number of items. Unit scale. */
export interface Spread {
  /** Where the interval lies: the estimate. */
  readonly centre: number;
  /** Mean and variance of the model's scores. */
  readonly mean: number;
  readonly variance: number;
  /** R at a core set of so many items: the variance of the estimator relative to the plain mean. */
  relativeAt(size: number): number;
}

/** Half the width of the interval that a model would get from so many of N items; 0 at n = N. */
export function halfWidthAt(spread: Spread, size: number, populationSize: number, level: number): number {
  if (size >= populationSize) return 0;
  const { centre, mean, variance } = spread;
  const observations = effectiveObservations({
    mean,
    variance,
    relative: spread.relativeAt(size),
    n: size,
    populationSize,
  });
  const { lower, upper } = scoreBounds(centre, observations, studentTQuantile((1 + level) / 2, size - 1));
  return (upper - lower) / 2;
}

/**
 * The fewest items, at least two, for which the half-width is within the one wanted; the whole population always is.
 */
export function itemsForHalfWidth(
  spread: Spread,
  populationSize: number,
  halfWidth: number,
  level: number,
): number {
  return fewestItems(populationSize, (size) => halfWidthAt(spread, size, populationSize, level) <= halfWidth);
}

/** The fewest items, at least two, that are enough; the whole population always is. By halving, O(log N). */
export function fewestItems(populationSize: number, isEnough: (size: number) => boolean): number {
  let tooFew = 1;
  let enough = populationSize;
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >> 1;
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** What more items would bring for one target, in score units. */
export interface TargetPlan {
  /** Half the width of the interval as it is. */
  readonly halfWidth: number;
  readonly itemsForHalfWidth: readonly { readonly halfWidth: number; readonly items: number }[];
}

/** Half-widths to plan for, as shares of the score range. */
const plannedHalfWidths = [0.1, 0.05, 0.02, 0.01];

/** How many items in all this target would need, if more of them behave as those observed. null without an interval. */
export function planTarget(
  observed: Sample,
  { value, looResiduals }: { value: number; looResiduals: Float64Array },
  level: number,
  range: ScoreRange,
): TargetPlan | null {
  const { interval, estimate } = wilsonInterval(observed, value, looResiduals, level);
  if (interval === null) return null;
  const relative = relativeVariance(observed, looResiduals);
  const spread: Spread = {
    centre: estimate,
    mean: weightedMean(observed.scores, observed.weights),
    variance: weightedVariance(observed.scores, observed.weights),
    relativeAt: () => relative,
  };
  const unit = range.high - range.low;
  const now = (interval.upper - interval.lower) / 2;
  const n = observed.scores.length;
  return {
    halfWidth: now * unit,
    itemsForHalfWidth: plannedHalfWidths.map((share) => {
      const items = itemsForHalfWidth(spread, observed.populationSize, share, level);
      // The interval as it is may be narrower than the formula's: cut to what is possible.
      return { halfWidth: share * unit, items: now <= share ? Math.min(items, n) : items };
    }),
  };
}

/** How precisely each source model would have been estimated, had it been the new one: what plans are made from. */
export interface SourceSpreads {
  readonly populationSize: number;
  /** M: full scores, and the variances of the scores over the population. */
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** R of every source at some sizes of core sets, ascending. */
  readonly relatives: readonly RelativeVariances[];
}

export interface RelativeVariances {
  readonly size: number;
  /** M for each of some core sets of that size, one after the other. */
  readonly values: Float64Array;
}

/** Sizes at which R is measured; between them it is interpolated along log n, beyond them it stays. */
const referenceSizes = [10, 20, 50, 100, 200, 400];
const drawsPerSize = 4;

/**
 * Each source in turn is the target, left out of the regression, on some reference core sets: a new model is run on one
 * core set, whose R may be larger or smaller than on average.
 * @param frame what the design draws from, where it is at hand
 * Cost: O(M N) for the variances and O(n^2 M) for each reference core set, n at most 400.
 */
export function measureSpreads(
  sources: Sources,
  design: ProbabilityDesignName,
  random: Random,
  frame = frameOf(sources, design),
): SourceSpreads {
  return {
    populationSize: sources.history.population.length,
    means: sources.summary.fullScores,
    variances: sourceVariances(sources),
    relatives: relativeVariances(sources, design, frame, random),
  };
}

/** Items needed at the median and at the 90th percentile of the source models. */
export interface NeededItems {
  readonly median: number;
  readonly p90: number;
}

export interface Plan {
  readonly aipw: NeededItems;
  readonly randomSampling: NeededItems;
}

/** More would make the percentiles no sharper; of more, some spread evenly over the models are taken. */
const maxRuns = 2000;

/**
 * How many items a model like those of the history needs for an interval of a given half-width.
 * @param halfWidth unit scale   @param level nominal coverage, in (0, 1)
 */
export function planCoreSet(spreads: SourceSpreads, halfWidth: number, level: number): Plan {
  const { means, variances, relatives, populationSize } = spreads;
  const runs = relatives[0].values.length;
  const needs = (relativeOf: (run: number) => Spread['relativeAt']) =>
    summariseNeeds(
      Float64Array.from({ length: Math.min(runs, maxRuns) }, (_, k) => {
        const run = Math.floor((k * runs) / Math.min(runs, maxRuns));
        const m = run % means.length;
        const relativeAt = relativeOf(run);
        const spread = { centre: means[m], mean: means[m], variance: variances[m], relativeAt };
        return itemsForHalfWidth(spread, populationSize, halfWidth, level);
      }),
    );
  return { aipw: needs((run) => interpolate(relatives, run)), randomSampling: needs(() => () => 1) };
}

function summariseNeeds(items: Float64Array): NeededItems {
  const ascending = items.slice().sort();
  return {
    median: Math.ceil(sortedQuantile(ascending, 0.5)),
    p90: Math.ceil(sortedQuantile(ascending, 0.9)),
  };
}

/** M: the variance of each source's scores over the population, imputed. */
function sourceVariances({ history, summary }: Sources): Float64Array {
  return summary.fullScores.map((mean, m) => {
    let sum = 0;
    for (let j = 0; j < history.population.length; j++) {
      sum += (imputedScore(history, summary, m, j) - mean) ** 2;
    }
    return sum / history.population.length;
  });
}

function relativeVariances(
  sources: Sources,
  design: ProbabilityDesignName,
  frame: Frame,
  random: Random,
): RelativeVariances[] {
  const { history } = sources;
  const population = history.population.length;
  const groups = new Set(history.groups.ofItem).size;
  const fitting = referenceSizes.filter((size) => size < population && size >= groups);
  // A population so small, or so many groups, that no reference core set can be drawn: nothing is gained for certain.
  if (fitting.length === 0) {
    return [{ size: population, values: new Float64Array(history.models.length).fill(1) }];
  }
  return fitting.map((size) => {
    const values = new Float64Array(drawsPerSize * history.models.length);
    for (let draw = 0; draw < drawsPerSize; draw++) {
      const { items, inclusion } = drawCoreSet(probabilityDesigns[design], frame, size, random);
      values.set(leaveOneOutRelatives(sources, items, inclusion), draw * history.models.length);
    }
    return { size, values };
  });
}

/**
 * R of every source as the target of a regression on the others. Taking the target's own column k out of the Gram matrix
 * is a rank-one change (Sherman and Morrison 1950): with u = (K + alpha I)^-1 k the residuals grow by c = 1 / (1 - k'u)
 * and the leverages lose alpha c u_i^2.
 */
function leaveOneOutRelatives(
  { history, summary }: Sources,
  items: Int32Array,
  inclusion: Float64Array,
): Float64Array {
  const sample = createCoreSample(history, summary, items, inclusion);
  const { nItems, nModels, weights, sourceScores } = sample;
  const ridge = prepareRidge({ features: sourceScores, nRows: nItems, nFeatures: nModels, weights }).fit(
    defaultPenalty,
  );
  return Float64Array.from({ length: nModels }, (_, m) => {
    const scores = Float64Array.from({ length: nItems }, (_, i) => sourceScores[i * nModels + m]);
    const mean = weightedMean(scores, weights);
    const residuals = ridge.residuals(scores);
    let explained = 0;
    for (let i = 0; i < nItems; i++) {
      explained += (nItems * weights[i] * (scores[i] - mean) * residuals[i]) / defaultPenalty;
    }
    const growth = 1 / (1 - explained);
    const leverage = ridge.leverage.map(
      (whole, i) => whole - (growth * nItems * weights[i] * residuals[i] ** 2) / defaultPenalty,
    );
    const ownResiduals = residuals.map((residual) => growth * residual);
    const looResiduals = withoutOwnInfluence(ownResiduals, { leverage });
    return relativeVariance({ ...sample, scores }, looResiduals);
  });
}

function interpolate(points: readonly RelativeVariances[], run: number): (size: number) => number {
  const sizes = points.map(({ size }) => size);
  const relatives = points.map(({ values }) => values[run]);
  return (size) => interpolateAlongLog(sizes, relatives, size);
}
