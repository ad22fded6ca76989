import { DomainError, type Issue } from '../errors.ts';
import { orNull } from '../scores/packed-row.ts';
import { fromUnit } from '../scores/score-range.ts';
import type { Item, ItemChange } from '../storage/items.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Page, PageRequest } from '../storage/paging.ts';
import type { Histories } from './histories.ts';

export interface ItemView extends Item {
  /** Mean source score, score units; null for an item without any score. */
  readonly difficulty: number | null;
  /** Item-rest correlation; null where undefined. */
  readonly discrimination: number | null;
}

export interface Items {
  list(benchmark: string, page: PageRequest): Promise<Page<ItemView>>;
  /** Changes groups and metadata of the items named. @throws DomainError unknown-item, duplicate */
  update(benchmark: string, changes: readonly ItemChange[]): Promise<void>;
}

export function createItems({ benchmarks, items }: Stores, histories: Histories): Items {
  return {
    async list(name, page) {
      const benchmark = await benchmarks.get(name);
      const loaded = await histories.load(benchmark);
      const { difficulties, discriminations } = loaded.statistics();
      const { entries, next } = await items.list(benchmark.id, page);
      const views = entries.map((item) => ({
        ...item,
        difficulty: orNull(fromUnit(difficulties[item.position] ?? Number.NaN, loaded.scoreRange)),
        discrimination: orNull(discriminations[item.position] ?? Number.NaN),
      }));
      return { entries: views, next };
    },
    async update(name, changes) {
      const { id } = await benchmarks.get(name);
      refuseRepeats(changes);
      await items.update(id, changes);
    },
  };
}

function refuseRepeats(changes: readonly ItemChange[]): void {
  const seen = new Set<string>();
  const issues: Issue[] = [];
  changes.forEach(({ item }, index) => {
    if (seen.has(item)) issues.push({ path: `items.${index}.item`, message: `"${item}" is here twice` });
    seen.add(item);
  });
  if (issues.length > 0)
    throw new DomainError('duplicate', 'some items are here twice; nothing was changed', issues);
}
