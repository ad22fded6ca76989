import { availableParallelism } from 'node:os';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import {
  backtestAt,
  backtestOver,
  backtestUnderWay,
  endless,
  foundBy,
  makeBacktest,
  simulatedCsv,
  startBacktest,
  until,
} from '../support/backtests.ts';
import { eventsOf, restOf } from '../support/event-stream.ts';
import { addBenchmark, expectStatus } from '../support/fixtures.ts';
import { senderTo } from '../support/remote-sender.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const threads = Math.max(1, availableParallelism() - 1);
/** Some ten trials a second and thread: some three seconds, however many threads there are. */
const slow = {
  designs: ['random'],
  methods: ['aipw', 'pca'],
  sizes: [20, 40],
  repeats: 15 * threads,
  seed: 5,
};
const slower = { ...slow, repeats: 35 * threads };
const total = 2 * slower.repeats;

function savedTrials(path: string): number {
  const database = new Sqlite(path, { readonly: true });
  try {
    return database.prepare('SELECT count(*) FROM backtest_trials').pluck().get() as number;
  } finally {
    database.close();
  }
}

function expectNoDefect(...services: readonly SpawnedService[]): void {
  const levels = services.flatMap(({ lines }) => lines).map((line) => JSON.parse(line).level);
  expect(Math.max(...levels)).toBeLessThan(50);
}

describe('a service that goes down in the middle of a back-test', () => {
  it('goes on where it was, as often as it is killed, with the rows of an undisturbed one', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    let id = '';
    let saved = 0;
    for (let life = 0; life < 5; life++) {
      await using service = await spawnService({ BENCHCAST_DATABASE: path });
      const sender = senderTo(service.address);
      if (life === 0) {
        await addBenchmark(sender, 'sim', simulatedCsv());
        ({ id } = await startBacktest(sender, 'sim', slower));
      } else {
        const { trials } = await backtestAt(sender, id, ({ status }) => status !== 'pending');
        expect(trials.done).toBeGreaterThanOrEqual(saved);
      }
      const before = saved;
      saved = await until(
        () => savedTrials(path),
        (count) => count > before,
      );
      expectNoDefect(service);
      await service.end('SIGKILL');
      saved = savedTrials(path);
      expect(saved).toBeLessThan(total);
    }
    await using last = await spawnService({ BENCHCAST_DATABASE: path });
    const sender = senderTo(last.address);
    const first = await backtestAt(sender, id, ({ status }) => status !== 'pending');
    expect(first.trials.done).toBeGreaterThanOrEqual(saved);
    expect(first.progress).toBeGreaterThanOrEqual(saved / total - 1e-4);
    const resumed = await backtestOver(sender, id);
    expect(resumed).toMatchObject({ status: 'ready', error: null, trials: { done: total, total } });
    expect(savedTrials(path)).toBe(0);
    expect(foundBy(resumed)).toEqual(foundBy(await makeBacktest(sender, 'sim', slower)));
    expectNoDefect(last);
  }, 120_000);

  it('begins again where the history changed meanwhile', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    let id = '';
    {
      await using service = await spawnService({ BENCHCAST_DATABASE: path });
      const sender = senderTo(service.address);
      await addBenchmark(sender, 'sim', simulatedCsv());
      ({ id } = await startBacktest(sender, 'sim', slow));
      await until(
        () => savedTrials(path),
        (count) => count > 0,
      );
      // While it runs it goes on with the history that it has.
      expectStatus(await sender.send('DELETE', '/v1/benchmarks/sim/models/model-0007'), 204);
      expect((await backtestUnderWay(sender, id)).revision).toBe(1);
      await service.end('SIGKILL');
    }
    await using service = await spawnService({ BENCHCAST_DATABASE: path });
    const sender = senderTo(service.address);
    const again = await backtestOver(sender, id);
    expect(again).toMatchObject({
      status: 'ready',
      revision: 2,
      models: 39,
      trials: { done: 2 * slow.repeats },
    });
    const alone = await makeBacktest(sender, 'sim', slow);
    expect(alone.revision).toBe(2);
    expect(foundBy(again)).toEqual(foundBy(alone));
    expectNoDefect(service);
  });

  it('gives up where nothing is ever done', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    let id = '';
    {
      await using service = await spawnService({ BENCHCAST_DATABASE: path });
      const sender = senderTo(service.address);
      await addBenchmark(sender, 'sim', simulatedCsv());
      ({ id } = await startBacktest(sender, 'sim', endless));
      await backtestUnderWay(sender, id);
      await service.end('SIGKILL');
    }
    // What three lives that did not finish a trial leave behind.
    const database = new Sqlite(path);
    database.exec('UPDATE backtests SET attempts = 3');
    database.close();
    await using service = await spawnService({ BENCHCAST_DATABASE: path });
    const failed = await backtestOver(senderTo(service.address), id);
    expect(failed.status).toBe('failed');
    expect(failed.error).toMatch(/went down/);
  });
});

describe('a service that is told to stop in the middle of a back-test', () => {
  it('stops at once, also where somebody follows it, and goes on later', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    await using service = await spawnService({ BENCHCAST_DATABASE: path });
    const sender = senderTo(service.address);
    await addBenchmark(sender, 'sim', simulatedCsv());
    const { id } = await startBacktest(sender, 'sim', slow);
    await backtestUnderWay(sender, id, 3);
    const events = eventsOf(await fetch(`${service.address}/v1/backtests/${id}/events`));
    await events.next();
    const told = performance.now();
    const ended = service.end('SIGTERM');
    const rest = await restOf(events);
    expect(await ended).toBe(0);
    expect(performance.now() - told).toBeLessThan(2000);
    expect(rest.filter(({ event }) => event === 'end')).toEqual([]);
    // What was done is saved, though half a second had not passed.
    expect(savedTrials(path)).toBeGreaterThanOrEqual(3);

    await using second = await spawnService({ BENCHCAST_DATABASE: path });
    const resumed = await backtestOver(senderTo(second.address), id);
    expect(foundBy(resumed)).toEqual(foundBy(await makeBacktest(senderTo(second.address), 'sim', slow)));
    expectNoDefect(service, second);
  });
});
