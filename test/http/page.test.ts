import { describe, expect, it } from 'vitest';
import { openHarness } from '../support/open-harness.ts';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

const views = [
  '/',
  '/new-benchmark?benchmark=gsm',
  '/benchmarks/gsm',
  '/benchmarks/gsm/backtests/bt_1',
  '/core-sets/cs_1',
  '/evaluations/ev_1?level=0.9',
  '/comparison?a=ev_1&model=x',
];

describe('the page', () => {
  it.each(views)('stands at %s, under a policy that lets in nothing from elsewhere', async (url) => {
    await using harness = await openHarness();
    const { status, headers, text } = await harness.send('GET', url, undefined, browser);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('<div id="app">');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('has no script and no style written into it', async () => {
    await using harness = await openHarness();
    const { text } = await harness.send('GET', '/');
    expect(text).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son\w+=/);
    const sources = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    expect(sources.length).toBeGreaterThan(2);
    for (const address of sources) {
      const { status, headers } = await harness.send('GET', address);
      expect(`${status} ${headers['cache-control']}`).toBe('200 public, max-age=31536000, immutable');
    }
  });

  it('is asked for anew every time, since the names in it change', async () => {
    await using harness = await openHarness();
    expect((await harness.send('GET', '/')).headers['cache-control']).toBe('no-cache');
  });

  it('answers a browser that missed its way, with 404', async () => {
    await using harness = await openHarness();
    const { status, text } = await harness.send('GET', '/benchmark', undefined, browser);
    expect(status).toBe(404);
    expect(text).toContain('<div id="app">');
  });

  it.each(['/v1/nothing', '/assets/nothing.js', '/docs/nothing', '/problems', '/v1'])(
    'leaves %s to the problems, for browsers too',
    async (url) => {
      await using harness = await openHarness();
      const { status, headers } = await harness.send('GET', url, undefined, browser);
      expect(status).toBe(404);
      expect(headers['content-type']).toContain('application/problem+json');
    },
  );

  it('leaves what is no browser to the problems', async () => {
    await using harness = await openHarness();
    const { status, json } = await harness.send('GET', '/benchmark', undefined, { accept: '*/*' });
    expect(status).toBe(404);
    expect(json.type).toBe('/problems/route-not-found');
  });

  it('is only to be read', async () => {
    await using harness = await openHarness();
    const { status, headers } = await harness.send('POST', '/', {});
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  it('cannot be led out of its folder', async () => {
    await using harness = await openHarness();
    for (const url of [
      '/assets/../index.html',
      '/assets/%2e%2e/index.html',
      '/assets/..%2f..%2fpackage.json',
    ]) {
      expect((await harness.send('GET', url)).status).toBeGreaterThanOrEqual(400);
    }
  });
});
