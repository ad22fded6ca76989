import type { MethodName } from '../estimators/names.ts';
import { clip } from '../inference/wilson-interval.ts';
import { selectSmallest } from '../numeric/largest.ts';
import { sortedQuantile } from '../numeric/quantile.ts';
import { indexRange } from '../numeric/random.ts';
import type { Standing } from '../standing.ts';
import { unpackRecords } from './records.ts';

/** What is known of a new target. Unit scale. */
export interface CalibratedTarget extends Pick<Standing, 'deviations'> {
  /** Mean kappa with the sources; null where it is not defined. */
  readonly similarity: number | null;
  /** AIPW's estimate, and half the width of its interval at the default level. */
  readonly aipw: number;
  readonly halfWidth: number;
  readonly estimates: readonly { readonly method: MethodName; readonly estimate: number | null }[];
}

/** How far off each method was in those replays of a back-test whose targets were most like this one. Unit scale. */
export interface ExpectedErrors {
  /** No target of the back-test stood as far above its sources as this one does: the figures may be too small. */
  readonly isBeyond: boolean;
  readonly methods: readonly MethodExpectation[];
}

export interface MethodExpectation {
  readonly method: MethodName;
  /** The replays it is taken from, and how many models were the targets in them. */
  readonly replays: number;
  readonly models: number;
  readonly meanAbsoluteError: number;
  /** Nine of ten of them were off by less. */
  readonly p90: number;
}

/** The records of one arm of a back-test, ready for new targets. */
export interface Calibration {
  expect(target: CalibratedTarget): ExpectedErrors;
}

const minRecords = 50;
/** Fewer neighbours are noise, more are not like the target. */
const neighbourBounds = { lower: 40, upper: 200 };
const neighbourShare = 0.1;

/** Differences that count as much as each other; tried on the seven public matrices, one of them left out in turn. */
const similarityScale = 0.12;
const deviationScale = 1.5;
/** So far above the sources all targets are alike. */
const deviationBounds = { lower: -3, upper: 8 };
/** In half-widths of AIPW, which count as they are. */
const maxGap = 10;

/**
 * The expected error of a method for a target is the mean absolute error of that method over those targets of the back-test
 * that are nearest in three things: similarity to the sources, level (in standard deviations of the sources' scores) and the
 * gap between the method and AIPW. Errors are counted in half-widths of AIPW's interval on the same answers, so that a
 * target with a wide interval is expected to be further off:
 *   E|error| = h sum_k |error_k| / sum_k h_k   over the nearest records k, h the half-width of AIPW.
 * The gap is what tells most of a method without an interval: AIPW is nearly unbiased, so where they differ by more than its
 * interval it is the other that is wrong. Nearest neighbours: Cover and Hart 1967; the coordinates are ours.
 * @param packed the records of one arm   @param methods those of the arm
 * @returns null where there are too few records to tell
 * Cost: O(records) per target and method.
 */
export function createCalibration(packed: Float64Array, methods: readonly MethodName[]): Calibration | null {
  const records = unpackRecords(packed, methods.length).filter(({ aipw }) => aipw.halfWidth > 0);
  if (records.length < minRecords) return null;
  const halfWidths = Float64Array.from(records, ({ aipw }) => aipw.halfWidth);
  const similarities = Float64Array.from(records, ({ similarity }) => scaledSimilarity(similarity));
  const levels = Float64Array.from(records, ({ deviations }) => scaledLevel(deviations));
  const highest = records.reduce((most, { deviations }) => Math.max(most, deviations), -Infinity);
  const neighbours = clip(Math.round(neighbourShare * records.length), neighbourBounds);
  const inOrder = indexRange(records.length);
  const byMethod = new Map(methods.map((method, k) => [method, errorsOf(k)]));

  function errorsOf(k: number): RecordedErrors {
    const absolute = Float64Array.from(records, (record) => Math.abs(record.methods[k].error));
    return {
      absolute,
      answered: absolute.filter((error) => !Number.isNaN(error)).length,
      gaps: Float64Array.from(records, ({ methods: errors, aipw }) =>
        scaledGap(errors[k].error - aipw.error, aipw.halfWidth),
      ),
    };
  }

  /** Those as near as the last one count too, so that the order of the records does not. */
  function nearest(
    similarity: number,
    level: number,
    gap: number,
    { absolute, gaps }: RecordedErrors,
  ): Int32Array {
    const distances = new Float64Array(records.length);
    for (let r = 0; r < distances.length; r++) {
      // A record in which the method did not answer is nobody's neighbour.
      distances[r] = Number.isNaN(absolute[r])
        ? Infinity
        : (similarities[r] - similarity) ** 2 + (levels[r] - level) ** 2 + (gaps[r] - gap) ** 2;
    }
    const furthest = selectSmallest(distances.slice(), neighbours - 1);
    return inOrder.filter((r) => distances[r] <= furthest);
  }

  function expectMethod(
    target: CalibratedTarget,
    method: MethodName,
    estimate: number,
  ): MethodExpectation | null {
    const errors = byMethod.get(method);
    if (errors === undefined || errors.answered < neighbours) return null;
    const alike = nearest(
      scaledSimilarity(target.similarity ?? Number.NaN),
      scaledLevel(target.deviations),
      scaledGap(estimate - target.aipw, target.halfWidth),
      errors,
    );
    const relative = Float64Array.from(alike, (r) => errors.absolute[r] / halfWidths[r]).sort();
    const sum = (values: Float64Array) => alike.reduce((total, r) => total + values[r], 0);
    return {
      method,
      replays: alike.length,
      models: new Set(Array.from(alike, (r) => records[r].model)).size,
      meanAbsoluteError: (target.halfWidth * sum(errors.absolute)) / sum(halfWidths),
      p90: target.halfWidth * sortedQuantile(relative, 0.9),
    };
  }

  return {
    expect: (target) => ({
      isBeyond: target.deviations > highest,
      methods: target.estimates
        .filter(() => target.halfWidth > 0)
        .map(({ method, estimate }) => (estimate === null ? null : expectMethod(target, method, estimate)))
        .filter((expected) => expected !== null),
    }),
  };
}

interface RecordedErrors {
  /** Records in which the method answered. */
  readonly answered: number;
  readonly absolute: Float64Array;
  readonly gaps: Float64Array;
}

/** Where kappa is not defined, models agree no more than chance would have it. */
function scaledSimilarity(similarity: number): number {
  return Number.isNaN(similarity) ? 0 : similarity / similarityScale;
}

function scaledLevel(deviations: number): number {
  return clip(deviations, deviationBounds) / deviationScale;
}

function scaledGap(difference: number, halfWidth: number): number {
  return Math.min(maxGap, Math.abs(difference) / halfWidth);
}
