import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Services } from '../../services/open-services.ts';
import {
  itemDistribution,
  itemDistributionQuery,
  toWireItemDistribution,
} from '../schemas/item-distributions.ts';
import { benchmarkParams } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

export function itemDistributionRoutes({ itemDistributions }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/benchmarks/:benchmark/item-distribution',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'getItemDistribution',
          tags: ['Benchmarks and history'],
          summary: 'Count the items by difficulty',
          params: benchmarkParams,
          querystring: itemDistributionQuery,
          response: { 200: itemDistribution, ...problemResponses },
        },
      },
      async ({ params, query }) =>
        toWireItemDistribution(await itemDistributions.of(params.benchmark, query.bins)),
    );
  };
}
