import { DomainError } from '../errors.ts';
import {
  type DesignName,
  isProbabilityDesign,
  type ProbabilityDesignName,
  type PurposiveDesignName,
} from '../estimation/designs/names.ts';
import { purposiveDesigns } from '../estimation/designs/registry.ts';
import type { CoreSet } from '../storage/core-sets.ts';
import type { Pool } from './drawing.ts';

/** Purposive designs hold the scores of all models on all items several times, at eight bytes each. */
const maxCells = 50_000_000;

/** @param path of the design in the request   @throws DomainError invalid-request, too-large: too large for the design */
export function refuseTooLarge(
  { population, sources }: Pool,
  design: PurposiveDesignName,
  path = 'design',
): void {
  const { maxItems } = purposiveDesigns[design];
  if (population.length > maxItems) {
    throw new DomainError(
      'invalid-request',
      `the design ${design} takes populations of at most ${maxItems} items, this one has ${population.length}`,
      [{ path, message: `takes at most ${maxItems} items` }],
    );
  }
  if (population.length * sources.modelIds.length > maxCells) {
    throw new DomainError(
      'too-large',
      `purposive designs take histories of at most ${maxCells} scores; exclude models or restrict the groups`,
    );
  }
}

/** @throws DomainError core-set-pending, core-set-failed: it has no items (yet) */
export function refuseUnready({ id, status, error }: CoreSet): void {
  if (status === 'ready') return;
  if (status === 'failed') {
    throw new DomainError('core-set-failed', `core set "${id}" has no items: ${error}`);
  }
  throw new DomainError('core-set-pending', `the items of core set "${id}" are still being chosen`);
}

export function belongsToModel({ id, forModel }: CoreSet): DomainError {
  return new DomainError(
    'not-comparable',
    `core set "${id}" was drawn from the answers of "${forModel}": its inclusion probabilities hold for that model only`,
  );
}

/** @throws DomainError not-comparable: it was drawn from another model's answers */
export function refuseForeign(coreSet: CoreSet, model: string): void {
  if (coreSet.forModel !== null && coreSet.forModel !== model) throw belongsToModel(coreSet);
}

/** @throws DomainError invalid-request: a purposive design cannot be extended */
export function refusePurposive(design: DesignName): ProbabilityDesignName {
  if (isProbabilityDesign(design)) return design;
  throw new DomainError(
    'invalid-request',
    `a core set of the design ${design} cannot be extended: it has no inclusion probabilities`,
  );
}
