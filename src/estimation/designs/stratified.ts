import { DomainError } from '../../errors.ts';
import { indexRange } from '../numeric/random.ts';
import type { Design, Frame } from './design.ts';
import { balancedSample } from './systematic.ts';

interface Stratum {
  readonly name: string | null;
  readonly items: Int32Array;
}

/**
 * A balanced sample within each group, sizes by largest remainder and at least 1 each; items without a group are a
 * group of their own. pi = n_g / N_g.
 * @throws DomainError invalid-request: fewer items than groups
 */
export const stratified: Design = (frame, size, random) => {
  const strata = strataOf(frame);
  if (size < strata.length) {
    throw new DomainError(
      'invalid-request',
      `a stratified core set needs at least one item for each of ${strata.length} groups`,
      [{ path: 'size', message: `must be at least ${strata.length}, the number of groups` }],
    );
  }
  const sizes = allocate(
    strata.map((stratum) => stratum.items.length),
    size,
  );
  const drawn = strata.flatMap(({ items }, g) =>
    Array.from(balancedSample(frame.difficulties, items, sizes[g], random), (item) => ({
      item,
      probability: sizes[g] / items.length,
    })),
  );
  drawn.sort((a, b) => a.item - b.item);
  return {
    items: Int32Array.from(drawn, ({ item }) => item),
    inclusion: Float64Array.from(drawn, ({ probability }) => probability),
  };
};

/** Named groups by name, the items without a group last. */
function strataOf({ difficulties, groups }: Frame): Stratum[] {
  const all = indexRange(difficulties.length);
  if (groups.names.length === 0) return [{ name: null, items: all }];
  return groups.names
    .map((name, group) => ({ name, items: all.filter((item) => groups.ofItem[item] === group) }))
    .filter(({ items }) => items.length > 0)
    .sort((a, b) => compareNames(a.name, b.name));
}

function compareNames(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}

/**
 * Shares of `total` proportional to the strata's sizes by largest remainder, each at least 1 and at most its stratum.
 * Ties go to the stratum named first.
 */
export function allocate(strataSizes: readonly number[], total: number): number[] {
  const population = strataSizes.reduce((sum, size) => sum + size, 0);
  const shares = strataSizes.map((size) => Math.max(1, Math.floor((total * size) / population)));
  // What a stratum lacks to its quota, times the population: in whole numbers, so that ties are ties.
  const lacks = (g: number) => total * strataSizes[g] - shares[g] * population;
  const pick = (eligible: (g: number) => boolean, isBetter: (g: number, best: number) => boolean) =>
    shares.reduce((best, _, g) => (eligible(g) && (best < 0 || isBetter(g, best)) ? g : best), -1);
  let given = shares.reduce((sum, share) => sum + share, 0);
  for (; given < total; given++) {
    const g = pick(
      (candidate) => shares[candidate] < strataSizes[candidate],
      (candidate, best) => lacks(candidate) > lacks(best),
    );
    shares[g]++;
  }
  for (; given > total; given--) {
    const g = pick(
      (candidate) => shares[candidate] > 1,
      (candidate, best) => lacks(candidate) < lacks(best),
    );
    shares[g]--;
  }
  return shares;
}
