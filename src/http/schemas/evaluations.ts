import { z } from 'zod';
import { designNames } from '../../estimation/designs/names.ts';
import { methodNames } from '../../estimation/estimators/names.ts';
import type { StatelessEstimate } from '../../services/estimates.ts';
import type { EvaluationView } from '../../services/evaluations.ts';
import { answerFields, figure, toWireAnswer } from './answers.ts';
import { resultReport } from './imports.ts';
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
  .meta({
    id: 'ResultsRequest',
    description: 'Results to add, or to put in place of earlier ones.',
    examples: [{ results: [{ item: 'item-0007', score: 0 }] }],
  });

const expectedError = z
  .object({
    backtest: z.string().meta({ description: 'The back-test that it is from, the newest of this design.' }),
    revision,
    design: z.enum(designNames),
    size: count.meta({ description: 'Items of the core sets it was tried on, the nearest there were.' }),
    beyond_history: z.boolean().meta({
      description: 'No replayed model stood so far above its sources: the figures may be too small.',
    }),
    methods: z.array(
      z.object({
        method: z.enum(methodNames),
        replays: count.meta({ description: 'Replays of models like this one that it is the mean of.' }),
        models: count.meta({
          description: 'Models in those replays: they are not as many cases as replays.',
        }),
        mean_absolute_error: z.number(),
        p90: z.number().meta({ description: 'Nine of ten were off by less.' }),
      }),
    ),
  })
  .meta({
    id: 'ExpectedError',
    description:
      "How far off each method was on the benchmark's own history, for models as similar to their sources, at the same level. Score units.",
  });

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
    expected_error: expectedError.nullable().meta({
      description: 'null where no finished back-test tried core sets like this one.',
    }),
    metadata: metadata.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
    import: resultReport.optional().meta({ description: 'In the answer to a log only.' }),
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
  .meta({
    id: 'EstimateRequest',
    examples: [{ results: [{ item: 'item-0003', score: 1, inclusion_probability: 0.05 }] }],
  });

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
    expected_error: view.expectedError && toWireExpectedError(view.expectedError),
    metadata: view.metadata,
    created_at: view.createdAt,
    updated_at: view.updatedAt,
  };
}

function toWireExpectedError(
  from: NonNullable<EvaluationView['expectedError']>,
): z.infer<typeof expectedError> {
  return {
    backtest: from.backtest,
    revision: from.revision,
    design: from.design,
    size: from.size,
    beyond_history: from.isBeyond,
    methods: from.methods.map(({ method, replays, models, meanAbsoluteError, p90 }) => ({
      method,
      replays,
      models,
      mean_absolute_error: figure(meanAbsoluteError),
      p90: figure(p90),
    })),
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
