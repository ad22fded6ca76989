import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/commands/create-logger.ts';
import { formatKey, newKeyText } from '../../src/services/key-text.ts';
import { addBenchmark, smallWideCsv } from '../support/fixtures.ts';
import { bearer, keyOf } from '../support/keys.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { headOf, openRaw } from '../support/raw-client.ts';

function openLogged() {
  const lines: string[] = [];
  const logger = createLogger('trace', { write: (line: string) => lines.push(line) });
  return { lines, open: () => openHarness(':memory:', {}, { logger }) };
}

/** From an address of one's own. */
function askFrom({ app }: Harness, remoteAddress: string, headers: Record<string, string> = {}) {
  return app.inject({ method: 'GET', url: '/v1/benchmarks', headers, remoteAddress });
}

describe('without any key', () => {
  it('everyone on this machine is let in, whatever he sends', async () => {
    await using harness = await openHarness();
    expect((await harness.send('GET', '/v1/benchmarks')).status).toBe(200);
    const stale = bearer(formatKey(newKeyText()));
    expect((await harness.send('GET', '/v1/benchmarks', undefined, stale)).status).toBe(200);
  });

  it('nobody is, where nobody is to be', async () => {
    await using harness = await openHarness(':memory:', {}, { door: { keyless: 'nobody' } });
    expect((await harness.send('GET', '/v1/benchmarks')).status).toBe(401);
    expect((await harness.send('GET', '/livez')).status).toBe(200);
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' }, 403],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ host: 'rebound.example:8080' }, 403],
    [{ host: 'localhost.example' }, 403],
    [{ host: 'localhost:8080' }, 200],
    [{ host: '127.0.0.1:8080' }, 200],
    [{ host: '[::1]:8080' }, 200],
    [{ host: 'bench.localhost' }, 200],
    [{ host: 'benchcast:8080' }, 200],
  ])('a web page is let in by what its browser says: %o -> %i', async (headers, status) => {
    await using harness = await openHarness();
    const reply = await harness.send('GET', '/v1/benchmarks', undefined, headers as Record<string, string>);
    expect(reply.status).toBe(status);
    if (status === 403) expect(reply.json.type).toBe('/problems/foreign-page');
  });

  it('goes by any name where everyone is let in, but not for pages elsewhere', async () => {
    await using harness = await openHarness(':memory:', {}, { door: { keyless: 'everyone' } });
    expect((await harness.send('GET', '/v1/benchmarks', undefined, { host: 'bench.example' })).status).toBe(
      200,
    );
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect((await harness.send('GET', '/v1/benchmarks', undefined, foreign)).status).toBe(403);
  });
});

describe('with a key', () => {
  it('nobody gets in without it, and keys need no name that we know', async () => {
    await using harness = await openHarness();
    const key = await keyOf(harness, 'read');
    const refused = await harness.send('GET', '/v1/benchmarks');
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toBe('Bearer realm="benchcast"');
    expect(refused.json.type).toBe('/problems/key-needed');
    const elsewhere = { host: 'bench.example', 'sec-fetch-site': 'cross-site' };
    expect((await harness.send('GET', '/v1/benchmarks', undefined, { ...key, ...elsewhere })).status).toBe(
      200,
    );
  });

  it('stays shut when the last one is revoked', async () => {
    await using harness = await openHarness(':memory:', {}, { door: { keyless: 'everyone' } });
    const { key, text } = await harness.services.keys.create({ name: 'a', scope: 'admin', benchmarks: null });
    expect((await harness.send('GET', '/v1/benchmarks', undefined, bearer(text))).status).toBe(200);
    await harness.services.keys.revoke(key.id);
    expect((await harness.send('GET', '/v1/benchmarks', undefined, bearer(text))).status).toBe(401);
    expect((await harness.send('GET', '/v1/benchmarks')).status).toBe(401);
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer ', 'bck_0123456789abcdef', 'Bearer a b', 'Bearer bck_x', ''])(
    'takes nothing but keys: "%s"',
    async (authorization) => {
      await using harness = await openHarness();
      await keyOf(harness, 'read');
      const { status, json } = await harness.send('GET', '/v1/benchmarks', undefined, { authorization });
      expect(status).toBe(401);
      expect(json.detail).not.toMatch(/revoked key|wrong secret/);
    },
  );

  it('says the same of keys that are wrong, unknown and revoked', async () => {
    await using harness = await openHarness();
    const { keys } = harness.services;
    const { key, text } = await keys.create({ name: 'a', scope: 'read', benchmarks: null });
    await keys.revoke(key.id);
    const wrong = text.slice(0, -43) + newKeyText().secret;
    const answers = await Promise.all(
      [text, wrong, formatKey(newKeyText())].map((each) =>
        harness.send('GET', '/v1/benchmarks', undefined, bearer(each)),
      ),
    );
    const told = answers.map(({ status, json, headers }) => {
      const { request_id: _, ...problem } = json;
      return JSON.stringify([status, problem, headers['www-authenticate']]);
    });
    expect(new Set(told).size).toBe(1);
    expect(answers[0].headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('is asked for before a body is read, on addresses that are not there, and on no others', async () => {
    await using harness = await openHarness();
    await keyOf(harness, 'read');
    const csv = { 'content-type': 'text/csv' };
    expect((await harness.send('POST', '/v1/benchmarks/b/scores', 'not,csv', csv)).status).toBe(401);
    for (const url of ['/v1/nothing', '/v1', '/v1?x=1'])
      expect((await harness.send('GET', url)).status).toBe(401);
    for (const url of ['/nothing', '/v2', '/docs/nothing'])
      expect((await harness.send('GET', url)).status).toBe(404);
  });

  it('is asked for first: strangers take no place from callers, however slowly they send', async () => {
    await using harness = await openHarness(':memory:', { maxUploads: 1, maxRequests: 2 });
    await addBenchmark(harness, 'b', smallWideCsv);
    const key = await keyOf(harness, 'write');
    const address = await harness.app.listen({ port: 0 });
    const url = '/v1/benchmarks/b/scores';
    const head = headOf(`POST ${url}`, { 'content-type': 'text/csv', 'content-length': '1000000' });
    const strangers = await Promise.all(Array.from({ length: 5 }, () => openRaw(address)));
    for (const stranger of strangers) stranger.send(`${head}\r\nmodel,q1\n`);
    // They are answered when they have sent everything, or after twenty seconds.
    await delay(200);
    expect(strangers.map((stranger) => stranger.text())).toEqual(['', '', '', '', '']);
    const csv = { ...key, 'content-type': 'text/csv', 'transfer-encoding': 'chunked' };
    expect((await harness.send('POST', url, smallWideCsv, csv)).status).toBe(200);
    for (const stranger of strangers) stranger[Symbol.dispose]();
  });

  it('names the scope that is missing', async () => {
    await using harness = await openHarness();
    const key = await keyOf(harness, 'write');
    const { status, json, headers } = await harness.send('DELETE', '/v1/benchmarks/b', undefined, key);
    expect([status, json.type]).toEqual([403, '/problems/insufficient-scope']);
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="benchcast", error="insufficient_scope", scope="admin"',
    );
  });

  it('may be one for this process alone', async () => {
    const sole = formatKey(newKeyText());
    await using harness = await openHarness(':memory:', {}, { door: { soleKey: sole } });
    const ofDatabase = await keyOf(harness, 'admin');
    expect((await harness.send('GET', '/v1/benchmarks', undefined, bearer(sole))).status).toBe(200);
    expect((await harness.send('GET', '/v1/benchmarks', undefined, ofDatabase)).status).toBe(401);
    expect((await harness.send('GET', '/v1/benchmarks')).status).toBe(401);
  });

  it('counts for metrics too, but not for what says that the service is there', async () => {
    await using harness = await openHarness();
    const key = await keyOf(harness, 'read');
    expect((await harness.send('GET', '/metrics')).status).toBe(401);
    expect((await harness.send('GET', '/metrics', undefined, key)).status).toBe(200);
    for (const url of ['/livez', '/readyz', '/openapi.json', '/docs', '/problems/key-needed', '/']) {
      expect((await harness.send('GET', url)).status, url).toBeLessThan(400);
    }
  });
});

describe('failed tries', () => {
  it('are heard twenty times a minute from one address, and never keep a good key out', async () => {
    await using harness = await openHarness();
    const good = await keyOf(harness, 'read');
    for (let n = 0; n < 20; n++) {
      expect((await askFrom(harness, '192.0.2.1', bearer(formatKey(newKeyText())))).statusCode).toBe(401);
    }
    const refused = await askFrom(harness, '192.0.2.1', bearer('x'));
    expect(refused.statusCode).toBe(429);
    expect(refused.json().type).toBe('/problems/too-many-failed-tries');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await askFrom(harness, '192.0.2.1', good)).statusCode).toBe(200);
    expect((await askFrom(harness, '192.0.2.1')).statusCode).toBe(401);
    expect((await askFrom(harness, '192.0.2.2', bearer('x'))).statusCode).toBe(401);
    expect((await askFrom(harness, '::ffff:192.0.2.1', bearer('x'))).statusCode).toBe(429);
  });

  it('are logged with address and reason, and never with the key', async () => {
    const { lines, open } = openLogged();
    await using harness = await open();
    const { key, text } = await harness.services.keys.create({ name: 'a', scope: 'read', benchmarks: null });
    const secrets = [text, formatKey(newKeyText()), 'bck_nonsense'];
    await harness.services.keys.revoke(key.id);
    for (const each of secrets) await askFrom(harness, '192.0.2.1', bearer(each));
    await askFrom(harness, '192.0.2.1', { authorization: `Basic ${text}` });
    await askFrom(harness, '192.0.2.1');
    await harness.app.inject({ url: `/v1/benchmarks/${text}?key=${text}` });
    const refusals = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'not let in');
    expect(refusals.map(({ address, reason, key: id }) => [address, reason, id])).toEqual([
      ['192.0.2.1', 'revoked', key.id],
      ['192.0.2.1', 'unknown', undefined],
      ['192.0.2.1', 'malformed', undefined],
      ['192.0.2.1', 'malformed', undefined],
      ['192.0.2.1', 'missing', undefined],
      ['127.0.0.1', 'missing', undefined],
    ]);
    const secretParts = [...secrets, text.slice(-43), secrets[1].slice(-43)];
    for (const secret of secretParts) expect(lines.join('\n')).not.toContain(secret);
  });
});

describe('the log', () => {
  it('has no key in it, not even where an error holds the headers', async () => {
    const { lines, open } = openLogged();
    await using harness = await open();
    const text = formatKey(newKeyText());
    const headers = { authorization: `Bearer ${text}` };
    const error = Object.assign(new Error(`no answer to ${headers.authorization}`), {
      headers,
      request: { headers },
    });
    harness.app.log.error(
      { err: error, headers, req: { headers }, authorization: headers.authorization },
      'broke',
    );
    harness.app.log.error(error);
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain(text.slice(-43));
  });
});

describe('a key for some benchmarks', () => {
  it('may make its own benchmark, and no other', async () => {
    await using harness = await openHarness();
    const key = await keyOf(harness, 'write', ['new']);
    expect((await harness.send('PUT', '/v1/benchmarks/new', {}, key)).status).toBe(201);
    const other = await harness.send('PUT', '/v1/benchmarks/other', {}, key);
    expect([other.status, other.json.type]).toEqual([403, '/problems/benchmark-not-allowed']);
  });

  it('is told the same of another benchmark, be it there or not', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'there', smallWideCsv);
    const key = await keyOf(harness, 'admin', ['mine']);
    const replies = await Promise.all(
      ['there', 'gone1'].map((name) => harness.send('GET', `/v1/benchmarks/${name}`, undefined, key)),
    );
    const [there, gone] = replies.map(({ status, json }) => `${status} ${json.type} ${json.detail}`);
    expect(gone.replace('gone1', 'there')).toBe(there);
  });

  it('pages through what is its own', async () => {
    await using harness = await openHarness();
    for (let n = 0; n < 12; n++)
      await harness.send('PUT', `/v1/benchmarks/${n % 3 === 0 ? 'my' : 'your'}-${n}`, {});
    const key = await keyOf(harness, 'read', ['my-0', 'my-3', 'my-6', 'my-9', 'not-there']);
    const names: string[] = [];
    let cursor = '';
    do {
      const { json } = await harness.send('GET', `/v1/benchmarks?limit=3${cursor}`, undefined, key);
      names.push(...json.data.map(({ name }: { name: string }) => name));
      cursor = json.next_cursor === null ? '' : `&cursor=${json.next_cursor}`;
    } while (cursor !== '');
    expect(names).toEqual(['my-0', 'my-3', 'my-6', 'my-9']);
  });
});
