import type { Sources } from '../history.ts';
import type { Random } from '../numeric/random.ts';

/**
 * Numbers that a design learned while it chose the items, and that its own method predicts with later. Arrays of one number
 * an item of the core set are in the order of the selection's items.
 */
export type Learned = Readonly<Record<string, Float64Array>>;

/** A core set that was chosen, not drawn: no inclusion probabilities. */
export interface Selection {
  /** At most n indices into the population, ascending; some methods find that fewer will do. */
  readonly items: Int32Array;
  readonly learned: Learned | null;
}

/** Told now and then how much of the work is done, 0 to 1. */
export type Progress = (share: number) => void;

export interface PurposiveDesign {
  /** Largest population it is ready for: beyond it memory or time run out. */
  readonly maxItems: number;
  /**
   * @param size n, 1 <= n <= N   @param random the same seed gives the same selection
   * @throws DomainError insufficient-data: the history is too small or too uniform to choose by
   */
  select(sources: Sources, size: number, random: Random, progress: Progress): Selection;
}
