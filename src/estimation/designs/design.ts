import type { ItemGroups } from '../history.ts';
import type { ItemProspects } from '../item-prospects.ts';
import type { Random } from '../numeric/random.ts';

/** What a probability design draws from. */
export interface Frame {
  /** N: mean source score of each item (high = easy), unit scale, no NaN. */
  readonly difficulties: Float64Array;
  readonly groups: ItemGroups;
  /** null where no design asks for them, or the history is too thin to foretell anything. */
  readonly prospects: ItemProspects | null;
}

/** Some items of a frame, and how likely each is to be drawn. */
export interface Candidates {
  /** Indices into the population, ascending. */
  readonly items: Int32Array;
  /** One per candidate, in (0, 1]; their sum is the number of items to draw. */
  readonly inclusion: Float64Array;
}

/** A design under which every item has a known, positive probability of being drawn. */
export interface ProbabilityDesign {
  /**
   * @param size n, 1 <= n <= N
   * @param atLeast the N probabilities of a smaller core set of this design that is to be extended: none may fall
   * @returns N inclusion probabilities, in (0, 1], of a core set of n items; their sum is n
   * @throws DomainError invalid-request: this design cannot draw that many
   */
  inclusion(frame: Frame, size: number, atLeast?: Float64Array): Float64Array;
  /** Draws `size` candidates, each with its own probability. Indices into the population, in any order. */
  draw(frame: Frame, candidates: Candidates, size: number, random: Random): Int32Array;
}
