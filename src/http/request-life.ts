import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics/open-metrics.ts';
import { atOnce, beforeSending } from './hooks.ts';
import { HttpError } from './http-error.ts';

/**
 * Names each request in its answer, logs and counts how it ended, and lets connections go once the service is told to stop.
 * Logged are addresses without what follows the question mark, and never headers or bodies.
 */
export function followRequests(app: FastifyInstance, metrics: Metrics, stopping: AbortSignal): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook(
    'onRequest',
    atOnce((_request, reply) => {
      metrics.onRequestBegin();
      reply.raw.once('close', () => metrics.onRequestEnd());
      // It came on a connection that was open already.
      if (isClosing)
        throw new HttpError('stopping', 'the service is stopping; ask again, on another connection');
    }),
  );
  app.addHook(
    'onSend',
    beforeSending((request, reply) => {
      reply.header('x-request-id', request.id);
      // Else the server would wait for a connection that is kept alive for nothing.
      if (isClosing || stopping.aborted) reply.header('connection', 'close');
    }),
  );
  app.addHook(
    'onResponse',
    atOnce((request, reply) => {
      const { statusCode, elapsedTime } = reply;
      metrics.onRequest({
        method: knownMethods.has(request.method) ? request.method : 'other',
        route: request.routeOptions.url ?? 'none',
        statusCode,
        seconds: elapsedTime / 1000,
      });
      request.log.info(
        { ...described(request), statusCode, milliseconds: Math.round(elapsedTime * 10) / 10 },
        'answered',
      );
    }),
  );
  app.addHook('onRequestAbort', async (request) => {
    request.log.info(described(request), 'aborted by the client');
  });
}

const knownMethods: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
]);

function described({ method, url }: FastifyRequest) {
  return { method, url: url.split('?')[0] };
}
