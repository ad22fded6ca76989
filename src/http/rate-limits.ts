import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Limits } from '../limits.ts';
import { atOnce } from './hooks.ts';
import { HttpError } from './http-error.ts';
import { isVital } from './vital-routes.ts';

/** Who has not asked for long has a full bucket, as a stranger has: forgetting costs nothing but to the very busy. */
const maxBuckets = 10_000;

interface Bucket {
  tokens: number;
  /** Milliseconds, when it had so many. */
  at: number;
}

/**
 * So many requests a second on average, by a bucket of tokens for each key, or address without one. Answers say what is
 * left (draft-ietf-httpapi-ratelimit-headers, version 10).
 */
export function limitRates(
  app: FastifyInstance,
  { rateLimit, rateBurst }: Pick<Limits, 'rateLimit' | 'rateBurst'>,
): void {
  if (rateLimit === 0) return;
  const buckets = new LRUCache<string, Bucket>({ max: maxBuckets });
  const secondsFor = (tokens: number) => Math.ceil(tokens / rateLimit);
  const policy = `"default";q=${rateBurst};w=${Math.max(1, secondsFor(rateBurst))}`;

  function bucketOf(caller: string, now: number): Bucket {
    const bucket = buckets.get(caller) ?? { tokens: rateBurst, at: now };
    bucket.tokens = Math.min(rateBurst, bucket.tokens + ((now - bucket.at) / 1000) * rateLimit);
    bucket.at = now;
    buckets.set(caller, bucket);
    return bucket;
  }

  app.addHook(
    'onRequest',
    atOnce((request, reply) => {
      if (isVital(request)) return;
      const bucket = bucketOf(callerOf(request), performance.now());
      const isAllowed = bucket.tokens >= 1;
      if (isAllowed) bucket.tokens--;
      reply.headers({
        'ratelimit-policy': policy,
        ratelimit: `"default";r=${Math.floor(bucket.tokens)};t=${secondsFor(rateBurst - bucket.tokens)}`,
      });
      if (isAllowed) return;
      throw new HttpError(
        'rate-limited',
        `more than ${rateLimit} requests a second came, and more than ${rateBurst} at once`,
        Math.max(1, secondsFor(1 - bucket.tokens)),
      );
    }),
  );
}

/** The key it came with, or else where it came from. */
function callerOf(request: FastifyRequest): string {
  const { caller } = request as { caller?: { readonly key: { readonly id: string | number } | null } };
  const id = caller?.key?.id;
  return id === undefined ? `address ${request.ip}` : `key ${id}`;
}
