import { indexRange, type Random, shuffleInPlace } from '../numeric/random.ts';
import type { Standing } from '../standing.ts';
import { type SplitName, splitNames } from './splits.ts';

/** One target of a back-test on one arm, for which the truth is known. Unit scale. */
export interface TargetRecord extends Standing {
  readonly split: SplitName;
  /** Its index in the history: the same model is a target in many trials. */
  readonly model: number;
  /** Mean kappa with the sources on the core set; NaN where it is not defined. */
  readonly similarity: number;
  /** Its interval at the default level, whatever that of the back-test. */
  readonly aipw: RecordedError;
  /** One per method of the arm. */
  readonly methods: readonly RecordedError[];
}

/** How far off a method was, and how far it said it might be. */
export interface RecordedError {
  /** estimate - truth; NaN where it could not answer. */
  readonly error: number;
  /** Half the width of its interval; NaN where it has none. */
  readonly halfWidth: number;
}

const ownNumbers = 7;

/** The records of an arm as numbers, one after the other. */
export function packRecords(records: readonly TargetRecord[]): Float64Array {
  return Float64Array.from(
    records.flatMap(({ split, model, similarity, percentile, deviations, aipw, methods }) => [
      splitNames.indexOf(split),
      model,
      similarity,
      percentile,
      deviations,
      ...[aipw, ...methods].flatMap(({ error, halfWidth }) => [error, halfWidth]),
    ]),
  );
}

/** @param methods number of methods of the arm */
export function unpackRecords(packed: Float64Array, methods: number): TargetRecord[] {
  const length = ownNumbers + 2 * methods;
  return Array.from({ length: packed.length / length }, (_, r) => {
    const errorAt = (place: number) => ({
      error: packed[r * length + place],
      halfWidth: packed[r * length + place + 1],
    });
    return {
      split: splitNames[packed[r * length]],
      model: packed[r * length + 1],
      similarity: packed[r * length + 2],
      percentile: packed[r * length + 3],
      deviations: packed[r * length + 4],
      aipw: errorAt(5),
      methods: Array.from({ length: methods }, (_, k) => errorAt(ownNumbers + 2 * k)),
    };
  });
}

/** As many records of an arm as tell what is to be expected, about: more would cost memory and time for nothing. */
const keptRecords = 2000;

/** Which of the targets of one trial are kept one by one. */
export function thinOut(targets: number, trials: number, random: Random): Int32Array {
  const count = Math.min(targets, Math.ceil(keptRecords / trials));
  return shuffleInPlace(indexRange(targets), random, count).slice(0, count);
}
