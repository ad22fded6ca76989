import { z } from 'zod';
import { splitNames } from '../../estimation/backtest/splits.ts';
import { defaultDesign, designNames, probabilityDesignNames } from '../../estimation/designs/names.ts';
import { orNull } from '../../scores/packed-row.ts';
import type { CoreSetRequest } from '../../services/core-sets.ts';
import type { PlanView } from '../../services/plans.ts';
import type { CoreSet, CoreSetSummary } from '../../storage/core-sets.ts';
import {
  arrayOf,
  benchmarkName,
  count,
  entityName,
  halfWidth,
  level,
  pageOf,
  queryLevel,
  queryNumber,
  revision,
  seed,
  timestamp,
} from './primitives.ts';

export const coreSetRequest = z
  .strictObject({
    size: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({ description: 'Items to draw, at most the population.' }),
    half_width: halfWidth.optional().meta({
      description:
        'Instead of a size: half the width of the interval, score units, that nine of ten models like the sources get.',
    }),
    level: level.optional(),
    design: z.enum(designNames).default(defaultDesign),
    seed: seed.optional().meta({
      description: 'The same matrix, design, size and seed give the same items. Drawn if not given.',
    }),
    exclude_models: arrayOf(entityName, 0)
      .optional()
      .meta({ description: 'Models that are not to be sources.' }),
    groups: arrayOf(entityName).optional().meta({ description: 'Restricts the population to these groups.' }),
  })
  .refine(({ size, half_width: half }) => (size === undefined) !== (half === undefined), {
    message: 'give either a size or a half_width',
    path: ['size'],
  })
  .refine(({ half_width: half, level: asked }) => asked === undefined || half !== undefined, {
    message: 'goes with a half_width only',
    path: ['level'],
  })
  .meta({ id: 'CoreSetRequest', examples: [{ size: 50, seed: 7 }] });

export const extensionRequest = z
  .strictObject({
    add: z.int().min(1).max(1_000_000).meta({ description: 'Items to add, at most what is left.' }),
    seed: seed.optional().meta({ description: 'Drawn if not given.' }),
  })
  .meta({ id: 'ExtensionRequest', examples: [{ add: 50 }] });

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
    status: z.enum(['pending', 'running', 'ready', 'failed']).meta({
      description:
        'Under a purposive design the items are chosen in the background; only a ready core set has items.',
    }),
    progress: z.number().meta({ description: 'Share of that work that is done, 0 to 1.' }),
    error: z.string().nullable().meta({ description: 'Why it failed.' }),
    design: z.enum(designNames),
    size: count.meta({ description: 'Items; until it is ready, the number asked for.' }),
    seed,
    population: count.meta({ description: 'Items it stands for.' }),
    source_models: count,
    groups: z
      .array(z.string())
      .nullable()
      .meta({ description: 'The groups its population is restricted to.' }),
    extends: z.string().nullable().meta({ description: 'The core set it contains.' }),
    for_model: z.string().nullable().meta({
      description: 'The model from whose answers it was drawn, and for which alone its probabilities hold.',
    }),
    half_width: z.number().nullable().meta({ description: 'The precision it was asked for, score units.' }),
    level: z.number().nullable(),
    imputed_share: z
      .number()
      .nullable()
      .meta({ description: "Share of the sources' scores that are missing and were imputed, 0 to 1." }),
    revision,
    created_at: timestamp,
  })
  .meta({ id: 'CoreSetSummary' });

export const coreSet = coreSetSummary.extend({ items: z.array(coreSetItem) }).meta({ id: 'CoreSet' });

export const coreSetPage = pageOf(coreSetSummary).meta({ id: 'CoreSetPage' });

export function toCoreSetRequest(body: z.infer<typeof coreSetRequest>): CoreSetRequest {
  const { half_width: asked, exclude_models: excludeModels, ...rest } = body;
  return { ...rest, halfWidth: asked, excludeModels };
}

/** How far the choice of its items is. */
interface ChoiceProgress {
  readonly isRunning: boolean;
  readonly share: number;
}

export function toWireSummary(
  stored: CoreSetSummary,
  { isRunning, share }: ChoiceProgress,
): z.infer<typeof coreSetSummary> {
  return {
    id: stored.id,
    benchmark: stored.benchmark,
    status: isRunning ? 'running' : stored.status,
    progress: share,
    error: stored.error,
    design: stored.design,
    size: stored.size,
    seed: stored.seed,
    population: stored.populationSize,
    source_models: stored.sourceCount,
    groups: stored.groups === null ? null : [...stored.groups],
    extends: stored.extends,
    for_model: stored.forModel,
    half_width: stored.halfWidth,
    level: stored.level,
    imputed_share: stored.missingShare,
    revision: stored.revision,
    created_at: stored.createdAt,
  };
}

export function toWireCoreSet(stored: CoreSet, progress: ChoiceProgress): z.infer<typeof coreSet> {
  const { items, inclusion, itemGroups, difficulties } = stored;
  return {
    ...toWireSummary(stored, progress),
    items: items.map((item, i) => ({
      item,
      inclusion_probability: inclusion === null ? null : inclusion[i],
      group: itemGroups[i],
      difficulty: orNull(difficulties[i]),
    })),
  };
}

export const planQuery = z.strictObject({
  half_width: queryNumber(halfWidth).meta({
    type: 'number',
    description: 'Half the width of the interval wanted, score units.',
    examples: [0.02],
  }),
  level: queryLevel.default(0.95),
  design: z.enum(probabilityDesignNames).default(defaultDesign),
});

const neededItems = z.object({
  median: count.meta({ description: 'Enough for half of the source models.' }),
  p90: count.meta({ description: 'Enough for nine of ten.' }),
});

const testedPlan = z
  .object({
    id: z.string(),
    revision,
    sizes: z.array(count).meta({ description: 'Sizes it tried; it speaks for up to twice the largest.' }),
    splits: z.array(z.object({ split: z.enum(splitNames), aipw: neededItems })),
  })
  .meta({
    id: 'TestedPlan',
    description:
      'Drawn from the learning curves of a back-test: for AIPW the plan is the larger of its splits.',
  });

export const plan = z
  .object({
    benchmark: benchmarkName,
    half_width: z.number(),
    level: z.number(),
    design: z.enum(probabilityDesignNames),
    population: count,
    source_models: count,
    revision,
    items: z.object({ aipw: neededItems, random_sampling: neededItems }),
    backtest: testedPlan
      .nullable()
      .meta({ description: 'null where no finished back-test tried this design.' }),
  })
  .meta({
    id: 'Plan',
    description:
      'Items needed for an interval so narrow, had each source model been the new one. A model unlike them may need more.',
  });

export function toWirePlan(view: PlanView, { half_width: asked, level: nominal }: z.infer<typeof planQuery>) {
  return {
    benchmark: view.benchmark,
    half_width: asked,
    level: nominal,
    design: view.design,
    population: view.population,
    source_models: view.sourceModels,
    revision: view.revision,
    items: { aipw: view.plan.aipw, random_sampling: view.plan.randomSampling },
    backtest: view.tested && {
      id: view.tested.backtest,
      revision: view.tested.revision,
      sizes: [...view.tested.sizes],
      splits: view.tested.splits.map(({ split, aipw }) => ({ split, aipw })),
    },
  };
}
