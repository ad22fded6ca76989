import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Limits } from '../limits.ts';

export interface SlowClients {
  /** Answers that were written and not taken, all connections together, when last looked at. */
  unsentBytes(): number;
}

/** What is known of a connection. */
interface Watched {
  request?: IncomingMessage;
  /** Since when it has been the client's turn. */
  turn: number;
  /** When its client last had done what it must, and what had passed then. */
  since: number;
  passed: number;
}

const mostMilliseconds = 1000;
const leastMilliseconds = 20;

/**
 * Cuts off clients that send a body, or take an answer, more slowly than they must: each holds memory, a file or a thread.
 * Headers have a time-out of Node's own; while the service is what keeps a client waiting, nothing is counted against it.
 */
export function cutOffSlowClients(
  app: FastifyInstance,
  {
    stallTimeout,
    minBytesPerSecond,
    requestTimeout,
  }: Pick<Limits, 'stallTimeout' | 'minBytesPerSecond' | 'requestTimeout'>,
): SlowClients {
  const connections = new Map<Socket, Watched>();
  const window = 1000 * stallTimeout;
  let unsent = 0;

  app.server.on('connection', (socket: Socket) => {
    const now = performance.now();
    connections.set(socket, { turn: now, since: now, passed: 0 });
    socket.once('close', () => connections.delete(socket));
  });
  app.server.on('request', (request: IncomingMessage) => {
    const watched = connections.get(request.socket);
    if (watched !== undefined) watched.request = request;
  });

  function look(socket: Socket, watched: Watched, now: number): void {
    if (!isAwaited(socket, watched.request)) watched.turn = now;
    const passed = passedBytes(socket);
    const isFast = passed - watched.passed >= minBytesPerSecond * stallTimeout;
    if (watched.turn === now || isFast) {
      watched.since = now;
      watched.passed = passed;
    }
    if (now - watched.since >= window || now - watched.turn >= 1000 * requestTimeout) cutOff(socket);
  }

  function lookAtAll(): void {
    const now = performance.now();
    unsent = 0;
    for (const [socket, watched] of connections) {
      unsent += socket.writableLength;
      look(socket, watched, now);
    }
  }

  function cutOff(socket: Socket): void {
    app.log.info(
      { received: socket.bytesRead, unsent: socket.writableLength },
      'cut off: the client is too slow',
    );
    if (socket.writableLength > 0) {
      socket.destroy();
      return;
    }
    const error = new Error(
      `less than ${minBytesPerSecond} bytes a second of the body came for ${stallTimeout} seconds`,
    );
    app.server.emit('clientError', Object.assign(error, { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
  }

  const often = Math.min(mostMilliseconds, Math.max(leastMilliseconds, window / 10));
  const timer = setInterval(lookAtAll, often).unref();
  app.addHook('onClose', async () => clearInterval(timer));
  return { unsentBytes: () => unsent };
}

/** Whether it is the client's turn. */
function isAwaited(socket: Socket, request: IncomingMessage | undefined): boolean {
  if (socket.writableLength > 0) return true;
  // What has come and is not read yet is ours to read.
  return request !== undefined && !request.complete && !request.destroyed && request.readableLength === 0;
}

/** Node tells of a chunk only when all of it has gone; a large one to a slow but honest client takes its time. */
interface Internals {
  readonly _bytesDispatched?: number;
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/** Bytes of both ways that have left or reached the system. */
function passedBytes(socket: Socket): number {
  const { _bytesDispatched: dispatched, _handle: handle } = socket as unknown as Internals;
  const sent = (dispatched ?? socket.bytesWritten) - (handle?.writeQueueSize ?? 0);
  return socket.bytesRead + sent;
}
