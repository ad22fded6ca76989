import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Services } from '../../services/open-services.ts';
import type { CoreSet } from '../../storage/core-sets.ts';
import {
  coreSet,
  coreSetPage,
  coreSetRequest,
  extensionRequest,
  plan,
  planQuery,
  toCoreSetRequest,
  toWireCoreSet,
  toWirePlan,
  toWireSummary,
} from '../schemas/core-sets.ts';
import { benchmarkParams, idParams, pageQuery, toPageRequest, toWirePage } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

export function coreSetRoutes({ coreSets, plans }: Services): FastifyPluginAsyncZod {
  const toWire = (stored: CoreSet) => toWireCoreSet(stored, coreSets.progressOf(stored));

  return async (app) => {
    app.post(
      '/v1/benchmarks/:benchmark/core-sets',
      {
        schema: {
          operationId: 'createCoreSet',
          tags: ['Core sets'],
          summary: 'Draw the items to run a new model on',
          description:
            'By `size`, or by `half_width`. Designs with inclusion probabilities answer at once; the others choose in the background: 202, and the core set at `Location` is `ready` in the end, or `failed`.',
          params: benchmarkParams,
          body: coreSetRequest,
          response: { 201: coreSet, 202: coreSet, ...problemResponses },
        },
      },
      async (request, reply) => {
        const created = await coreSets.create(request.params.benchmark, toCoreSetRequest(request.body));
        reply.header('location', `/v1/core-sets/${created.id}`);
        if (created.status === 'ready') return reply.code(201).send(toWire(created));
        return reply.code(202).header('retry-after', '1').send(toWire(created));
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
        toWirePage(await coreSets.list(request.params.benchmark, toPageRequest(request.query)), (stored) =>
          toWireSummary(stored, coreSets.progressOf(stored)),
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
      async (request) => toWire(await coreSets.get(request.params.id)),
    );

    app.post(
      '/v1/core-sets/:id/extensions',
      {
        schema: {
          operationId: 'extendCoreSet',
          tags: ['Core sets'],
          summary: 'Draw a larger core set that contains this one',
          description:
            'Under the same design, with the inclusion probabilities of the whole. Evaluate on it with `from_evaluation`, and results already paid for count.',
          params: idParams,
          body: extensionRequest,
          response: { 201: coreSet, ...problemResponses },
        },
      },
      async (request, reply) => {
        const created = await coreSets.extend(request.params.id, request.body);
        return reply.code(201).header('location', `/v1/core-sets/${created.id}`).send(toWire(created));
      },
    );

    app.get(
      '/v1/benchmarks/:benchmark/plan',
      {
        schema: {
          operationId: 'plan',
          tags: ['Core sets'],
          summary: 'How many items an interval of some half-width needs',
          params: benchmarkParams,
          querystring: planQuery,
          response: { 200: plan, ...problemResponses },
        },
      },
      async ({ params, query }) => {
        const { half_width: halfWidth, level, design } = query;
        return toWirePlan(await plans.forBenchmark(params.benchmark, { halfWidth, level, design }), query);
      },
    );
  };
}
