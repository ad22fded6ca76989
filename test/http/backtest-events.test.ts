import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backtestUnderWay,
  endless,
  makeBacktest,
  readBacktest,
  simulatedCsv,
  startBacktest,
  until,
} from '../support/backtests.ts';
import { eventsOf, restOf, type ServerSentEvent } from '../support/event-stream.ts';
import { addBenchmark, expectStatus } from '../support/fixtures.ts';
import { bearer } from '../support/keys.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

/** A harness that listens: a stream of events needs a connection. */
interface Listening {
  readonly harness: Harness;
  readonly address: string;
}

async function listen(): Promise<Listening> {
  const harness = await openHarness();
  const address = await harness.app.listen({ host: '127.0.0.1', port: 0 });
  await addBenchmark(harness, 'sim', simulatedCsv());
  return { harness, address };
}

let own: Listening;

beforeAll(async () => {
  own = await listen();
});

afterAll(() => own.harness[Symbol.asyncDispose]());

const stream = { accept: 'text/event-stream' };
/** Some fifty trials: enough to see some of them come. */
const short = { designs: ['random'], methods: ['aipw'], sizes: [10, 20, 30, 40], repeats: 25, seed: 5 };
/** Long enough to be seen under way on a machine that is busy. */
const long = { ...short, repeats: 100 };

function follow(id: string, { address } = own, init: RequestInit = {}): Promise<Response> {
  return fetch(`${address}/v1/backtests/${id}/events`, { ...init, headers: { ...stream, ...init.headers } });
}

async function allEvents(response: Response): Promise<ServerSentEvent[]> {
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return restOf(eventsOf(response));
}

/** Its first event, so that it is known to be under way. */
async function firstEvent(events: AsyncGenerator<ServerSentEvent>): Promise<ServerSentEvent> {
  return (await events.next()).value;
}

async function remove(id: string, { harness } = own): Promise<void> {
  expectStatus(await harness.send('DELETE', `/v1/backtests/${id}`), 204);
}

describe('the events of a back-test', () => {
  it('are its progress and then its end, each the back-test as the list has it', async () => {
    const { id } = await startBacktest(own.harness, 'sim', long);
    const response = await follow(id);
    const events = await allEvents(response);
    expect(response.headers.get('cache-control')).toMatch(/no-cache|no-store/);
    expect(response.headers.get('x-request-id')).toMatch(/\w/);
    const kinds = events.map(({ event }) => event);
    expect(kinds).toEqual([...Array(events.length - 1).fill('progress'), 'end']);
    expect(events.length).toBeGreaterThan(2);
    const progress = events.map(({ data }) => data.progress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const done = events.map(({ data }) => data.trials.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    for (const { event, data, id: eventId } of events) {
      expect(data).toMatchObject({ id, benchmark: 'sim', trials: { total: 200 } });
      expect(['pending', 'running'].includes(data.status)).toBe(event === 'progress');
      expect(eventId).toBe(event === 'end' ? `${id}-end` : null);
    }
    const { rows, learning_curves, targets, ...summary } = await readBacktest(own.harness, id);
    expect(events.at(-1)!.data).toEqual(summary);
    expect(summary).toMatchObject({ status: 'ready', progress: 1, trials: { done: 200 } });
  });

  it('are the end alone where it is over', async () => {
    const { id } = await makeBacktest(own.harness, 'sim', { sizes: [10], repeats: 1 });
    const events = await allEvents(await follow(id));
    expect(events.map(({ event, data }) => [event, data.status])).toEqual([['end', 'ready']]);
  });

  it('are none where the client has had the end already', async () => {
    const { id } = await makeBacktest(own.harness, 'sim', { sizes: [10], repeats: 1 });
    const response = await follow(id, own, { headers: { 'last-event-id': `${id}-end` } });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    // The end of another one is none of it.
    const other = await follow(id, own, { headers: { 'last-event-id': 'bt_other-end' } });
    expect(await allEvents(other)).toHaveLength(1);
  });

  it('are the same for several who follow', async () => {
    const { id } = await startBacktest(own.harness, 'sim', short);
    const all = await Promise.all([1, 2, 3, 4].map(async () => allEvents(await follow(id))));
    for (const events of all) {
      expect(events.at(-1)).toEqual(all[0].at(-1));
      expect(events.length).toBeGreaterThan(1);
    }
  });

  it('end soon after it is cancelled', async () => {
    const { id } = await startBacktest(own.harness, 'sim', endless);
    const events = eventsOf(await follow(id));
    expect((await firstEvent(events)).event).toBe('progress');
    await backtestUnderWay(own.harness, id);
    await remove(id);
    const told = performance.now();
    const rest = await restOf(events);
    expect(performance.now() - told).toBeLessThan(1000);
    expect(rest.at(-1)).toMatchObject({ event: 'end', data: { id, status: 'cancelled' } });
  });

  it('end when the key they were asked for with is revoked, and when the first key is made', async () => {
    const { harness, address } = await listen();
    try {
      // Of one that waits, and has nothing to tell.
      const started = [];
      for (let k = 0; k <= availableParallelism(); k++) {
        started.push(await startBacktest(harness, 'sim', { ...endless, seed: k }));
      }
      const { id } = started.at(-1)!;
      const keyless = eventsOf(await follow(id, { harness, address }));
      await firstEvent(keyless);
      const { key, text } = await harness.services.keys.create({
        name: 'a',
        scope: 'read',
        benchmarks: null,
      });
      expect((await restOf(keyless)).filter(({ event }) => event === 'end')).toEqual([]);

      const headers = bearer(text);
      const events = eventsOf(await follow(id, { harness, address }, { headers }));
      await firstEvent(events);
      await harness.services.keys.revoke(key.id);
      expect((await restOf(events)).filter(({ event }) => event === 'end')).toEqual([]);
      expect((await follow(id, { harness, address }, { headers })).status).toBe(401);
    } finally {
      await harness[Symbol.asyncDispose]();
    }
  });

  it('end with its benchmark, and are not found from then on', async () => {
    await addBenchmark(own.harness, 'gone', simulatedCsv());
    const { id } = await startBacktest(own.harness, 'gone', endless);
    const events = eventsOf(await follow(id));
    await firstEvent(events);
    await backtestUnderWay(own.harness, id);
    expectStatus(await own.harness.send('DELETE', '/v1/benchmarks/gone'), 204);
    const rest = await restOf(events);
    expect(rest.filter(({ event }) => event !== 'progress')).toEqual([]);
    expect((await follow(id)).status).toBe(404);
    expectStatus(await own.harness.send('GET', '/livez'), 200);
  });

  it('come to a client that takes anything', async () => {
    const { id } = await makeBacktest(own.harness, 'sim', { sizes: [10], repeats: 1 });
    for (const accept of ['*/*', 'text/*', 'application/json;q=0.5, text/event-stream']) {
      expect(await allEvents(await follow(id, own, { headers: { accept } }))).toHaveLength(1);
    }
  });

  it.each([
    ['GET', 'bt_none', {}, 404, 'backtest-not-found'],
    ['GET', '{id}', { accept: 'application/json' }, 406, 'not-acceptable'],
    ['GET', '{id}', { accept: 'text/html, text/event-stream;q=0' }, 406, 'not-acceptable'],
    ['POST', '{id}', {}, 405, 'method-not-allowed'],
  ])('refuses %s of %s with %j', async (method, of, headers, status, code) => {
    const { id } = await makeBacktest(own.harness, 'sim', { sizes: [10], repeats: 1 });
    const response = await follow(of.replace('{id}', id), own, { method, headers });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ type: `/problems/${code}`, status });
  });

  it('has no HEAD', async () => {
    const { id } = await makeBacktest(own.harness, 'sim', { sizes: [10], repeats: 1 });
    const response = await follow(id, own, { method: 'HEAD' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET');
  });
});

describe('a client that goes away', () => {
  function connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      own.harness.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  it('leaves no connection behind, and the back-test goes on', async () => {
    const { id } = await startBacktest(own.harness, 'sim', endless);
    await backtestUnderWay(own.harness, id);
    const before = await connections();
    const requests = Array.from({ length: 5 }, () =>
      get(`${own.address}/v1/backtests/${id}/events`, { headers: stream, agent: false }),
    );
    const responses = await Promise.all(
      requests.map(async (request): Promise<IncomingMessage> => (await once(request, 'response'))[0]),
    );
    await Promise.all(responses.map((response) => once(response, 'data')));
    expect(await connections()).toBe(before + 5);
    for (const response of responses) response.destroy();
    await until(connections, (count) => count === before);
    const { trials } = await readBacktest(own.harness, id);
    await backtestUnderWay(own.harness, id, trials.done + 1);
    await remove(id);
  });
});

describe('a service that closes', () => {
  it('does not wait for those who follow', async () => {
    const other = await listen();
    const { id } = await startBacktest(other.harness, 'sim', endless);
    const events = eventsOf(await follow(id, other));
    await firstEvent(events);
    const told = performance.now();
    const closed = other.harness[Symbol.asyncDispose]();
    const rest = await restOf(events);
    await closed;
    expect(performance.now() - told).toBeLessThan(2000);
    // It is not over: who comes back will see it go on.
    expect(rest.filter(({ event }) => event === 'end')).toEqual([]);
  });
});
