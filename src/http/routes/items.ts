import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Services } from '../../services/open-services.ts';
import { itemChanges, itemPage, itemsUpdated, toWireItem } from '../schemas/items.ts';
import { benchmarkParams, pageQuery, toPageRequest, toWirePage } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

export function itemRoutes({ items }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/benchmarks/:benchmark/items',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'listItems',
          tags: ['Benchmarks and history'],
          summary: 'List the items with their difficulty and discrimination',
          params: benchmarkParams,
          querystring: pageQuery,
          response: { 200: itemPage, ...problemResponses },
        },
      },
      async (request) =>
        toWirePage(await items.list(request.params.benchmark, toPageRequest(request.query)), toWireItem),
    );

    app.put(
      '/v1/benchmarks/:benchmark/items',
      {
        config: { scope: 'write', body: 'items' },
        schema: {
          operationId: 'putItems',
          tags: ['Benchmarks and history'],
          summary: 'Set groups and metadata of the items named',
          params: benchmarkParams,
          body: itemChanges,
          response: { 200: itemsUpdated, ...problemResponses },
        },
      },
      async (request) => {
        await items.update(request.params.benchmark, request.body.items);
        return { updated: request.body.items.length };
      },
    );
  };
}
