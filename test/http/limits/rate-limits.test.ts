import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openHarness, type Reply } from '../../support/open-harness.ts';

/** What is left, by an answer. */
function leftBy({ headers }: Reply): number {
  const [, left] = /^"default";r=(\d+);t=\d+$/.exec(String(headers.ratelimit))!;
  return Number(left);
}

describe('rate limits', () => {
  it('let a burst through, then say 429 and when to come back, then let through again', async () => {
    await using harness = await openHarness(':memory:', { rateLimit: 5, rateBurst: 3 });
    const ask = () => harness.send('GET', '/v1/benchmarks');
    const burst = [await ask(), await ask(), await ask()];
    expect(burst.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(burst.map(leftBy)).toEqual([2, 1, 0]);
    expect(burst[0].headers['ratelimit-policy']).toBe('"default";q=3;w=1');
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.json).toMatchObject({ type: '/problems/rate-limited', status: 429 });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    await delay(1000 * Number(refused.headers['retry-after']));
    expect((await ask()).status).toBe(200);
  });

  it('count what is refused for other reasons, and what is not there', async () => {
    await using harness = await openHarness(':memory:', { rateLimit: 1, rateBurst: 2 });
    expect((await harness.send('GET', '/nothing')).status).toBe(404);
    expect((await harness.send('POST', '/v1/benchmarks/b/core-sets', {})).status).toBe(422);
    expect((await harness.send('GET', '/nothing')).status).toBe(429);
  });

  it('are another matter for another address', async () => {
    await using harness = await openHarness(':memory:', { rateLimit: 1, rateBurst: 1 });
    const from = async (remoteAddress: string) =>
      (await harness.app.inject({ url: '/v1/benchmarks', remoteAddress })).statusCode;
    expect([await from('127.0.0.1'), await from('127.0.0.1'), await from('127.0.0.2')]).toEqual([
      200, 429, 200,
    ]);
  });

  it('leave health and metrics alone', async () => {
    await using harness = await openHarness(':memory:', { rateLimit: 1, rateBurst: 1 });
    for (const url of ['/livez', '/readyz', '/livez', '/readyz', '/metrics', '/metrics']) {
      const { status, headers } = await harness.send('GET', url);
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('ratelimit');
    }
  });

  it('can be switched off', async () => {
    await using harness = await openHarness(':memory:', { rateLimit: 0, rateBurst: 1 });
    for (let k = 0; k < 5; k++) expect((await harness.send('GET', '/v1/benchmarks')).status).toBe(200);
  });
});
