import type {
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  onResponseHookHandler,
  onSendHookHandler,
} from 'fastify';

/**
 * Hooks that need not wait for anything. An async function costs a turn of the microtask queue for each hook of each
 * request, which adds up to more than what these hooks do. What one throws becomes the answer.
 */
export function atOnce(
  act: (request: FastifyRequest, reply: FastifyReply) => void,
): onRequestHookHandler & onResponseHookHandler {
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
    try {
      act(request, reply);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}

/** The same before an answer goes out, which it leaves as it is. */
export function beforeSending(
  act: (request: FastifyRequest, reply: FastifyReply) => void,
): onSendHookHandler {
  const hook = atOnce(act);
  return function (this, request, reply, payload, done) {
    hook.call(this, request, reply, (error?: Error) => done((error ?? null) as null, payload));
  };
}
