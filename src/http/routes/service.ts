import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../errors.ts';
import type { Services } from '../../services/open-services.ts';
import { HttpError } from '../http-error.ts';
import { type ProblemCode, problemKinds } from '../problem.ts';
import { problemResponses } from '../schemas/problem.ts';

export function serviceRoutes({ ping }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/livez',
      {
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
        logLevel: 'warn',
        schema: {
          operationId: 'readyz',
          tags: ['Service'],
          summary: 'Whether the service can do its work: 503 while its database does not answer',
          response: {
            200: z.object({ status: z.literal('ready'), schema_version: z.int().min(0).max(9999) }),
            ...problemResponses,
          },
        },
      },
      async () => {
        const version = await ping().catch((error: unknown) => {
          throw new DomainError('not-ready', 'the database does not answer', [], error);
        });
        return { status: 'ready' as const, schema_version: version };
      },
    );

    app.get(
      '/problems/:code',
      {
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

    app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
      reply.type('application/json').send(JSON.stringify(app.swagger())),
    );
  };
}
