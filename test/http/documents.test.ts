import { describe, expect, it } from 'vitest';
import { version } from '../../src/version.ts';
import { expectStatus } from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/**
 * Neither the documentation itself nor the page is part of the interface that is documented. `/*` is how the router draws
 * `/assets/*`.
 */
const undocumented =
  /^\/($|\*$|docs|openapi\.json|new-benchmark|benchmarks|core-sets|evaluations|comparison)/;

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}

async function openApi(harness: Harness): Promise<{
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}> {
  const reply = await harness.send('GET', '/openapi.json');
  expect(reply.headers['content-type']).toMatch(/^application\/json/);
  return expectStatus(reply, 200);
}

/** Every address the router knows, from its own drawing of the tree. */
function routerPaths(harness: Harness): string[] {
  const above: string[] = [];
  const paths = harness.app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent, part] = /^([│ ]*)[├└]── (\S*) \(/.exec(line) ?? [];
      if (part === undefined) return [];
      const depth = indent.length / 4;
      above.length = depth;
      above[depth] = part;
      return [above.join('').replace(/:(\w+)/g, '{$1}')];
    });
  return [...new Set(paths)];
}

/** An address with values in place of its parameters; nothing is stored under them. */
const filled = (path: string) => path.replaceAll(/\{\w+\}/g, 'none');

describe('the OpenAPI document', () => {
  it('is of version 3.1 and of the service at hand', async () => {
    await using harness = await openHarness();
    const { openapi, info } = await openApi(harness);
    expect(openapi).toMatch(/^3\.1\./);
    expect(info.version).toBe(version);
  });

  it('has every address of the application, and nothing else', async () => {
    await using harness = await openHarness();
    const { paths } = await openApi(harness);
    const answered = routerPaths(harness).filter((path) => !undocumented.test(path));
    expect(answered.length).toBeGreaterThan(15);
    expect(answered.sort()).toEqual(Object.keys(paths).sort());
  });

  it('has every method of each address, and nothing else', async () => {
    await using harness = await openHarness();
    const { paths } = await openApi(harness);
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of methods) {
        const reply = await harness.app.inject({ method, url: filled(path) });
        const taken = reply.statusCode !== 405 && !reply.body.includes('route-not-found');
        expect(`${method} ${path} ${taken}`).toBe(`${method} ${path} ${method.toLowerCase() in operations}`);
      }
    }
  });

  it('describes each operation, with problems for its errors', async () => {
    await using harness = await openHarness();
    const { paths } = await openApi(harness);
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { summary, tags, responses } of operations) {
      expect(summary).toMatch(/\w/);
      expect(tags).toHaveLength(1);
      expect(Object.keys(responses).some((status) => /^2\d\d$/.test(status))).toBe(true);
      for (const status of ['4XX', '5XX']) {
        expect(Object.keys(responses[status]?.content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('refers only to schemas it has, and has only schemas it refers to', async () => {
    await using harness = await openHarness();
    const document = await openApi(harness);
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
    const names = new Set([...references].map(([, name]) => name));
    expect([...names].sort()).toEqual(Object.keys(document.components.schemas).sort());
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Benchmark', 'CoreSet', 'Evaluation', 'Problem', 'ScoreMatrix', 'ScoresCsv']),
    );
  });

  it('names the three forms that scores come in', async () => {
    await using harness = await openHarness();
    const { paths } = await openApi(harness);
    const { requestBody } = paths['/v1/benchmarks/{benchmark}/scores'].post as unknown as {
      requestBody: { content: object };
    };
    expect(Object.keys(requestBody.content)).toEqual([
      'application/json',
      'text/csv',
      'application/x-ndjson',
    ]);
  });
});

describe('the service', () => {
  it('is alive and ready', async () => {
    await using harness = await openHarness();
    expect(expectStatus(await harness.send('GET', '/livez'), 200)).toEqual({ status: 'ok' });
    expect(expectStatus(await harness.send('GET', '/readyz'), 200)).toEqual({
      status: 'ready',
      schema_version: 5,
    });
  });

  it('is alive but not ready while its database does not answer', async () => {
    const harness = await openHarness();
    try {
      await harness.services.close();
      expectStatus(await harness.send('GET', '/livez'), 200);
      const reply = await harness.send('GET', '/readyz');
      expect(expectStatus(reply, 503)).toMatchObject({ type: '/problems/not-ready', status: 503 });
      const failed = expectStatus(await harness.send('GET', '/v1/benchmarks'), 500);
      expect(failed).toMatchObject({ type: '/problems/internal-error', request_id: expect.any(String) });
      expect(failed.detail).not.toMatch(/database|sql/i);
    } finally {
      await harness.app.close();
    }
  });

  it('has a page to read the documentation on, without inline scripts', async () => {
    await using harness = await openHarness();
    const page = await harness.send('GET', '/docs/');
    expectStatus(page, 200);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.headers['content-security-policy']).toMatch(/default-src/);
    const scripts = [...page.text.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(scripts.length).toBeGreaterThan(0);
    for (const attributes of scripts) {
      const source = /src="([^"]+)"/.exec(attributes)?.[1];
      expect(source).toMatch(/^\.?\//);
      expectStatus(await harness.send('GET', new URL(source!, 'http://localhost/docs/').pathname), 200);
    }
  });

  it('names every request by an id of its own', async () => {
    await using harness = await openHarness();
    const ids = new Set<unknown>();
    for (const url of [
      '/livez',
      '/livez',
      '/v1/benchmarks',
      '/v1/nothing',
      '/docs/',
      '/openapi.json',
      '/%zz',
    ]) {
      const { headers } = await harness.send('GET', url);
      expect(headers['x-request-id'], url).toMatch(/^[\w-]{8,}$/);
      ids.add(headers['x-request-id']);
    }
    expect(ids.size).toBe(7);
  });

  it('answers an unknown address with a problem', async () => {
    await using harness = await openHarness();
    const reply = await harness.send('GET', '/v1/nothing?a=b');
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(expectStatus(reply, 404)).toEqual({
      type: '/problems/route-not-found',
      title: expect.any(String),
      status: 404,
      detail: expect.stringContaining('/v1/nothing'),
      instance: '/v1/nothing',
      request_id: reply.headers['x-request-id'],
    });
  });

  it('answers a wrong method with what is allowed', async () => {
    await using harness = await openHarness();
    const reply = await harness.send('DELETE', '/v1/benchmarks');
    expect(expectStatus(reply, 405).type).toBe('/problems/method-not-allowed');
    expect(reply.headers.allow).toBe('GET, HEAD');
  });

  it('has a page for each kind of problem it answers with', async () => {
    await using harness = await openHarness();
    for (const [method, url] of [
      ['GET', '/v1/nothing'],
      ['DELETE', '/v1/benchmarks'],
      ['GET', '/v1/benchmarks/none'],
      ['GET', '/v1/benchmarks?limit=0'],
      ['GET', '/%zz'],
    ] as const) {
      const { type, title, status } = (await harness.send(method, url)).json;
      expect(expectStatus(await harness.send('GET', type), 200)).toEqual({ type, title, status });
    }
  });

  it('answers HEAD as GET, without the body', async () => {
    await using harness = await openHarness();
    for (const url of ['/livez', '/v1/benchmarks', '/openapi.json']) {
      const reply = await harness.app.inject({ method: 'HEAD', url });
      expect([reply.statusCode, reply.body]).toEqual([200, '']);
    }
  });
});
