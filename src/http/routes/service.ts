import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Metrics } from '../../metrics/open-metrics.ts';
import type { Services } from '../../services/open-services.ts';
import { HttpError } from '../http-error.ts';
import { type ProblemCode, problemKinds } from '../problem.ts';
import { problemResponses } from '../schemas/problem.ts';

/** @param stopping aborted as soon as the service is told to stop */
export function serviceRoutes(
  { readiness }: Services,
  metrics: Metrics,
  stopping: AbortSignal,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/livez',
      {
        config: { scope: 'public' },
        logLevel: 'warn',
        schema: {
          operationId: 'livez',
          tags: ['Service'],
          summary: 'Whether the process answers',
          response: { 200: z.object({ status: z.literal('ok') }), ...problemResponses },
        },
      },
      async () => ({ status: 'ok' as const }),
    );

    app.get(
      '/readyz',
      {
        config: { scope: 'public' },
        logLevel: 'warn',
        schema: {
          operationId: 'readyz',
          tags: ['Service'],
          summary: 'Whether the service can do its work',
          description:
            '503 while the database does not answer, its tables are not those that this version needs, or the disk has less room than the floor; `errors` name what fails. 503 also from when the service is told to stop.',
          response: {
            200: z.object({ status: z.literal('ready'), schema_version: z.int().min(0).max(9999) }),
            ...problemResponses,
          },
        },
      },
      async () => {
        if (stopping.aborted) throw new HttpError('stopping', 'the service was told to stop');
        return { status: 'ready' as const, schema_version: await readiness.check() };
      },
    );

    app.get(
      '/metrics',
      {
        config: { scope: 'read', reach: 'none' },
        logLevel: 'warn',
        schema: {
          operationId: 'metrics',
          tags: ['Service'],
          summary: 'Metrics for Prometheus',
          description: 'No label is the name of a benchmark, a model or an item, and no value is a score.',
          response: {
            200: { description: 'Metrics.', content: { 'text/plain': { schema: z.string() } } },
            ...problemResponses,
          },
        },
      },
      async (_request, reply) => {
        const { mediaType, text } = await metrics.render();
        return reply
          .type(mediaType)
          .serializer((ready: string) => ready)
          .send(text);
      },
    );

    app.get(
      '/problems/:code',
      {
        config: { scope: 'public' },
        schema: {
          operationId: 'getProblem',
          tags: ['Service'],
          summary: 'What a kind of problem means',
          params: z.strictObject({ code: z.string().max(100) }),
          response: {
            200: z.object({ type: z.string(), title: z.string(), status: z.int().min(400).max(599) }),
            ...problemResponses,
          },
        },
      },
      async (request) => {
        const { code } = request.params;
        if (!Object.hasOwn(problemKinds, code)) {
          throw new HttpError('problem-not-found', `there is no kind of problem "${code}"`);
        }
        const { title, status } = problemKinds[code as ProblemCode];
        return { type: `/problems/${code}`, title, status };
      },
    );

    app.get(
      '/openapi.json',
      { config: { scope: 'public' }, schema: { hide: true } },
      async (_request, reply) => reply.type('application/json').send(JSON.stringify(app.swagger())),
    );
  };
}
