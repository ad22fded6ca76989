import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import statics from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpError } from './http-error.ts';

/** Where `npm run build:dashboard` puts it; the same place seen from the sources and from the compiled package. */
const folder = join(import.meta.dirname, '../../dist/dashboard');

/** Nothing written into the page, nothing from elsewhere; pictures that charts draw are `blob:` and `data:`. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The addresses of its views. What stands behind them is the page's own affair. */
const views = [
  '/',
  '/new-benchmark',
  '/benchmarks/:benchmark',
  '/benchmarks/:benchmark/*',
  '/core-sets/:id',
  '/evaluations/:id',
  '/comparison',
];

/** What is not the page's: a browser that asks for it amiss gets the problem as anyone does. */
const otherThanViews = /^\/(v1|docs|assets|problems)(\/|$)/;

export interface Dashboard {
  register(app: FastifyInstance): Promise<void>;
  /** Whether somebody with a browser is looking for a view where nothing is. */
  isMissed(request: FastifyRequest): boolean;
  send(reply: FastifyReply): FastifyReply;
}

/** The web page: one document for all views, and its scripts and styles, which never change under one name. */
export function openDashboard(): Dashboard {
  const file = join(folder, 'index.html');
  const page = existsSync(file) ? readFileSync(file, 'utf8') : null;

  function send(reply: FastifyReply): FastifyReply {
    if (page === null) {
      throw new HttpError('route-not-found', 'the dashboard is not built: npm run build:dashboard');
    }
    return reply
      .type('text/html; charset=utf-8')
      .headers({
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        // The names of its scripts change with every build.
        'cache-control': 'no-cache',
      })
      .send(page);
  }

  return {
    send,
    isMissed: ({ method, url, headers }) =>
      page !== null &&
      method === 'GET' &&
      headers.accept?.includes('text/html') === true &&
      !otherThanViews.test(url.split('?')[0]),
    async register(app) {
      for (const url of views) {
        const schema = { hide: true, querystring: z.looseObject({}) };
        app.get(url, { config: { scope: 'public' }, schema, logLevel: 'warn' }, async (_request, reply) =>
          send(reply),
        );
      }
      if (page === null) return;
      await app.register(statics, {
        root: join(folder, 'assets'),
        prefix: '/assets/',
        immutable: true,
        maxAge: '1y',
        index: false,
        decorateReply: false,
        schemaHide: true,
        setHeaders: (reply) => reply.header('x-content-type-options', 'nosniff'),
      });
    },
  };
}
