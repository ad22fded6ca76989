import type { FastifyInstance } from 'fastify';
import type { Limits } from '../limits.ts';

/** What a route may be sent; without one, something small. `upload`: read as it arrives, by a limit of its own. */
export type BodyKind = 'results' | 'items' | 'upload';

declare module 'fastify' {
  interface FastifyContextConfig {
    body?: BodyKind;
  }
}

/** Bodies that are read into memory before they are parsed, by the kind of their route. */
export function limitBodies(app: FastifyInstance, limits: Limits): void {
  const most: Readonly<Record<BodyKind, number>> = {
    results: limits.maxResultsBytes,
    items: limits.maxItemsBytes,
    upload: limits.maxBodyBytes,
  };
  app.addHook('onRoute', (route) => {
    const kind = route.config?.body;
    if (kind !== undefined) route.bodyLimit = most[kind];
  });
}
