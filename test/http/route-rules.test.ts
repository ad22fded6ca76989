import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { requireRules } from '../../src/http/route-rules.ts';
import { openHarness } from '../support/open-harness.ts';

function openApp() {
  const app = Fastify();
  requireRules(app);
  return app;
}

describe('a route', () => {
  it('that does not say who may use it fails the start', async () => {
    const app = openApp();
    expect(() => app.get('/v1/new', async () => 'x')).toThrow('GET /v1/new has no config.scope');
    const plugin = openApp();
    plugin.register(async (scope) => {
      scope.post('/v1/newer', async () => 'x');
    });
    await expect(plugin.ready()).rejects.toThrow('POST /v1/newer has no config.scope');
  });

  it('is about all benchmarks unless it says or shows otherwise', () => {
    const app = openApp();
    const config = { scope: 'read' } as const;
    app.get('/v1/everything', { config }, async () => 'x');
    app.get('/v1/benchmarks/:benchmark/x', { config }, async () => 'x');
    app.get('/v1/things/:id', { config: { ...config, reach: 'checked' } }, async () => 'x');
    const gets = app.routeRules.filter(({ method }) => method === 'GET');
    expect(gets.map(({ reach }) => reach)).toEqual(['all', 'named', 'checked']);
  });

  it('of the application has a rule, every one', async () => {
    await using harness = await openHarness();
    const { routeRules } = harness.app;
    expect(routeRules.length).toBeGreaterThan(200);
    const open = routeRules.filter(({ scope, url }) => scope === 'public' && url.startsWith('/v1'));
    expect(open).toEqual([]);
  });
});
