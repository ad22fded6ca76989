import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteRule } from '../../../src/http/route-rules.ts';
import { scopesUpTo } from '../../../src/services/scopes.ts';
import { openHarness, type Reply } from '../../support/open-harness.ts';
import {
  addressOf,
  type CallerName,
  callers,
  mine,
  openWorld,
  ownBody,
  type Things,
  theirs,
  type World,
} from './world.ts';

let world: World;
/** How often an outcome was met, of operations of the document and of other addresses and methods. */
const counts = [new Map<string, number>(), new Map<string, number>()];

const listed = await openHarness();
// biome-ignore lint/suspicious/noExplicitAny: a document to look things up in
const document = listed.app.swagger() as any;
const rules = [...listed.app.routeRules];
await listed[Symbol.asyncDispose]();

beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  ['operations', 'other addresses and methods'].forEach((what, which) => {
    const routes = rules.filter((rule) => isOperation(rule) === (which === 0)).length;
    const cells = [...counts[which].values()].reduce((sum, count) => sum + count, 0);
    const told = [...counts[which]].sort().map(([outcome, count]) => `${outcome}: ${count}`);
    console.log(
      `authorisation matrix, ${routes} ${what} x ${callers.length} callers = ${cells} cells: ${told.join(', ')}`,
    );
  });
  await world[Symbol.asyncDispose]();
});

type Outcome = 'let in' | '401' | '403' | '404' | 'filtered';

const scopeOf: Readonly<Partial<Record<CallerName, 'read' | 'write' | 'admin'>>> = {
  read: 'read',
  write: 'write',
  admin: 'admin',
  'admin of another benchmark': 'admin',
  'admin of this benchmark': 'admin',
};

/** The rule, said once more and in other words. */
function expected({ url, scope, reach, isMissing }: RouteRule, caller: CallerName): Outcome {
  if (scope === 'public') return 'let in';
  const own = scopeOf[caller];
  if (own === undefined) return '401';
  if (!scopesUpTo(own).has(scope)) return '403';
  if (isMissing || reach === 'none' || !caller.endsWith(' benchmark')) return 'let in';
  const isForeign = caller === 'admin of another benchmark';
  if (reach === 'all' || (reach === 'named' && isForeign)) return '403';
  if (url === '/v1/benchmarks' || url === '/v1/evaluations') return 'filtered';
  return isForeign ? '404' : 'let in';
}

function operationOf({ method, url }: RouteRule) {
  return document.paths[url.replace(/:([a-z]+)/g, '{$1}')]?.[method.toLowerCase().replace('head', 'get')];
}

function isOperation(rule: RouteRule): boolean {
  return !rule.isMissing && operationOf(rule) !== undefined;
}

function exampleBody(rule: RouteRule): unknown {
  const schema = operationOf(rule)?.requestBody?.content['application/json']?.schema;
  const named = document.components.schemas[schema?.$ref?.split('/').at(-1)] ?? schema;
  return named?.examples?.[0];
}

async function ask(rule: RouteRule, caller: CallerName, things: Things, address: string): Promise<Reply> {
  const body =
    rule.method === 'HEAD' || rule.method === 'GET'
      ? undefined
      : (ownBody(rule.url, things) ?? exampleBody(rule));
  const response = await world.harness.app.inject({
    method: rule.method as 'GET',
    url: address,
    headers: {
      ...world.headers[caller],
      ...(rule.url.endsWith('/events') && { accept: 'text/event-stream' }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    // Tries with wrong keys are counted by address.
    remoteAddress: nextAddress(),
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  const isJson = /json/.test(String(response.headers['content-type'])) && response.body !== '';
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json: isJson && !/ndjson/.test(String(response.headers['content-type'])) ? response.json() : undefined,
  };
}

let asked = 0;
function nextAddress(): string {
  asked++;
  return `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}`;
}

const codes: Readonly<Record<string, readonly string[]>> = {
  '401': ['key-needed', 'key-refused'],
  '403': ['insufficient-scope', 'benchmark-not-allowed'],
};

/** Without what differs from one request to the next. */
function comparable({ status, text }: Reply, id: string): string {
  return `${status} ${text.replaceAll(id, 'ID').replace(/"request_id":"[^"]*"/, '')}`;
}

async function check(rule: RouteRule, caller: CallerName, outcome: Outcome, things: Things): Promise<void> {
  const address = addressOf(rule.url, things);
  const reply = await ask(rule, caller, things, address);
  const what = `${caller}: ${rule.method} ${rule.url} -> ${reply.status} ${reply.text.slice(0, 300)}`;
  const code = reply.json?.type?.split('/').at(-1);
  if (outcome === 'let in') {
    expect([401, 403, 429], what).not.toContain(reply.status);
    expect(reply.status, what).toBeLessThan(500);
    // It is there: "not found" would be the answer to somebody else.
    if (rule.scope !== 'public') expect(reply.status, what).not.toBe(404);
    if (rule.isMissing) expect(reply.status, what).toBe(405);
  } else if (outcome === 'filtered') {
    expect(reply.status, what).toBe(200);
    const [hidden, shown] = caller === 'admin of this benchmark' ? [theirs, mine] : [mine, theirs];
    if (rule.method === 'GET') expect(reply.text, what).toContain(`"${shown}"`);
    expect(reply.text, what).not.toContain(`"${hidden}"`);
  } else if (outcome === '404') {
    const id = things[rule.url.split('/')[2] as keyof Things];
    const unknown = `${id.slice(0, -4)}${id.endsWith('0000') ? '1111' : '0000'}`;
    const absent = JSON.parse(JSON.stringify(things).replaceAll(id, unknown));
    const other = await ask(rule, caller, absent, addressOf(rule.url, absent));
    expect(reply.status, what).toBe(404);
    expect(comparable(reply, id), what).toBe(comparable(other, unknown));
  } else {
    expect(String(reply.status), what).toBe(outcome);
    if (rule.method !== 'HEAD') expect(codes[outcome], what).toContain(code);
    if (outcome === '401') expect(reply.headers['www-authenticate'], what).toMatch(/^Bearer /);
  }
  const key = outcome === '403' ? `403 ${code ?? '(HEAD)'}` : outcome;
  const of = counts[isOperation(rule) ? 0 : 1];
  of.set(key, (of.get(key) ?? 0) + 1);
}

describe('the authorisation matrix', () => {
  it('is of every operation of the document', () => {
    const operations = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const known = new Set(rules.map(({ method, url }) => `${method} ${url}`));
    expect(operations.length).toBeGreaterThan(35);
    expect(operations.filter((operation) => !known.has(operation))).toEqual([]);
  });

  it('has the operations open that are to be open, and no others', () => {
    const open = rules
      .filter(({ scope, method }) => scope === 'public' && method === 'GET')
      .map(({ url }) => url);
    expect(open.filter((url) => url.startsWith('/v1'))).toEqual([]);
    expect(open.filter((url) => !/^\/(docs|assets)/.test(url)).sort()).toEqual([
      '/',
      '/benchmarks/:benchmark',
      '/benchmarks/:benchmark/*',
      '/comparison',
      '/core-sets/:id',
      '/evaluations/:id',
      '/livez',
      '/new-benchmark',
      '/openapi.json',
      '/problems/:code',
      '/readyz',
    ]);
  });

  it('is in the document as it is in the routes', () => {
    for (const rule of rules) {
      if (!isOperation(rule)) continue;
      const security = rule.scope === 'public' ? [] : [{ bearer: [rule.scope] }];
      expect(operationOf(rule).security, `${rule.method} ${rule.url}`).toEqual(security);
    }
  });

  // Other methods of an address are refused with 405, and no sooner than everything else is.
  it.each(rules.map((rule) => ({ name: `${rule.method} ${rule.url}`, rule })))('$name', async ({ rule }) => {
    let things = await world.renew();
    for (const caller of callers) {
      const outcome = expected(rule, caller);
      if (rule.method === 'DELETE' && outcome === 'let in') things = await world.renew();
      await check(rule, caller, outcome, things);
    }
  });
});
