import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Services } from '../../services/open-services.ts';
import { leaderboardPage, model, modelPage, toWireLeaderboardEntry, toWireModel } from '../schemas/models.ts';
import { benchmarkParams, modelParams, pageQuery, toPageRequest, toWirePage } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

export function modelRoutes({ benchmarks, models, leaderboard }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/benchmarks/:benchmark/models',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'listModels',
          tags: ['Benchmarks and history'],
          summary: 'List the models of the history',
          params: benchmarkParams,
          querystring: pageQuery,
          response: { 200: modelPage, ...problemResponses },
        },
      },
      async (request) => {
        const { id } = await benchmarks.get(request.params.benchmark);
        return toWirePage(await models.list(id, toPageRequest(request.query)), toWireModel);
      },
    );

    app.get(
      '/v1/benchmarks/:benchmark/models/:model',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'getModel',
          tags: ['Benchmarks and history'],
          summary: 'Read a model of the history',
          params: modelParams,
          response: { 200: model, ...problemResponses },
        },
      },
      async (request) => {
        const { id } = await benchmarks.get(request.params.benchmark);
        return toWireModel(await models.get(id, request.params.model));
      },
    );

    app.delete(
      '/v1/benchmarks/:benchmark/models/:model',
      {
        config: { scope: 'admin' },
        schema: {
          operationId: 'deleteModel',
          tags: ['Benchmarks and history'],
          summary: 'Delete a model with its scores; its items stay',
          params: modelParams,
          response: { 204: z.null().meta({ description: 'Deleted.' }), ...problemResponses },
        },
      },
      async (request, reply) => {
        const { id } = await benchmarks.get(request.params.benchmark);
        await models.remove(id, request.params.model);
        return reply.code(204).send(null);
      },
    );

    app.get(
      '/v1/benchmarks/:benchmark/leaderboard',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'getLeaderboard',
          tags: ['Benchmarks and history'],
          summary: 'Rank the history and the latest evaluation of each new model',
          params: benchmarkParams,
          querystring: pageQuery,
          response: { 200: leaderboardPage, ...problemResponses },
        },
      },
      async (request) =>
        toWirePage(
          await leaderboard.list(request.params.benchmark, toPageRequest(request.query)),
          toWireLeaderboardEntry,
        ),
    );
  };
}
