import { z } from 'zod';
import { conflictPolicies } from '../../scores/merge-rows.ts';
import type { MergeOutcome } from '../../storage/scores.ts';
import { count, entityName, revision } from './primitives.ts';

export const scoresQuery = z.strictObject({
  on_conflict: z
    .enum(conflictPolicies)
    .default('error')
    .meta({ description: 'What happens where a cell is already stored with another value.' }),
});

const cell = z.union([z.number(), z.boolean(), z.null()]);

/** For the document only: the matrix is checked by hand, a schema per cell would cost more than the import. */
export const scoreMatrix = z
  .strictObject({
    items: z.array(entityName).min(1),
    models: z.array(z.strictObject({ model: entityName, scores: z.array(cell).min(1) })).min(1),
  })
  .meta({
    id: 'ScoreMatrix',
    description: 'Scores of each model in the order of `items`; null = missing.',
    examples: [{ items: ['q1', 'q2'], models: [{ model: 'm1', scores: [1, null] }] }],
  });

export const csvScores = z.string().meta({
  id: 'ScoresCsv',
  description:
    'Wide: header `model,<item>,...` and a row per model, an empty cell = missing. Long: header `model,item,score[,group]` and a row per cell.',
  examples: ['model,q1,q2\nm1,1,0\nm2,,1\n'],
});

export const ndjsonScores = z.string().meta({
  id: 'ScoresNdjson',
  description:
    'A line per model, `{ "model", "scores": { "<item>": score } }`, or per cell, `{ "model", "item", "score", "group"? }`. Readers of JSON objects put keys that are whole numbers first, in ascending order: where that order of new items is not wanted, send a line per cell.',
  examples: ['{"model":"m1","scores":{"q1":1,"q2":0}}\n'],
});

export const mergeOutcome = z
  .object({
    models_added: count,
    models_updated: count.meta({ description: 'Known models that got new or other scores.' }),
    models_skipped: count.meta({ description: 'Known models that stayed as they were.' }),
    items_added: count,
    cells: count.meta({ description: 'Scores written.' }),
    revision,
  })
  .meta({ id: 'ImportOutcome' });

export function toWireOutcome(outcome: MergeOutcome): z.infer<typeof mergeOutcome> {
  return {
    models_added: outcome.modelsAdded,
    models_updated: outcome.modelsUpdated,
    models_skipped: outcome.modelsSkipped,
    items_added: outcome.itemsAdded,
    cells: outcome.cells,
    revision: outcome.revision,
  };
}
