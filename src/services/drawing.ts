import { DomainError } from '../errors.ts';
import { checkFitCost } from '../estimation/core-sample.ts';
import type { Frame } from '../estimation/designs/design.ts';
import { type Draw, drawCoreSet, extendCoreSet } from '../estimation/designs/draw.ts';
import type { ProbabilityDesignName } from '../estimation/designs/names.ts';
import type { Selection } from '../estimation/designs/purposive-design.ts';
import { probabilityDesigns } from '../estimation/designs/registry.ts';
import { createRandom } from '../estimation/numeric/random.ts';
import { fromUnit, toUnit } from '../scores/score-range.ts';
import type { ChosenItems, CoreSet } from '../storage/core-sets.ts';
import type { DrawWork } from './draw-work.ts';
import type { LoadedHistory } from './histories.ts';
import { countObserved } from './results.ts';
import { type SourceHistory, selectSources } from './source-history.ts';

/** What items are drawn from: a population and its source models. */
export interface Pool {
  readonly loaded: LoadedHistory;
  /** N item positions, ascending. */
  readonly population: Int32Array;
  readonly sources: SourceHistory;
}

export interface PoolRequest {
  readonly excludeModels?: readonly string[] | undefined;
  /** Restricts the population to these groups. */
  readonly groups?: readonly string[] | undefined;
}

/** @throws DomainError insufficient-data: no source is left; unknown-group */
export function openPool(loaded: LoadedHistory, { excludeModels, groups }: PoolRequest): Pool {
  const population = populationOf(loaded, groups);
  const excluded = new Set(excludeModels);
  if (population.length === 0) {
    const issues = groups === undefined ? [] : [{ path: 'groups', message: 'hold no item with a score' }];
    throw new DomainError('insufficient-data', 'there is no item with a score to draw from', issues);
  }
  const sources = selectSources(loaded, ({ name }) => !excluded.has(name), population);
  if (sources.modelIds.length === 0) {
    throw new DomainError('insufficient-data', 'a core set needs the scores of at least one source model');
  }
  return { loaded, population, sources };
}

/**
 * The pool that a core set was drawn from, as far as its source models are still there.
 * @param target a model that is not to be a source; null where there is none
 */
export function reopenPool(
  loaded: LoadedHistory,
  { population, sourceModels }: CoreSet,
  target: string | null = null,
): Pool {
  const ids = new Set(sourceModels);
  const sources = selectSources(loaded, ({ id, name }) => ids.has(id) && name !== target, population);
  return { loaded, population, sources };
}

/**
 * Now, before a model is run on them: results that cannot be evaluated would be paid for in vain.
 * @throws DomainError invalid-request: more items than there are; too-large: too many to fit on
 */
export function checkSize({ population, sources }: Pool, size: number): void {
  if (size > population.length) {
    throw new DomainError('invalid-request', `the population has ${population.length} items`, [
      { path: 'size', message: `must be at most ${population.length}` },
    ]);
  }
  checkFitCost(size, sources.modelIds.length);
}

/** @throws DomainError invalid-request: the design cannot draw that many */
export function drawItems(
  pool: Pool,
  frame: Frame,
  design: ProbabilityDesignName,
  size: number,
  seed: number,
): ChosenItems {
  const draw = drawCoreSet(probabilityDesigns[design], frame, size, createRandom(seed));
  return chosenByDraw(pool, draw);
}

/** @throws DomainError invalid-request: the design cannot draw that many */
export function drawMoreItems(
  pool: Pool,
  frame: Frame,
  design: ProbabilityDesignName,
  parent: CoreSet,
  add: number,
  seed: number,
): ChosenItems {
  if (design === 'stratified') refuseRegrouped(pool, parent);
  const current = currentDraw(parent);
  const draw = extendCoreSet(probabilityDesigns[design], frame, current, add, createRandom(seed));
  return chosenByDraw(pool, draw);
}

function refuseRegrouped({ loaded }: Pool, { positions, itemGroups }: CoreSet): void {
  if (itemGroups.every((group, k) => group === loaded.items[positions[k]].group)) return;
  throw new DomainError(
    'invalid-request',
    'some of its items were put into other groups since this stratified core set was drawn: draw a new one',
  );
}

/**
 * Those to run one model on next, from its results so far.
 * @param results one per item of the parent, score units, NaN = none
 * @throws DomainError insufficient-data: fewer than two results, or no source is left
 */
export async function drawNextItems(
  pool: Pool,
  work: DrawWork,
  parent: CoreSet,
  results: Float64Array,
  add: number,
  seed: number,
): Promise<ChosenItems> {
  if (countObserved(results) < 2 || pool.sources.modelIds.length === 0) {
    throw new DomainError('insufficient-data', 'at least two results and one source model are needed');
  }
  const scores = results.map((score) => toUnit(score, pool.loaded.scoreRange));
  const first = { ...currentDraw(parent), scores };
  return chosenByDraw(pool, await work.secondPhase(pool.sources, first, add, seed));
}

/** @throws DomainError invalid-request: the probabilities of the items it left out were not kept */
function currentDraw({ population, positions, inclusion, populationInclusion, size }: CoreSet) {
  const isEqual = inclusion!.every((probability) => Math.abs(probability - size / population.length) < 1e-12);
  if (populationInclusion === null && !isEqual) {
    throw new DomainError(
      'invalid-request',
      'this core set was drawn by a version that did not keep the probabilities of all items: draw a new one',
    );
  }
  return {
    items: indicesIn(population, positions),
    populationInclusion:
      populationInclusion ?? new Float64Array(population.length).fill(size / population.length),
  };
}

function chosenByDraw(pool: Pool, { items, inclusion, populationInclusion }: Draw): ChosenItems {
  const isEqual = populationInclusion.every((probability) => probability === populationInclusion[0]);
  return {
    ...describeItems(pool, items),
    inclusion,
    populationInclusion: isEqual ? null : populationInclusion,
    learned: null,
  };
}

export function chosenBySelection(pool: Pool, { items, learned }: Selection): ChosenItems {
  const { loaded, sources } = pool;
  return {
    ...describeItems(pool, items),
    inclusion: null,
    populationInclusion: null,
    learned: learned && { arrays: learned, from: sources.modelNames, scoreRange: loaded.scoreRange },
  };
}

function describeItems({ loaded, population, sources }: Pool, items: Int32Array) {
  const positions = items.map((item) => population[item]);
  return {
    positions,
    items: Array.from(positions, (position) => loaded.items[position].item),
    itemGroups: Array.from(positions, (position) => loaded.items[position].group),
    difficulties: Float64Array.from(items, (item) =>
      fromUnit(sources.summary.itemMeans[item], loaded.scoreRange),
    ),
  };
}

/** Where each position stands in the ascending population. */
export function indicesIn(population: Int32Array, positions: Int32Array): Int32Array {
  const indices = new Map(Array.from(population, (position, index) => [position, index]));
  return positions.map((position) => indices.get(position)!);
}

function populationOf(loaded: LoadedHistory, groups: readonly string[] | undefined): Int32Array {
  const all = loaded.scoredPositions;
  if (groups === undefined) return all;
  const wanted = new Set(groups);
  const known = new Set(loaded.items.map(({ group }) => group));
  const issues = groups.flatMap((group, index) =>
    known.has(group) ? [] : [{ path: `groups.${index}`, message: `there is no group "${group}"` }],
  );
  if (issues.length > 0)
    throw new DomainError('unknown-group', 'some groups are not in this benchmark', issues);
  return all.filter((position) => {
    const { group } = loaded.items[position];
    return group !== null && wanted.has(group);
  });
}
