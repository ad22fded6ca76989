import { weightedMean } from '../numeric/ridge.ts';
import { studentTQuantile } from '../numeric/student-t.ts';

/** One sample of a finite population and how it was drawn. Unit scale. */
export interface Sample {
  /** n */
  readonly scores: Float64Array;
  /** n: sum 1 */
  readonly weights: Float64Array;
  /** n: in (0, 1] */
  readonly inclusion: Float64Array;
  /** N >= n */
  readonly populationSize: number;
}

export interface IntervalEstimate {
  /** The point estimate, moved to what is possible given the observed scores. */
  readonly estimate: number;
  /** null where fewer than two items were observed of more than that. */
  readonly interval: { readonly lower: number; readonly upper: number } | null;
  readonly standardError: number | null;
  /** The number of plainly sampled items that would tell as much. */
  readonly effectiveSampleSize: number | null;
  /** n_eff, the number of 0/1 observations that would tell as much; null without an interval, or where it is exact. */
  readonly observations: number | null;
}

/** R outside these bounds is noise of the variance estimate, not gain or loss. */
const minRelativeVariance = 0.2;
const maxRelativeVariance = 1.1;

/**
 * The full score must lie between "all other items 0" and "all other items 1".
 * @returns [sum_C y / N, (sum_C y + N - n) / N]
 */
export function possibleScores({ scores, populationSize }: Sample): { lower: number; upper: number } {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i];
  return { lower: sum / populationSize, upper: (sum + populationSize - scores.length) / populationSize };
}

export function clip(value: number, { lower, upper }: { lower: number; upper: number }): number {
  return Math.min(upper, Math.max(lower, value));
}

/** Bounds are sums of rounded terms; a true score on the bound is inside. */
export function isInside(score: number, { lower, upper }: { lower: number; upper: number }): boolean {
  return score >= lower - 1e-12 && score <= upper + 1e-12;
}

/** V = sum_C w_i (y_i - ybar)^2, the weighted variance of the observed scores. */
export function weightedVariance(scores: Float64Array, weights: Float64Array): number {
  const mean = weightedMean(scores, weights);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const deviation = scores[i] - mean;
    sum += weights[i] * deviation * deviation;
  }
  return sum;
}

/**
 * Variance of the estimator relative to the plain mean of a random sample of the same size:
 *   R = clip( n sum_C (1 - pi_i) (w_i e_i)^2 / (f V), 0.2, 1.1 ),  f = 1 - n/N;  R = 1 where V = 0.
 * For 0/1 scores and equal probabilities it is mean(e^2) / V.
 */
export function relativeVariance(sample: Sample, looResiduals: Float64Array): number {
  const variance = weightedVariance(sample.scores, sample.weights);
  if (variance <= Number.EPSILON || sample.scores.length >= sample.populationSize) return 1;
  return clipRelative(residualVariance(sample, looResiduals) / variance);
}

export function clipRelative(ratio: number): number {
  return clip(ratio, { lower: minRelativeVariance, upper: maxRelativeVariance });
}

/** n sum_C (1 - pi_i) (w_i e_i)^2 / f: what the plain mean's V is to be compared with. n < N. */
export function residualVariance(
  { weights, inclusion, populationSize }: Omit<Sample, 'scores'>,
  looResiduals: Float64Array,
): number {
  const n = looResiduals.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (1 - inclusion[i]) * (weights[i] * looResiduals[i]) ** 2;
  return (n * sum) / (1 - n / populationSize);
}

export interface Precision {
  /** ybar and V, unit scale. */
  readonly mean: number;
  readonly variance: number;
  /** R */
  readonly relative: number;
  readonly n: number;
  readonly populationSize: number;
}

/** n_eff = n ybar (1 - ybar) / (R f V), the number of 0/1 observations that would tell as much; V = 0: n / f. */
export function effectiveObservations({ mean, variance, relative, n, populationSize }: Precision): number {
  const finite = 1 - n / populationSize;
  return variance <= Number.EPSILON ? n / finite : (n * mean * (1 - mean)) / (relative * finite * variance);
}

/** Wilson's score interval (Wilson 1927) for a share seen in so many observations, q standard errors to each side. */
export function scoreBounds(
  share: number,
  observations: number,
  q: number,
): { lower: number; upper: number } {
  const spread = (q * q) / observations;
  const centre = (share + spread / 2) / (1 + spread);
  const half =
    (q / (1 + spread)) *
    Math.sqrt((share * (1 - share)) / observations + (q * q) / (4 * observations * observations));
  return { lower: centre - half, upper: centre + half };
}

/**
 * Wilson's score interval at the possible estimate theta', with the effective number of observations and
 * q = t_{n-1, (1 + level) / 2}, clipped to the possible scores. Unlike the t interval it holds where scores sit near 0 or 1.
 * n = N: the exact score, zero width. n < 2 < N: no interval.
 * @param estimate theta, unit scale   @param level in (0, 1)
 * standard_error = (upper - lower) / (2 q); effective_sample_size = n / R.
 */
export function wilsonInterval(
  sample: Sample,
  estimate: number,
  looResiduals: Float64Array,
  level: number,
): IntervalEstimate {
  const { scores, weights, populationSize } = sample;
  const n = scores.length;
  const possible = possibleScores(sample);
  if (n === populationSize) {
    const { lower: exact } = possible;
    const interval = { lower: exact, upper: exact };
    return { estimate: exact, interval, standardError: 0, effectiveSampleSize: n, observations: null };
  }
  const theta = clip(estimate, possible);
  if (n < 2) {
    return {
      estimate: theta,
      interval: null,
      standardError: null,
      effectiveSampleSize: null,
      observations: null,
    };
  }

  const relative = relativeVariance(sample, looResiduals);
  const variance = weightedVariance(scores, weights);
  const mean = weightedMean(scores, weights);
  const q = studentTQuantile((1 + level) / 2, n - 1);
  const effective = effectiveObservations({ mean, variance, relative, n, populationSize });
  const bounds = scoreBounds(theta, effective, q);
  const interval = {
    lower: Math.min(theta, clip(bounds.lower, possible)),
    upper: Math.max(theta, clip(bounds.upper, possible)),
  };
  return {
    estimate: theta,
    interval,
    standardError: (interval.upper - interval.lower) / (2 * q),
    effectiveSampleSize: n / relative,
    observations: effective,
  };
}
