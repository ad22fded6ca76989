import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Services } from '../../services/open-services.ts';
import {
  coreSet,
  coreSetPage,
  coreSetRequest,
  toCoreSetRequest,
  toWireCoreSet,
  toWireSummary,
} from '../schemas/core-sets.ts';
import { benchmarkParams, idParams, pageQuery, toPageRequest, toWirePage } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

export function coreSetRoutes({ coreSets }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/benchmarks/:benchmark/core-sets',
      {
        schema: {
          operationId: 'createCoreSet',
          tags: ['Core sets'],
          summary: 'Draw the items to run a new model on',
          params: benchmarkParams,
          body: coreSetRequest,
          response: { 201: coreSet, ...problemResponses },
        },
      },
      async (request, reply) => {
        const created = await coreSets.create(request.params.benchmark, toCoreSetRequest(request.body));
        return reply.code(201).header('location', `/v1/core-sets/${created.id}`).send(toWireCoreSet(created));
      },
    );

    app.get(
      '/v1/benchmarks/:benchmark/core-sets',
      {
        schema: {
          operationId: 'listCoreSets',
          tags: ['Core sets'],
          summary: 'List the core sets of a benchmark, newest first, without their items',
          params: benchmarkParams,
          querystring: pageQuery,
          response: { 200: coreSetPage, ...problemResponses },
        },
      },
      async (request) =>
        toWirePage(
          await coreSets.list(request.params.benchmark, toPageRequest(request.query)),
          toWireSummary,
        ),
    );

    app.get(
      '/v1/core-sets/:id',
      {
        schema: {
          operationId: 'getCoreSet',
          tags: ['Core sets'],
          summary: 'Read a core set',
          params: idParams,
          response: { 200: coreSet, ...problemResponses },
        },
      },
      async (request) => toWireCoreSet(await coreSets.get(request.params.id)),
    );
  };
}
