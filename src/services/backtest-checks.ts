import { DomainError, type Issue } from '../errors.ts';
import { armsOf, type BacktestSettings, methodsOn } from '../estimation/backtest/settings.ts';
import { splitNames } from '../estimation/backtest/splits.ts';
import { checkFitCost } from '../estimation/core-sample.ts';
import { type DesignName, defaultDesign, isProbabilityDesign } from '../estimation/designs/names.ts';
import type { MethodName } from '../estimation/estimators/names.ts';
import { designsFor, methodsFor } from '../estimation/estimators/registry.ts';
import { defaultLevel } from '../estimation/evaluate.ts';
import type { BacktestHistory } from '../storage/backtests.ts';
import { refuseTooLarge } from './core-set-checks.ts';
import type { Pool } from './drawing.ts';

/** What a user asks for; what is left out is filled in. */
export type BacktestRequest = {
  readonly [Setting in keyof BacktestSettings]?: BacktestSettings[Setting] | undefined;
};

const defaultSize = 50;
const defaultRepeats = 20;

/** The settings in full. Methods that have designs of their own bring them along. @param seed where none is given */
export function completeSettings(request: BacktestRequest, pool: Pool, seed: number): BacktestSettings {
  const designs = request.designs ?? designsToTry(request.methods);
  return {
    splits: request.splits ?? splitNames,
    designs,
    methods: request.methods ?? [...new Set(designs.flatMap((design) => methodsFor(design)))],
    sizes: request.sizes ?? [sizeToTry(pool, designs)],
    repeats: request.repeats ?? defaultRepeats,
    seed: request.seed ?? seed,
    level: request.level ?? defaultLevel,
    keepDuplicates: request.keepDuplicates ?? false,
  };
}

function designsToTry(methods: readonly MethodName[] | undefined): DesignName[] {
  if (methods === undefined) return [defaultDesign];
  return [...new Set(methods.map((method) => designsFor(method)?.[0] ?? defaultDesign))];
}

/** Half of a small population, so that there is something left to foretell. */
function sizeToTry({ population, sources }: Pool, designs: readonly DesignName[]): number {
  const groups = designs.includes('stratified') ? sources.history.groups.names.length : 1;
  return Math.max(groups, Math.min(defaultSize, Math.ceil(population.length / 2)));
}

/** Below this an extrapolation has one target, whose rank says nothing. */
const minModels = 8;
/** Figures that the standard errors are resampled from: rows times repeats. */
const maxCells = 200_000;

/**
 * All that can be known before the work begins.
 * @throws DomainError insufficient-data, invalid-request, too-large
 */
export function checkBacktest(pool: Pool, settings: BacktestSettings): void {
  const { population, sources } = pool;
  const models = sources.modelIds.length;
  if (models < minModels) {
    throw new DomainError(
      'insufficient-data',
      `a back-test divides the models of the history: it needs at least ${minModels}, there are ${models}`,
    );
  }
  const issues = [...sizeIssues(pool, settings), ...methodIssues(settings)];
  if (issues.length > 0) throw new DomainError('invalid-request', 'this cannot be tried here', issues);
  for (const size of settings.sizes) checkFitCost(size, models);
  settings.designs.forEach((design, k) => {
    if (!isProbabilityDesign(design)) refuseTooLarge(pool, design, `designs.${k}`);
  });
  const rows =
    settings.splits.length * armsOf(settings).reduce((sum, { methods }) => sum + methods.length, 0);
  if (rows * settings.repeats > maxCells) {
    throw new DomainError(
      'too-large',
      `${rows} rows of ${settings.repeats} repeats are too many figures; ask for fewer of them at a time`,
    );
  }
  if (population.length < 2)
    throw new DomainError('insufficient-data', 'a core set needs items to choose from');
}

function sizeIssues({ population, sources }: Pool, { sizes, designs }: BacktestSettings): Issue[] {
  const groups = designs.includes('stratified') ? sources.history.groups.names.length : 0;
  return sizes.flatMap((size, k) => {
    if (size > population.length) {
      return [
        { path: `sizes.${k}`, message: `must be at most ${population.length}, the items with a score` },
      ];
    }
    if (size >= groups) return [];
    return [
      { path: `sizes.${k}`, message: `must be at least ${groups}, the groups of a stratified core set` },
    ];
  });
}

/** Every method needs a design, and every design a method: else its items would be chosen for nothing. */
function methodIssues({ methods, designs }: BacktestSettings): Issue[] {
  const idle = designs.flatMap((design, k) =>
    methodsOn(design, methods).length > 0
      ? []
      : [{ path: `designs.${k}`, message: 'none of the methods answers on its core sets' }],
  );
  const homeless = methods.flatMap((method, k) => {
    if (designs.some((design) => methodsOn(design, [method]).length > 0)) return [];
    const own = designsFor(method)!.join(' or ');
    return [{ path: `methods.${k}`, message: `answers on core sets of the design ${own} only` }];
  });
  return [...homeless, ...idle];
}

/** The history that a back-test is made on. */
export function describeHistory({ loaded, population, sources }: Pool): BacktestHistory {
  return {
    revision: loaded.revision,
    scoreRange: loaded.scoreRange,
    models: sources.modelIds.length,
    population: population.length,
    missingShare: sources.summary.missingShare,
  };
}
