import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Services } from '../../services/open-services.ts';
import { hasTag, historyTag } from '../entity-tag.ts';
import { withLongText } from '../long-text.ts';
import { heatMap, heatMapQuery, toWireHeatMap } from '../schemas/heat-maps.ts';
import { benchmarkParams } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

const unchanged = z.null().meta({ description: 'Unchanged since the answer that `If-None-Match` names.' });

export function heatMapRoutes({ benchmarks, heatMaps }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/benchmarks/:benchmark/heat-map',
      {
        config: { scope: 'read' },
        // Of a large map, more would take longer than it saves.
        compress: { encodings: ['gzip', 'identity'], zlibOptions: { level: 1 } },
        serializerCompiler: withLongText('cells'),
        schema: {
          operationId: 'getHeatMap',
          tags: ['Benchmarks and history'],
          summary: 'See the score matrix: models best first, items easiest first',
          description:
            'Binned to at most so many rows and columns. With an `ETag`: ask again with `If-None-Match`, and 304 says that nothing changed.',
          params: benchmarkParams,
          querystring: heatMapQuery,
          response: { 200: heatMap, 304: unchanged, ...problemResponses },
        },
      },
      async (request, reply) => {
        const benchmark = await benchmarks.get(request.params.benchmark);
        reply.header('cache-control', 'no-cache');
        const tag = historyTag(benchmark);
        if (hasTag(request, tag))
          return reply
            .header('etag', tag)
            .code(304)
            .send(undefined as never);
        const view = await heatMaps.of(benchmark, request.query);
        const { createdAt } = benchmark;
        reply.header('etag', historyTag({ createdAt, revision: view.revision }));
        return reply.send(toWireHeatMap(view));
      },
    );
  };
}
