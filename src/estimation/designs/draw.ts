import { DomainError } from '../../errors.ts';
import { indexRange, indicesWithout, type Random } from '../numeric/random.ts';
import type { Candidates, Frame, ProbabilityDesign } from './design.ts';
import { scaleOdds } from './proportional-inclusion.ts';

/** A core set that was drawn. */
export interface Draw {
  /** n indices into the population, ascending. */
  readonly items: Int32Array;
  /** n inclusion probabilities in the order of `items`. */
  readonly inclusion: Float64Array;
  /** N inclusion probabilities, of every item of the population: what an extension starts from. */
  readonly populationInclusion: Float64Array;
}

/**
 * @param size n, 1 <= n <= N
 * @throws DomainError invalid-request: this design cannot draw that many
 */
export function drawCoreSet(design: ProbabilityDesign, frame: Frame, size: number, random: Random): Draw {
  const inclusion = design.inclusion(frame, size);
  const items = design.draw(frame, { items: indexRange(inclusion.length), inclusion }, size, random);
  return drawOf(items, inclusion);
}

/**
 * Draws further items so that the whole stands for a core set of n + m items under the same design: with pi* its
 * probabilities, an item that is not there yet is drawn with
 *   q_i = (pi*_i - pi_i) / (1 - pi_i),   since pi_i + (1 - pi_i) q_i = pi*_i.
 * The q of the items that are left sum to m on average; the odds q / (1 - q) are scaled alike until they do. For equal
 * probabilities, within strata too, nothing is to be scaled and pi* is exact.
 * @param current n items and the probabilities they were drawn with   @param add m, 1 <= m <= N - n
 * @throws DomainError invalid-request: the design cannot draw that many
 */
export function extendCoreSet(
  design: ProbabilityDesign,
  frame: Frame,
  current: Pick<Draw, 'items' | 'populationInclusion'>,
  add: number,
  random: Random,
): Draw {
  const before = current.populationInclusion;
  const asked = design.inclusion(frame, current.items.length + add, before);
  const inclusion = raiseBy(add, before, asked);
  const candidates = complementOf(current.items, before, inclusion, add);
  const added = design.draw(frame, candidates, add, random);
  if (added.length !== add) throw new Error(`the design drew ${added.length} of ${add} items`);
  return drawOf(Int32Array.from([...current.items, ...added]), inclusion);
}

/** Probabilities that rise by `add` in all: a changed history may ask for less of an item than it was drawn with. */
function raiseBy(add: number, before: Float64Array, asked: Float64Array): Float64Array {
  const rises = asked.map((probability, item) => Math.max(0, probability - before[item]));
  const total = rises.reduce((sum, rise) => sum + rise, 0);
  const scale = Math.abs(total - add) < 1e-9 ? 1 : add / total;
  return before.map((probability, item) => Math.min(1, probability + scale * rises[item]));
}

/** A draw from its items, in any order. */
export function drawOf(items: Int32Array, populationInclusion: Float64Array): Draw {
  const ascending = items.slice().sort();
  const inclusion = Float64Array.from(ascending, (item) => populationInclusion[item]);
  return { items: ascending, inclusion, populationInclusion };
}

function complementOf(items: Int32Array, before: Float64Array, after: Float64Array, add: number): Candidates {
  const open = indicesWithout(items, after.length).filter((item) => after[item] > before[item]);
  if (open.length < add) {
    throw new DomainError('invalid-request', `only ${open.length} items are left to draw`, [
      { path: 'add', message: `must be at most ${open.length}` },
    ]);
  }
  const conditional = Float64Array.from(open, (item) =>
    Math.min(1, (after[item] - before[item]) / (1 - before[item])),
  );
  return { items: open, inclusion: scaleOdds(conditional, add) };
}
