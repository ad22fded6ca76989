import type { CoreSample } from '../core-sample.ts';
import type { DesignName } from '../designs/names.ts';

/** What an estimator says of one target. */
export interface PointEstimate {
  /** The estimated full score, unit scale, not clipped. */
  readonly value: number;
  /**
   * n: leave-one-out residuals e_i, from which the interval is computed; null where no interval is known.
   * e_i says how far off y_i is from what the estimator would have predicted for it without it.
   */
  readonly looResiduals: Float64Array | null;
}

/** An estimator fitted on one core set, ready for any number of targets. */
export interface FittedEstimator {
  /** @param scores n observed scores of the target, unit scale, in the order of the core sample. */
  estimate(scores: Float64Array): PointEstimate;
}

/** One method. Its file can be held against the paper. */
export interface Estimator {
  readonly name: string;
  /** The designs whose core sets it predicts from; any core set where not given. */
  readonly designs?: readonly DesignName[];
  /** Reads the whole history, O(M N) or more: too long for the event loop of a service. */
  readonly isSlow?: boolean;
  /**
   * Predicts with `sample.learned`: on all items of the core set only, and only for a model that the design did not
   * learn from.
   */
  readonly usesLearned?: boolean;
  fit(sample: CoreSample): FittedEstimator;
}
