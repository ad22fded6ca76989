import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { Scope } from '../storage/keys.ts';

/** What a caller must be allowed to do; `public`: nothing. */
export type RouteScope = Scope | 'public';

/**
 * What keys that are limited to some benchmarks may ask of a route. `named`: it is about the benchmark in its address.
 * `checked`: its handler gives `caller.benchmarks` to the services. `none`: it says nothing of any. `all`: it is about all of
 * them, and not for such keys.
 */
export type Reach = 'named' | 'checked' | 'none' | 'all';

declare module 'fastify' {
  interface FastifyContextConfig {
    scope?: RouteScope;
    /** @default `named` where the address names a benchmark, else `all` */
    reach?: Reach;
    /** The address is there, the method is not: the answer is 405. */
    isMissing?: boolean;
  }
  interface FastifyInstance {
    /** Every route of the application, in the order of registration. */
    routeRules: readonly RouteRule[];
  }
}

export interface RouteRule {
  readonly method: string;
  readonly url: string;
  readonly scope: RouteScope;
  readonly reach: Reach;
  readonly isMissing: boolean;
}

/** Has every route say who may use it: one that does not fails the start. */
export function requireRules(app: FastifyInstance): void {
  const rules: RouteRule[] = [];
  app.decorate('routeRules', rules);
  app.addHook('onRoute', ({ method, url, config }) => {
    const scope = config?.scope ?? publicFile(url);
    if (scope === undefined) throw new Error(`the route ${method} ${url} has no config.scope`);
    const isMissing = config?.isMissing ?? false;
    for (const name of [method].flat()) {
      rules.push({ method: name, url, scope, reach: reachOf(url, config), isMissing });
    }
  });
}

/** Of the route that a request found, or of none. */
export function ruleOf({ is404, url, routeOptions }: FastifyRequest): Pick<RouteRule, 'scope' | 'reach'> {
  if (is404) return { scope: /^\/v1(\/|\?|$)/.test(url) ? 'read' : 'public', reach: 'none' };
  const { url: pattern = '', config } = routeOptions;
  const scope = config.scope ?? publicFile(pattern);
  if (scope === undefined) throw new Error(`the route ${pattern} has no config.scope`);
  return { scope, reach: reachOf(pattern, config) };
}

function reachOf(url: string, config: RouteOptions['config']): Reach {
  return config?.reach ?? (url.includes('/:benchmark') && url.startsWith('/v1/') ? 'named' : 'all');
}

/** Plugins that serve files register routes of their own, and preflights have one for all addresses. */
function publicFile(url: string): 'public' | undefined {
  return /^\/(docs|assets)(\/|$)/.test(url) || url === '*' ? 'public' : undefined;
}
