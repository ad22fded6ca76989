import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayTrial } from '../../src/estimation/backtest/replay.ts';
import { reportBacktest } from '../../src/estimation/backtest/report.ts';
import { trialsOf } from '../../src/estimation/backtest/settings.ts';
import { surveyModels } from '../../src/estimation/backtest/survey.ts';
import { defaultLimits } from '../../src/limits.ts';
import { everything } from '../../src/services/access.ts';
import { createBacktestEvidence } from '../../src/services/backtest-evidence.ts';
import { createBacktestRuns } from '../../src/services/backtest-runs.ts';
import { type Backtests, createBacktests } from '../../src/services/backtests.ts';
import { openPool } from '../../src/services/drawing.ts';
import { createHistories, type Histories } from '../../src/services/histories.ts';
import type { Backtest } from '../../src/storage/backtests.ts';
import { openStores, type Stores } from '../../src/storage/open-stores.ts';
import { createWorkerPool, type WorkerPool } from '../../src/workers/pool.ts';
import { simulatedCsv, until } from '../support/backtests.ts';
import { addBenchmark } from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Designs of both kinds, with all that draws random numbers. */
const request = {
  designs: ['informative', 'stratified', 'lasso'],
  sizes: [10, 15],
  repeats: 3,
  seed: 12,
} as const;
const trialCount = 6;

const folder = temporaryFolder();
const path = folder.path('a.db');

beforeAll(async () => {
  await using harness = await openHarness(path);
  await addBenchmark(harness, 'sim', simulatedCsv());
});

afterAll(() => folder[Symbol.dispose]());

interface Parts extends AsyncDisposable {
  readonly stores: Stores;
  readonly histories: Histories;
  readonly backtests: Backtests;
  readonly defects: readonly unknown[];
}

const limits = defaultLimits();

/** What back-tests are made of, with threads of one's own. */
function openParts(change: (pool: WorkerPool) => Partial<WorkerPool> = () => ({})): Parts {
  const stores = openStores(path);
  const pool = createWorkerPool(limits);
  const histories = createHistories(stores.scores, limits);
  const evidence = createBacktestEvidence(stores.backtests);
  const defects: unknown[] = [];
  const workers = { ...pool, ...change(pool) };
  const runs = createBacktestRuns(stores, histories, workers, evidence, limits, (error) =>
    defects.push(error),
  );
  return {
    stores,
    histories,
    backtests: createBacktests(stores, histories, runs, evidence),
    defects,
    async [Symbol.asyncDispose]() {
      await runs.stop();
      await pool.close();
      stores.close();
    },
  };
}

async function over({ stores }: Parts, id: string): Promise<Backtest> {
  return until(
    () => stores.backtests.get(id),
    ({ status }) => status !== 'pending',
  );
}

async function make(parts: Parts): Promise<Backtest> {
  const { backtest } = await parts.backtests.create('sim', request);
  const made = await over(parts, backtest.id);
  expect(made).toMatchObject({ status: 'ready', error: null, trialsDone: trialCount });
  expect(parts.defects).toEqual([]);
  return made;
}

/** The same without a thread, a queue or a database of trials. */
async function computeHere({ stores, histories }: Parts, { settings }: Backtest): Promise<unknown> {
  const loaded = await histories.load(await stores.benchmarks.get('sim'));
  const { history } = openPool(loaded, {}).sources;
  const input = { history, survey: surveyModels(history), settings };
  const trials = trialsOf(settings).map((trial) => ({ trial, outcome: replayTrial(input, trial) }));
  return JSON.parse(JSON.stringify(reportBacktest(settings, trials)));
}

/** Lets results go in batches, the last one first. */
function backwards({ replay }: WorkerPool): Partial<WorkerPool> {
  let held: (() => void)[] = [];
  return {
    replayThreads: 3,
    async replay(task, signal) {
      const outcome = await replay(task, signal);
      await new Promise<void>((resolve) => {
        held.push(resolve);
        if (held.length < 3) return;
        for (const letGo of held.toReversed()) letGo();
        held = [];
      });
      return outcome;
    },
  };
}

describe('what a back-test finds', () => {
  it('is what the functions that it calls find in one thread', async () => {
    await using parts = openParts();
    const made = await make(parts);
    expect(made.report).toEqual(await computeHere(parts, made));
  });

  it.each([
    ['one thread', () => ({ replayThreads: 1 })],
    ['four threads', () => ({ replayThreads: 4 })],
    ['more threads than trials', () => ({ replayThreads: 40 })],
    ['trials that are done in another order', backwards],
  ])('does not depend on the threads: %s', async (_, change) => {
    await using parts = openParts(change);
    const made = await make(parts);
    expect(made.report).toEqual(await computeHere(parts, made));
  });
});

describe('a trial that fails', () => {
  it('fails the back-test, ends its other trials, and is told as a defect', async () => {
    let asked = 0;
    let brokenOff = 0;
    await using parts = openParts(() => ({
      replayThreads: 3,
      replay: (_, signal) =>
        new Promise((_resolve, reject) => {
          if (++asked === 3) reject(new Error('out of memory'));
          else
            signal.addEventListener('abort', () => {
              brokenOff++;
              reject(signal.reason);
            });
        }),
    }));
    const { backtest } = await parts.backtests.create('sim', request);
    const failed = await over(parts, backtest.id);
    expect(failed).toMatchObject({ status: 'failed', error: 'the computation broke down', trialsDone: 0 });
    expect(parts.defects).toEqual([new Error('out of memory')]);
    expect([asked, brokenOff]).toEqual([3, 2]);
  });
});

describe('one that is cancelled', () => {
  it('is settled when the answer comes', async () => {
    await using parts = openParts();
    const { backtest } = await parts.backtests.create('sim', { ...request, repeats: 1000 });
    await until(
      () => parts.backtests.get(backtest.id, everything),
      ({ progress }) => progress.trials > 0,
    );
    await parts.backtests.remove(backtest.id, everything);
    expect(await parts.stores.backtests.get(backtest.id)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a service that stops', () => {
  it('takes an attempt back whenever it stops, also before the first trial has begun', async () => {
    let surveyed = 0;
    const whileSurveying = () => ({
      survey: (_: unknown, signal: AbortSignal) =>
        new Promise<never>((_resolve, reject) => {
          surveyed++;
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    let id = '';
    {
      await using parts = openParts(whileSurveying);
      ({ id } = (await parts.backtests.create('sim', request)).backtest);
      await until(
        () => surveyed,
        (count) => count === 1,
      );
    }
    const stores = openStores(path);
    // One more is the first again.
    expect(await stores.backtests.countAttempt(id, 1)).toBe(1);
    await stores.backtests.remove(id);
    stores.close();
  });
});
