import type { ItemGroups } from '../history.ts';
import type { Random } from '../numeric/random.ts';

/** What a design draws from. */
export interface Frame {
  /** N: mean source score of each item (high = easy), unit scale, no NaN. */
  readonly difficulties: Float64Array;
  readonly groups: ItemGroups;
}

/** A drawn core set. */
export interface Draw {
  /** n indices into the population, ascending. */
  readonly items: Int32Array;
  /** n inclusion probabilities in the order of `items`; null for purposive designs. */
  readonly inclusion: Float64Array | null;
}

/**
 * @param size n, 1 <= n <= N
 * @throws DomainError invalid-request: this design cannot draw that many
 */
export type Design = (frame: Frame, size: number, random: Random) => Draw;
