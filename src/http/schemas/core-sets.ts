import { z } from 'zod';
import { defaultDesign, designNames } from '../../estimation/designs/names.ts';
import { orNull } from '../../scores/packed-row.ts';
import type { CoreSetRequest } from '../../services/core-sets.ts';
import type { CoreSet, CoreSetSummary } from '../../storage/core-sets.ts';
import {
  arrayOf,
  benchmarkName,
  count,
  entityName,
  pageOf,
  revision,
  seed,
  timestamp,
} from './primitives.ts';

export const coreSetRequest = z
  .strictObject({
    size: z.int().min(1).max(1_000_000).meta({ description: 'Items to draw, at most the population.' }),
    design: z.enum(designNames).default(defaultDesign),
    seed: seed.optional().meta({
      description: 'The same matrix, design, size and seed give the same items. Drawn if not given.',
    }),
    exclude_models: arrayOf(entityName, 0)
      .optional()
      .meta({ description: 'Models that are not to be sources.' }),
    groups: arrayOf(entityName).optional().meta({ description: 'Restricts the population to these groups.' }),
  })
  .meta({ id: 'CoreSetRequest', examples: [{ size: 50, design: 'balanced', seed: 7 }] });

const coreSetItem = z.object({
  item: z.string(),
  inclusion_probability: z
    .number()
    .gt(0)
    .max(1)
    .nullable()
    .meta({ description: 'null for purposive designs.' }),
  group: z.string().nullable(),
  difficulty: z.number().nullable(),
});

const coreSetSummary = z
  .object({
    id: z.string(),
    benchmark: benchmarkName,
    status: z.enum(['ready']),
    design: z.enum(designNames),
    size: count,
    seed,
    population: count.meta({ description: 'Items it stands for.' }),
    source_models: count,
    groups: z
      .array(z.string())
      .nullable()
      .meta({ description: 'The groups its population is restricted to.' }),
    revision,
    created_at: timestamp,
  })
  .meta({ id: 'CoreSetSummary' });

export const coreSet = coreSetSummary.extend({ items: z.array(coreSetItem) }).meta({ id: 'CoreSet' });

export const coreSetPage = pageOf(coreSetSummary).meta({ id: 'CoreSetPage' });

export function toCoreSetRequest(body: z.infer<typeof coreSetRequest>): CoreSetRequest {
  const { size, design, seed: given, exclude_models: excludeModels, groups } = body;
  return { size, design, seed: given, excludeModels, groups };
}

export function toWireSummary(stored: CoreSetSummary): z.infer<typeof coreSetSummary> {
  return {
    id: stored.id,
    benchmark: stored.benchmark,
    status: 'ready',
    design: stored.design,
    size: stored.size,
    seed: stored.seed,
    population: stored.populationSize,
    source_models: stored.sourceCount,
    groups: stored.groups === null ? null : [...stored.groups],
    revision: stored.revision,
    created_at: stored.createdAt,
  };
}

export function toWireCoreSet(stored: CoreSet): z.infer<typeof coreSet> {
  const { items, inclusion, itemGroups, difficulties } = stored;
  return {
    ...toWireSummary(stored),
    items: items.map((item, i) => ({
      item,
      inclusion_probability: inclusion === null ? null : inclusion[i],
      group: itemGroups[i],
      difficulty: orNull(difficulties[i]),
    })),
  };
}
