import type { FastifyInstance } from 'fastify';
import { atOnce } from './hooks.ts';

/**
 * What browsers are to refrain from, on every answer; the page and /docs have policies of their own. As helmet would send
 * them (a test compares), but also where no plugin gets to: errors of the router, and bytes that are no request.
 */
const headers = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

export type SafeHeaders = Readonly<Record<string, string>>;

/** @param hstsSeconds for how long browsers are to insist on TLS; 0 = whether there is TLS is not known here */
export function safeHeaders(hstsSeconds: number): SafeHeaders {
  if (hstsSeconds === 0) return headers;
  return { ...headers, 'strict-transport-security': `max-age=${hstsSeconds}` };
}

export function sendSafeHeaders(app: FastifyInstance, safe: SafeHeaders): void {
  app.addHook(
    'onRequest',
    atOnce((_request, reply) => {
      reply.headers(safe);
    }),
  );
}
