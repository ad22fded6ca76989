import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Services } from '../../services/open-services.ts';
import { comparison, comparisonRequest, toWireComparison } from '../schemas/comparisons.ts';
import { problemResponses } from '../schemas/problem.ts';

export function comparisonRoutes({ comparisons }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/evaluations/compare',
      {
        config: { scope: 'read', reach: 'checked' },
        schema: {
          operationId: 'compare',
          tags: ['Evaluations'],
          summary: 'Which of two models is better, as far as can be told',
          description:
            'Two new models by their answers to the same items, or a new one against a model of the history, whose score is known.',
          body: comparisonRequest,
          response: { 200: comparison, ...problemResponses },
        },
      },
      async ({ body, caller }) => toWireComparison(await comparisons.compare(body, caller.benchmarks)),
    );
  };
}
