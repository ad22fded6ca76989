import { z } from 'zod';
import type { StatelessEstimate } from '../../services/estimates.ts';
import type { EvaluationView } from '../../services/evaluations.ts';
import { answerFields, toWireAnswer } from './answers.ts';
import {
  answerChoice,
  arrayOf,
  benchmarkName,
  count,
  entityName,
  metadata,
  metadataInput,
  pageOf,
  pageQuery,
  probability,
  revision,
  score,
  timestamp,
} from './primitives.ts';

const result = z.strictObject({ item: entityName, score });

const resultsOrNone = arrayOf(result, 0)
  .default([])
  .meta({ description: 'Scores by item of the core set, in score units.' });

const predictions = arrayOf(result).meta({
  description:
    "The caller's own predictions of the model's scores, by a judge or a smaller model, for every item of the population. They must not be made from the results.",
});

export const evaluationRequest = z
  .strictObject({
    model: entityName,
    results: resultsOrNone,
    from_evaluation: z.string().min(1).max(100).optional().meta({
      description: 'An earlier evaluation of this model, whose results on these items count here too.',
    }),
    predictions: predictions.optional(),
    metadata: metadataInput.optional(),
  })
  .refine(({ results: given, from_evaluation: from }) => given.length > 0 || from !== undefined, {
    message: 'must hold at least one result, or come with from_evaluation',
    path: ['results'],
  })
  .meta({
    id: 'EvaluationRequest',
    examples: [{ model: 'acme-7b', results: [{ item: 'item-0003', score: 1 }] }],
  });

export const resultsRequest = z
  .strictObject({ results: resultsOrNone, predictions: predictions.optional() })
  .refine(({ results: given, predictions: own }) => given.length > 0 || own !== undefined, {
    message: 'must hold at least one result, or come with predictions',
    path: ['results'],
  })
  .meta({ id: 'ResultsRequest', description: 'Results to add, or to put in place of earlier ones.' });

export const evaluation = z
  .object({
    id: z.string(),
    benchmark: benchmarkName,
    core_set: z.string(),
    model: z.string(),
    status: z.enum(['complete', 'partial']).meta({ description: '`partial` while results are missing.' }),
    revision,
    observed_items: count,
    population: count,
    from_evaluation: z.string().nullable(),
    ...answerFields,
    metadata: metadata.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Evaluation' });

export const evaluationPage = pageOf(evaluation).meta({ id: 'EvaluationPage' });

export const evaluationsQuery = pageQuery.extend({
  model: entityName.optional().meta({ description: 'Only the evaluations of this model.' }),
});

export const resultList = z
  .object({ results: z.array(z.object({ item: z.string(), score: z.number().nullable() })) })
  .meta({ id: 'Results', description: 'Every item of the core set; null = no result yet.' });

export const estimateRequest = z
  .strictObject({
    results: arrayOf(result.extend({ inclusion_probability: probability.optional() })).meta({
      description: 'Scores by item; inclusion probabilities for all of them or for none.',
    }),
    model: entityName
      .optional()
      .meta({ description: 'Name of the model, so that it is not its own source.' }),
    predictions: predictions.optional(),
    exclude_models: arrayOf(entityName, 0)
      .optional()
      .meta({ description: 'Models that are not to be sources.' }),
    ...answerChoice.shape,
  })
  .meta({ id: 'EstimateRequest' });

export const statelessEstimate = z
  .object({
    benchmark: benchmarkName,
    revision,
    observed_items: count,
    population: count,
    ...answerFields,
  })
  .meta({ id: 'StatelessEstimate' });

export function toWireEvaluation(view: EvaluationView): z.infer<typeof evaluation> {
  return {
    id: view.id,
    benchmark: view.benchmark,
    core_set: view.coreSet,
    model: view.model,
    status: view.status,
    revision: view.revision,
    observed_items: view.observedItems,
    population: view.population,
    from_evaluation: view.fromEvaluation,
    ...toWireAnswer(view.answer),
    metadata: view.metadata,
    created_at: view.createdAt,
    updated_at: view.updatedAt,
  };
}

export function toWireEstimate(from: StatelessEstimate): z.infer<typeof statelessEstimate> {
  return {
    benchmark: from.benchmark,
    revision: from.revision,
    observed_items: from.observedItems,
    population: from.population,
    ...toWireAnswer(from.answer),
  };
}
