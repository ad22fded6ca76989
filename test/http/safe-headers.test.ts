import helmet from 'helmet';
import { describe, expect, it } from 'vitest';
import { safeHeaders } from '../../src/http/safe-headers.ts';
import { addBenchmark, smallWideCsv } from '../support/fixtures.ts';
import { keyOf } from '../support/keys.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

/** What helmet sends of itself. */
function helmetHeaders(): Record<string, string> {
  const sent: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => {
      sent[name.toLowerCase()] = value;
    },
    removeHeader: () => {},
  };
  helmet()({} as never, response as never, () => {});
  return sent;
}

const safe = safeHeaders(0);
const { 'content-security-policy': _, ...withoutPolicy } = safe;

async function expectSafe(
  harness: Harness,
  method: 'GET' | 'POST',
  url: string,
  headers = {},
): Promise<number> {
  const response = await harness.app.inject({ method, url, headers });
  expect(response.headers, `${method} ${url}`).toMatchObject(withoutPolicy);
  expect(response.headers['content-security-policy'], url).toMatch(/frame-ancestors 'none'/);
  expect(response.headers).not.toHaveProperty('server');
  expect(response.headers).not.toHaveProperty('x-powered-by');
  expect(response.headers).not.toHaveProperty('access-control-allow-origin');
  expect(response.headers).not.toHaveProperty('strict-transport-security');
  return response.statusCode;
}

describe('the headers of every answer', () => {
  it('are those of helmet, or stricter', () => {
    const {
      'content-security-policy': _policy,
      'strict-transport-security': _hsts,
      'x-frame-options': _frames,
      ...same
    } = helmetHeaders();
    expect(safe).toMatchObject(same);
    expect(safe['x-frame-options']).toBe('DENY');
    expect(safe['content-security-policy']).toMatch(/^default-src 'none'; /);
  });

  it('are there whatever the answer is', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const seen = [
      await expectSafe(harness, 'GET', '/v1/benchmarks'),
      await expectSafe(harness, 'GET', '/v1/benchmarks/b/scores'),
      await expectSafe(harness, 'GET', '/v1/benchmarks/none'),
      await expectSafe(harness, 'GET', '/v1/benchmarks?limit=x'),
      await expectSafe(harness, 'POST', '/v1/benchmarks/b/scores', { 'content-type': 'text/rtf' }),
      await expectSafe(harness, 'POST', '/livez'),
      await expectSafe(harness, 'GET', '/%zz'),
      await expectSafe(harness, 'GET', '/nothing'),
      await expectSafe(harness, 'GET', '/'),
      await expectSafe(harness, 'GET', '/docs/'),
      await expectSafe(harness, 'GET', '/docs/static/swagger-ui.css'),
      await expectSafe(harness, 'GET', '/openapi.json'),
      await expectSafe(harness, 'GET', '/livez'),
    ];
    await keyOf(harness, 'read');
    seen.push(await expectSafe(harness, 'GET', '/v1/benchmarks'));
    expect(seen).toEqual([200, 200, 404, 422, 415, 405, 400, 404, 200, 200, 200, 200, 200, 401]);
  });

  it('let the page and the documentation have policies of their own', async () => {
    await using harness = await openHarness();
    const policies = await Promise.all(
      ['/', '/docs/', '/v1/benchmarks'].map(async (url) => {
        const { headers } = await harness.send('GET', url);
        return String(headers['content-security-policy']);
      }),
    );
    expect(policies[0]).toContain("script-src 'self'");
    expect(policies[1]).toContain("default-src 'self'");
    expect(policies[2]).not.toContain('self');
  });

  it('insist on TLS only where that is configured', async () => {
    await using harness = await openHarness(':memory:', {}, { hstsSeconds: 3600 });
    const { headers } = await harness.send('GET', '/livez');
    expect(headers['strict-transport-security']).toBe('max-age=3600');
  });
});

const origin = 'https://dash.example.org';

async function openWithOrigin(): Promise<Harness & { readonly key: { authorization: string } }> {
  const harness = await openHarness(':memory:', {}, { door: { origins: new Set([origin]) } });
  return Object.assign(harness, { key: await keyOf(harness, 'admin') });
}

function preflight(harness: Harness, from: string, url = '/v1/benchmarks/b/scores') {
  return harness.app.inject({
    method: 'OPTIONS',
    url,
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type, idempotency-key',
    },
  });
}

describe('pages of other origins', () => {
  it('are not let in unless they are named: a preflight is just another method', async () => {
    await using harness = await openHarness();
    const { statusCode, headers } = await preflight(harness, origin);
    expect(statusCode).toBe(405);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('may use the API where they are named, key and all', async () => {
    await using harness = await openWithOrigin();
    const asked = await preflight(harness, origin);
    expect(asked.statusCode).toBe(204);
    expect(asked.headers['access-control-allow-origin']).toBe(origin);
    expect(asked.headers['access-control-allow-methods']).toBe('GET, HEAD, POST, PUT, DELETE');
    expect(asked.headers['access-control-allow-headers']).toMatch(
      /Authorization.*Content-Type.*Idempotency-Key/,
    );
    expect(asked.headers['access-control-max-age']).toBe('600');
    expect(asked.headers).not.toHaveProperty('access-control-allow-credentials');
    const answer = await harness.send('GET', '/v1/benchmarks', undefined, { ...harness.key, origin });
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers['access-control-expose-headers']).toMatch(
      /ETag.*Location.*Retry-After.*X-Request-Id/,
    );
    expect(answer.headers.vary).toMatch(/Origin/i);
  });

  it('can read why they are refused', async () => {
    await using harness = await openWithOrigin();
    const { status, headers } = await harness.send('GET', '/v1/benchmarks', undefined, { origin });
    expect([status, headers['access-control-allow-origin']]).toEqual([401, origin]);
  });

  it.each([
    'https://evil.example',
    `${origin}.evil.example`,
    'http://dash.example.org',
    `${origin}:8443`,
    'null',
  ])('are refused where they are named only almost: %s', async (other) => {
    await using harness = await openWithOrigin();
    const asked = await preflight(harness, other);
    const answer = await harness.send('GET', '/v1/benchmarks', undefined, { ...harness.key, origin: other });
    for (const { headers } of [asked, answer]) {
      const told = Object.keys(headers).filter((name) => name.startsWith('access-control'));
      expect(told).toEqual([]);
      expect(headers.vary).toMatch(/Origin/i);
    }
    expect(asked.statusCode).toBe(401);
  });

  it('get in without a key where none is asked for', async () => {
    await using harness = await openHarness(':memory:', {}, { door: { origins: new Set([origin]) } });
    const headers = { origin, 'sec-fetch-site': 'cross-site' };
    expect((await harness.send('GET', '/v1/benchmarks', undefined, headers)).status).toBe(200);
    expect((await harness.send('GET', '/nothing', undefined, headers)).json.type).toBe(
      '/problems/route-not-found',
    );
  });
});
