import { z } from 'zod';
import type { ItemView } from '../../services/items.ts';
import { arrayOf, entityName, metadata, metadataInput, pageOf } from './primitives.ts';

export const item = z
  .object({
    item: z.string(),
    group: z.string().nullable(),
    difficulty: z
      .number()
      .nullable()
      .meta({ description: 'Mean score of the history, score units: high = easy.' }),
    discrimination: z
      .number()
      .nullable()
      .meta({ description: 'Item-rest correlation; null where undefined.' }),
    metadata: metadata.nullable(),
  })
  .meta({ id: 'Item' });

export const itemPage = pageOf(item).meta({ id: 'ItemPage' });

const itemChange = z.strictObject({
  item: entityName,
  group: entityName.nullish().meta({ description: 'null takes the item out of its group.' }),
  metadata: metadataInput.optional().meta({ description: 'Merged key by key; null removes a key.' }),
});

export const itemChanges = z
  .strictObject({ items: arrayOf(itemChange) })
  .meta({ id: 'ItemChanges', examples: [{ items: [{ item: 'q1', group: 'algebra' }] }] });

export const itemsUpdated = z.object({ updated: z.int().min(0).max(1_000_000) }).meta({ id: 'ItemsUpdated' });

export function toWireItem(view: ItemView): z.infer<typeof item> {
  const { item: name, group, difficulty, discrimination } = view;
  return { item: name, group, difficulty, discrimination, metadata: view.metadata };
}
