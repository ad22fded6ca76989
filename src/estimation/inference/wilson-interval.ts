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
}

/** R outside these bounds is noise of the variance estimate, not gain or loss. */
const minRelativeVariance = 0.2;
const maxRelativeVariance = 1.1;

/**
 * The full score must lie between "all other items 0" and "all other items 1".
 * @returns [sum_C y / N, (sum_C y + N - n) / N]
 */
export function possibleScores({ scores, populationSize }: Sample): { lower: number; upper: number } {
  const sum = scores.reduce((total, score) => total + score, 0);
  return { lower: sum / populationSize, upper: (sum + populationSize - scores.length) / populationSize };
}

export function clip(value: number, { lower, upper }: { lower: number; upper: number }): number {
  return Math.min(upper, Math.max(lower, value));
}

/** V = sum_C w_i (y_i - ybar)^2, the weighted variance of the observed scores. */
export function weightedVariance(scores: Float64Array, weights: Float64Array): number {
  const mean = weightedMean(scores, weights);
  return weightedMean(
    scores.map((score) => (score - mean) ** 2),
    weights,
  );
}

/**
 * Variance of the estimator relative to the plain mean of a random sample of the same size:
 *   R = clip( n sum_C (1 - pi_i) (w_i e_i)^2 / (f V), 0.2, 1.1 ),  f = 1 - n/N;  R = 1 where V = 0.
 * For 0/1 scores and equal probabilities it is mean(e^2) / V.
 */
export function relativeVariance(sample: Sample, looResiduals: Float64Array): number {
  const { scores, weights, inclusion, populationSize } = sample;
  const variance = weightedVariance(scores, weights);
  const finite = 1 - scores.length / populationSize;
  if (variance <= Number.EPSILON || finite <= 0) return 1;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += (1 - inclusion[i]) * (weights[i] * looResiduals[i]) ** 2;
  const ratio = (scores.length * sum) / (finite * variance);
  return clip(ratio, { lower: minRelativeVariance, upper: maxRelativeVariance });
}

/**
 * Wilson's score interval (Wilson 1927) at the possible estimate theta', with the effective number of observations
 *   n_eff = n ybar (1 - ybar) / (R f V)     (V = 0: n / f)     and q = t_{n-1, (1 + level) / 2},
 * clipped to the possible scores. Unlike the t interval it holds where scores sit near 0 or 1.
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
    return { estimate: exact, interval, standardError: 0, effectiveSampleSize: n };
  }
  const theta = clip(estimate, possible);
  if (n < 2) return { estimate: theta, interval: null, standardError: null, effectiveSampleSize: null };

  const relative = relativeVariance(sample, looResiduals);
  const variance = weightedVariance(scores, weights);
  const mean = weightedMean(scores, weights);
  const finite = 1 - n / populationSize;
  const effective =
    variance <= Number.EPSILON ? n / finite : (n * mean * (1 - mean)) / (relative * finite * variance);
  const q = studentTQuantile((1 + level) / 2, n - 1);
  const centre = (theta + (q * q) / (2 * effective)) / (1 + (q * q) / effective);
  const half =
    (q / (1 + (q * q) / effective)) *
    Math.sqrt((theta * (1 - theta)) / effective + (q * q) / (4 * effective * effective));
  const interval = {
    lower: Math.min(theta, clip(centre - half, possible)),
    upper: Math.max(theta, clip(centre + half, possible)),
  };
  return {
    estimate: theta,
    interval,
    standardError: (interval.upper - interval.lower) / (2 * q),
    effectiveSampleSize: n / relative,
  };
}
