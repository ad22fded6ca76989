import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Services } from '../../services/open-services.ts';
import { benchmark, benchmarkSettings, toSettings, toWireBenchmark } from '../schemas/benchmarks.ts';
import { benchmarkParams, pageOf, pageQuery, toPageRequest, toWirePage } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

const benchmarkPage = pageOf(benchmark).meta({ id: 'BenchmarkPage' });

export function benchmarkRoutes({ benchmarks }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.put(
      '/v1/benchmarks/:benchmark',
      {
        config: { scope: 'write' },
        schema: {
          operationId: 'putBenchmark',
          tags: ['Benchmarks and history'],
          summary: 'Create a benchmark, or replace its settings',
          params: benchmarkParams,
          body: benchmarkSettings,
          response: { 200: benchmark, 201: benchmark, ...problemResponses },
        },
      },
      async (request, reply) => {
        const put = await benchmarks.put(request.params.benchmark, toSettings(request.body));
        return reply.code(put.created ? 201 : 200).send(toWireBenchmark(put.benchmark));
      },
    );

    app.get(
      '/v1/benchmarks',
      {
        config: { scope: 'read', reach: 'checked' },
        schema: {
          operationId: 'listBenchmarks',
          tags: ['Benchmarks and history'],
          summary: 'List the benchmarks',
          querystring: pageQuery,
          response: { 200: benchmarkPage, ...problemResponses },
        },
      },
      async ({ query, caller }) =>
        toWirePage(await benchmarks.list(toPageRequest(query), caller.benchmarks), toWireBenchmark),
    );

    app.get(
      '/v1/benchmarks/:benchmark',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'getBenchmark',
          tags: ['Benchmarks and history'],
          summary: 'Read a benchmark',
          params: benchmarkParams,
          response: { 200: benchmark, ...problemResponses },
        },
      },
      async (request) => toWireBenchmark(await benchmarks.describe(request.params.benchmark)),
    );

    app.delete(
      '/v1/benchmarks/:benchmark',
      {
        config: { scope: 'admin' },
        schema: {
          operationId: 'deleteBenchmark',
          tags: ['Benchmarks and history'],
          summary: 'Delete a benchmark with everything under it',
          params: benchmarkParams,
          response: { 204: z.null().meta({ description: 'Deleted.' }), ...problemResponses },
        },
      },
      async (request, reply) => {
        await benchmarks.remove(request.params.benchmark);
        return reply.code(204).send(null);
      },
    );
  };
}
