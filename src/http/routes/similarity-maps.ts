import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Services } from '../../services/open-services.ts';
import { benchmarkParams } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';
import { similarityMap, toWireSimilarityMap } from '../schemas/similarity-maps.ts';

export function similarityMapRoutes({ similarityMaps }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/benchmarks/:benchmark/similarity-map',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'getSimilarityMap',
          tags: ['Benchmarks and history'],
          summary: 'Map the history and the latest evaluation of each new model by what they fail on',
          params: benchmarkParams,
          response: { 200: similarityMap, ...problemResponses },
        },
      },
      async (request) => toWireSimilarityMap(await similarityMaps.of(request.params.benchmark)),
    );
  };
}
