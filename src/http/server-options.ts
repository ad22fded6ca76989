import type { ServerOptions } from 'node:http';
import type { Limits } from '../limits.ts';

const mostCheckMilliseconds = 5000;
const leastCheckMilliseconds = 20;

/** The time-outs that Node keeps itself: of headers, of whole requests, of connections that nobody uses. */
export function serverOptions(limits: Limits) {
  const requestTimeout = 1000 * limits.requestTimeout;
  const headersTimeout = Math.min(1000 * limits.headerTimeout, requestTimeout);
  const http: ServerOptions = {
    requestTimeout,
    headersTimeout,
    connectionsCheckingInterval: Math.max(
      leastCheckMilliseconds,
      Math.min(mostCheckMilliseconds, headersTimeout / 10),
    ),
    // The system asks peers that have fallen silent whether they are still there.
    keepAlive: true,
  };
  return { http, requestTimeout, keepAliveTimeout: 1000 * limits.keepAliveTimeout, connectionTimeout: 0 };
}
