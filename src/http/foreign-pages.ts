import { isIP } from 'node:net';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from './http-error.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];
const requestHeaders = [
  ...['Authorization', 'Content-Type', 'Content-Encoding', 'Accept', 'If-None-Match', 'Last-Event-ID'],
  ...['Idempotency-Key', 'X-Request-Id', 'Traceparent'],
];
const answerHeaders = [
  ...['ETag', 'Location', 'Retry-After', 'X-Request-Id', 'WWW-Authenticate', 'Content-Disposition', 'Allow'],
  ...['RateLimit', 'RateLimit-Policy', 'Idempotent-Replayed'],
];
const preflightSeconds = 600;

/** Lets pages of these origins use the API; keys go in a header, so no cookies are meant. None: browsers keep them apart. */
export async function allowOrigins(app: FastifyInstance, origins: ReadonlySet<string>): Promise<void> {
  if (origins.size === 0) return;
  await app.register(cors, {
    // Of an origin that is not among them nothing is said at all.
    origin: (origin, decide) => decide(null, origin !== undefined && origins.has(origin) ? origin : false),
    methods,
    allowedHeaders: requestHeaders,
    exposedHeaders: answerHeaders,
    maxAge: preflightSeconds,
    strictPreflight: false,
  });
}

/**
 * While no key is asked for, whoever can send a request is let in, and so would be any web page that is open on this
 * machine: its browser says where a request comes from, and which name it took the address for.
 * @param anyHost whether the service may go by names that we do not know
 * @throws HttpError foreign-page
 */
export function refuseForeignPages(
  { headers, hostname }: FastifyRequest,
  origins: ReadonlySet<string>,
  anyHost: boolean,
): void {
  const site = headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (isForeign && !origins.has(headers.origin ?? '')) {
    throw new HttpError(
      'foreign-page',
      'it comes from a page of another origin, and no key is asked for here',
    );
  }
  // A page elsewhere can have its own name point at this machine, but not an IP address, nor a name without a domain.
  if (!anyHost && !isOwnName(hostname)) {
    throw new HttpError(
      'foreign-page',
      `this service is at localhost, not at "${hostname}": make a key, or set BENCHCAST_ALLOW_ANONYMOUS=true`,
    );
  }
}

function isOwnName(hostname: string | undefined): boolean {
  // Only what is no browser leaves it out.
  if (!hostname) return true;
  const name = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return !name.includes('.') || name.endsWith('.localhost') || isIP(name) !== 0;
}
