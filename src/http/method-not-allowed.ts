import type { FastifyInstance, HTTPMethods } from 'fastify';
import { HttpError } from './http-error.ts';

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Answers 405 with `Allow` where an address exists and the method does not; Fastify would say 404.
 * @returns to be called once all routes are there
 */
export function trackMethods(app: FastifyInstance): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = taken.get(url) ?? new Set<string>();
    for (const name of [method].flat()) known.add(name);
    taken.set(url, known);
  });

  return () => {
    for (const [url, known] of [...taken]) {
      const others = methods.filter((method) => !known.has(method));
      const allow = [...known].sort().join(', ');
      app.route({
        method: [...others],
        url,
        config: {
          scope: url.startsWith('/v1/') ? 'read' : 'public',
          reach: 'none',
          isMissing: true,
        },
        schema: { hide: true },
        // Before the body is looked at: its type does not matter here.
        onRequest: async (request, reply) => {
          reply.header('allow', allow);
          throw new HttpError(
            'method-not-allowed',
            `${request.method} is not taken here; there are ${allow}`,
          );
        },
        handler: async () => undefined,
      });
    }
  };
}
