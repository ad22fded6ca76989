import { DomainError } from '../../errors.ts';
import { indexRange } from '../numeric/random.ts';
import type { Candidates, Frame, ProbabilityDesign } from './design.ts';
import { equalInclusion, systematicSample } from './systematic.ts';

/**
 * A balanced sample within each group, sizes by largest remainder and at least 1 each; items without a group are a
 * group of their own. pi = n_g / N_g.
 * @throws DomainError invalid-request: fewer items than groups, or other groups than those of the core set to extend
 */
export const stratified: ProbabilityDesign = {
  inclusion(frame, size, atLeast) {
    const population = frame.difficulties.length;
    const strata = strataOf(frame, indexRange(population));
    if (strata.length === 0) return equalInclusion(population, size);
    if (atLeast !== undefined) refuseRegrouped(strata, atLeast);
    if (size < strata.length) throw tooFewFor(strata.length);
    const sizes = allocate(
      strata.map((places) => places.length),
      size,
      strata.map((places) => Math.max(1, Math.round(sumOver(places, atLeast)))),
    );
    const inclusion = new Float64Array(population);
    strata.forEach((items, g) => {
      for (const item of items) inclusion[item] = sizes[g] / items.length;
    });
    return inclusion;
  },
  draw(frame, candidates, size, random) {
    const strata = strataOf(frame, candidates.items);
    if (strata.length === 0) return systematicSample(frame.difficulties, candidates, size, random);
    return Int32Array.from(
      strata.flatMap((places) => {
        const stratum: Candidates = {
          items: Int32Array.from(places, (place) => candidates.items[place]),
          inclusion: Float64Array.from(places, (place) => candidates.inclusion[place]),
        };
        const share = Math.round(sumOver(places, candidates.inclusion));
        return [...systematicSample(frame.difficulties, stratum, share, random)];
      }),
    );
  },
};

function sumOver(places: readonly number[], values: Float64Array | undefined): number {
  return values === undefined ? 0 : places.reduce((sum, place) => sum + values[place], 0);
}

/** Within a group all are drawn with the same probability, and a whole number of them. */
function refuseRegrouped(strata: readonly number[][], before: Float64Array): void {
  const fits = strata.every((places) => {
    const drawn = sumOver(places, before);
    return (
      Math.abs(drawn - Math.round(drawn)) < 1e-6 &&
      places.every((place) => Math.abs(before[place] - before[places[0]]) < 1e-9)
    );
  });
  if (!fits) {
    throw new DomainError(
      'invalid-request',
      'the items were grouped otherwise when this stratified core set was drawn: draw a new one',
    );
  }
}

function tooFewFor(strata: number): DomainError {
  return new DomainError(
    'invalid-request',
    `a stratified core set needs at least one item for each of ${strata} groups`,
    [{ path: 'size', message: `must be at least ${strata}, the number of groups` }],
  );
}

/** The places of the items of each group, named groups by name, those without a group last; none where nothing is grouped. */
function strataOf({ groups: { names, ofItem } }: Frame, items: Int32Array): number[][] {
  const places: number[][] = names.map(() => []);
  if (names.length === 0) return [];
  for (const [place, item] of items.entries()) places[ofItem[item]].push(place);
  return [...names.keys()]
    .filter((group) => places[group].length > 0)
    .sort((a, b) => compareNames(names[a], names[b]))
    .map((group) => places[group]);
}

function compareNames(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}

/**
 * Shares of `total` proportional to the strata's sizes by largest remainder, each at least its minimum (1 if not given) and
 * at most its stratum. Ties go to the stratum named first.
 */
export function allocate(
  strataSizes: readonly number[],
  total: number,
  minimums: readonly number[] = strataSizes.map(() => 1),
): number[] {
  const population = strataSizes.reduce((sum, size) => sum + size, 0);
  const shares = strataSizes.map((size, g) => Math.max(minimums[g], Math.floor((total * size) / population)));
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
      (candidate) => shares[candidate] > minimums[candidate],
      (candidate, best) => lacks(candidate) < lacks(best),
    );
    shares[g]--;
  }
  return shares;
}
