import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** A refused body is read and dropped for so long at most; a client still sending after that gets the answer if it can. */
const maxMilliseconds = 20_000;

/**
 * Answers that come before the body was read wait for its end. Many clients (Python's http.client among them) look for the
 * answer only when they have sent everything, and lose it if the connection closes before.
 */
export function drainBeforeAnswering(app: FastifyInstance): void {
  app.addHook('onSend', ({ raw }, _reply, payload, done) => {
    const go = () => done(null, payload);
    if (raw.readableEnded || raw.destroyed || !announcesBody(raw)) go();
    else drain(raw).then(go, go);
  });
}

async function drain(raw: IncomingMessage): Promise<void> {
  raw.unpipe();
  raw.resume();
  const { promise: overdue, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, maxMilliseconds);
  await Promise.race([once(raw, 'close'), once(raw, 'end'), overdue]).catch(() => {});
  clearTimeout(timer);
}

/** Whether a body is to come, by the headers. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
