import { runnable as toRunnable } from '../exporters/runnable/registry.ts';
import type { Runnable, RunnableFormat } from '../exporters/runnable/runnable.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Access } from './access.ts';
import type { CoreSets } from './core-sets.ts';

export interface Runnables {
  /**
   * A core set in the form in which a harness runs it.
   * @throws DomainError core-set-not-found, core-set-pending, core-set-failed; not-exportable: items that the harness
   *   cannot be told apart by what is known of them
   */
  of(coreSetId: string, format: RunnableFormat, access: Access): Promise<Runnable>;
}

export function createRunnables({ items }: Stores, coreSets: CoreSets): Runnables {
  return {
    async of(coreSetId, format, access) {
      const { coreSet, benchmark } = await coreSets.findReady(coreSetId, access);
      const identities = await items.identitiesAt(benchmark.id, coreSet.positions);
      return toRunnable(format, {
        id: coreSet.id,
        benchmark: benchmark.name,
        design: coreSet.design,
        seed: coreSet.seed,
        revision: coreSet.revision,
        population: coreSet.populationSize,
        createdAt: coreSet.createdAt,
        items: identities.map(({ item, task, nativeId, contentHash, harness }, index) => ({
          item,
          task,
          nativeId,
          contentHash,
          harness,
          inclusionProbability: coreSet.inclusion === null ? null : coreSet.inclusion[index],
        })),
      });
    },
  };
}
