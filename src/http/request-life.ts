import type { FastifyInstance } from 'fastify';

/** Names each request in its answer, logs how it ended, and lets connections go once the service is told to stop. */
export function followRequests(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // Else the server would wait for a connection that is kept alive for nothing.
    if (isClosing) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request;
    const { statusCode, elapsedTime } = reply;
    request.log.info(
      { method, url, statusCode, milliseconds: Math.round(elapsedTime * 10) / 10 },
      'answered',
    );
  });
  app.addHook('onRequestAbort', async ({ log, method, url }) => {
    log.info({ method, url }, 'aborted by the client');
  });
}
