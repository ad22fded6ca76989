import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Limits } from '../limits.ts';
import { announcesBody } from './draining.ts';
import { atOnce } from './hooks.ts';
import { HttpError } from './http-error.ts';
import type { Pressure } from './pressure.ts';
import type { SlowClients } from './slow-clients.ts';
import { isVital } from './vital-routes.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An answer that takes as long as its client lets it. */
    stream?: 'export' | 'follower';
  }
}

/** What is counted, by how it is called in a refusal. */
type Load = 'requests' | 'large bodies' | 'exports' | 'event streams';

/** A body that is as small as that, and says so, does not count as a large one. */
const smallBytes = 64 * 1024;
/** Requests at a time when memory is full: none at all would leave nobody to make the engine collect its garbage. */
const maxAnyway = 4;

const retrySeconds: Readonly<Record<Load, number>> = {
  requests: 1,
  'large bodies': 10,
  exports: 10,
  'event streams': 10,
};

export interface Admission {
  /** Under way now. */
  count(load: Load): number;
}

/** Refuses work while there is enough of it already: 503 `overloaded` at once, before memory or the event loop suffer. */
export function admitRequests(
  app: FastifyInstance,
  limits: Limits,
  pressure: Pressure,
  { unsentBytes }: Pick<SlowClients, 'unsentBytes'>,
): Admission {
  const counts: Record<Load, number> = {
    requests: 0,
    'large bodies': 0,
    exports: 0,
    'event streams': 0,
  };

  function mostOf(load: Load): number {
    const isFull = pressure.isMemoryFull();
    if (load === 'requests') return isFull ? maxAnyway : limits.maxRequests;
    if (load === 'event streams') return limits.maxFollowers;
    if (isFull) return 0;
    return load === 'exports' ? limits.maxExports : limits.maxUploads;
  }

  function refuseUnderPressure(): void {
    const delay = pressure.eventLoopDelay();
    if (delay > limits.maxEventLoopDelay) {
      throw overloaded(`answers are ${Math.round(delay)} ms late`, 1);
    }
    if (unsentBytes() > limits.maxUnsentBytes) {
      throw overloaded('clients have not taken the answers they asked for', retrySeconds.exports);
    }
  }

  app.addHook(
    'onRequest',
    atOnce((request, reply) => {
      if (isVital(request)) return;
      refuseUnderPressure();
      const loads = loadsOf(request);
      const full = loads.find((load) => counts[load] >= mostOf(load));
      if (full !== undefined) {
        const most = mostOf(full);
        throw overloaded(
          most === 0 ? 'memory is full' : `as many ${full} as are allowed at a time are under way: ${most}`,
          retrySeconds[full],
        );
      }
      for (const load of loads) counts[load]++;
      reply.raw.once('close', () => {
        for (const load of loads) counts[load]--;
      });
    }),
  );

  return { count: (load) => counts[load] };
}

function loadsOf(request: FastifyRequest): Load[] {
  const { stream } = request.routeOptions.config;
  if (stream === 'follower') return ['event streams'];
  if (stream === 'export') return ['requests', 'exports'];
  return isLarge(request) ? ['requests', 'large bodies'] : ['requests'];
}

/** Whether a body may take memory or time: one of unknown length may, and one that is yet to be unpacked. */
function isLarge({ raw, headers, routeOptions }: FastifyRequest): boolean {
  if (routeOptions.config.body === undefined || !announcesBody(raw)) return false;
  const length = headers['content-encoding'] === undefined ? headers['content-length'] : undefined;
  return length === undefined || Number(length) > smallBytes;
}

function overloaded(why: string, retryAfter: number): HttpError {
  return new HttpError('overloaded', `the service has enough to do: ${why}; try again later`, retryAfter);
}
