import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportBacktest } from '../../src/estimation/backtest/report.ts';
import { defaultThresholds } from '../../src/estimation/similarity/similarity.ts';
import type { Backtest, BacktestStore } from '../../src/storage/backtests.ts';
import { openStores, type Stores } from '../../src/storage/open-stores.ts';
import { outcomeOf, settingsOf } from '../estimation/backtest/cases.ts';

let stores: Stores;
let backtests: BacktestStore;
let benchmarkId: number;

const settings = settingsOf();
const report = reportBacktest(settings, []);
const history = {
  revision: 3,
  scoreRange: { low: 0, high: 10 },
  models: 12,
  population: 40,
  missingShare: 0.25,
};

function backtest(id: string): Backtest {
  return {
    ...history,
    id,
    benchmarkId,
    benchmark: 'b',
    status: 'pending',
    error: null,
    settings,
    report: null,
    trialsDone: 0,
    createdAt: '2026-01-02T03:04:05.678Z',
    startedAt: null,
    finishedAt: null,
  };
}

function trialOf(trial: number, error = trial) {
  const outcome = {
    ...outcomeOf([{ targets: 2, absoluteError: error }, { targets: 1 }], [0.5, Number.NaN]),
    targets: 3,
    duplicates: 1,
    unknown: 2,
    records: [Float64Array.of(trial, Number.NaN, -1.5), new Float64Array(0)],
  };
  return { trial, outcome };
}

beforeEach(async () => {
  stores = openStores(':memory:');
  backtests = stores.backtests;
  await stores.benchmarks.put('b', {
    title: null,
    description: null,
    scoreRange: history.scoreRange,
    similarityThresholds: defaultThresholds,
  });
  benchmarkId = (await stores.benchmarks.get('b')).id;
  await backtests.add(backtest('bt_1'));
});

afterEach(() => stores.close());

describe('a back-test in the store', () => {
  it('is read as it was added', async () => {
    expect(await backtests.get('bt_1')).toEqual(backtest('bt_1'));
    expect(await backtests.pending()).toEqual([{ id: 'bt_1', benchmarkId }]);
  });

  it('is not added to a benchmark that is no more', async () => {
    await expect(backtests.add({ ...backtest('bt_2'), benchmarkId: 99 })).rejects.toMatchObject({
      code: 'benchmark-not-found',
    });
  });

  it('keeps its trials, in their order, each once', async () => {
    await backtests.addTrials('bt_1', [trialOf(2), trialOf(0)]);
    await backtests.addTrials('bt_1', [trialOf(1), trialOf(2, 9)]);
    expect(await backtests.trials('bt_1')).toEqual([trialOf(0), trialOf(1), trialOf(2)]);
  });

  it('counts attempts since a trial was last done', async () => {
    expect(await backtests.countAttempt('bt_1', 1)).toBe(1);
    const { startedAt } = await backtests.get('bt_1');
    expect(startedAt).not.toBeNull();
    expect(await backtests.countAttempt('bt_1', 1)).toBe(2);
    expect(await backtests.countAttempt('bt_1', -1)).toBe(1);
    await backtests.addTrials('bt_1', [trialOf(0)]);
    expect(await backtests.countAttempt('bt_1', 1)).toBe(1);
    expect((await backtests.get('bt_1')).startedAt).toBe(startedAt);
    expect(await backtests.countAttempt('bt_none', 1)).toBe(0);
  });

  it('begins again on another history without its trials', async () => {
    await backtests.addTrials('bt_1', [trialOf(0)]);
    const now = { ...history, revision: 4, models: 11, missingShare: 0 };
    await backtests.restart('bt_1', now);
    expect(await backtests.trials('bt_1')).toEqual([]);
    expect(await backtests.get('bt_1')).toEqual({ ...backtest('bt_1'), ...now });
  });

  it.each(['ready', 'failed', 'cancelled'] as const)('drops its trials once it is %s', async (status) => {
    await backtests.add(backtest('bt_2'));
    for (const id of ['bt_1', 'bt_2']) await backtests.addTrials(id, [trialOf(0)]);
    const records = status === 'ready' ? [Float64Array.of(1, Number.NaN), new Float64Array(0)] : null;
    const error = status === 'failed' ? 'why' : null;
    expect(await backtests.settle('bt_1', { status, error, report, records })).toBe(true);
    expect(await backtests.trials('bt_1')).toEqual([]);
    expect(await backtests.trials('bt_2')).toHaveLength(1);
    const settled = await backtests.get('bt_1');
    expect(settled).toMatchObject({ status, error, report: JSON.parse(JSON.stringify(report)) });
    expect(settled.finishedAt).not.toBeNull();
    expect(await backtests.records('bt_1')).toEqual(records ?? undefined);
    expect(await backtests.pending()).toEqual([{ id: 'bt_2', benchmarkId }]);
    const readyIds = async (limit: number) => (await backtests.ready(benchmarkId, limit)).map(({ id }) => id);
    expect(await readyIds(10)).toEqual(status === 'ready' ? ['bt_1'] : []);
    expect(await readyIds(0)).toEqual([]);
    // What comes late comes to nothing.
    await backtests.addTrials('bt_1', [trialOf(1)]);
    expect(await backtests.trials('bt_1')).toEqual([]);
    expect(await backtests.settle('bt_1', { status: 'failed', error: 'late', report, records: null })).toBe(
      false,
    );
    await backtests.restart('bt_1', { ...history, revision: 9 });
    expect(await backtests.get('bt_1')).toEqual(settled);
  });

  it('goes with its trials, and with its benchmark', async () => {
    await backtests.add(backtest('bt_2'));
    for (const id of ['bt_1', 'bt_2']) await backtests.addTrials(id, [trialOf(0)]);
    await backtests.remove('bt_1');
    expect(await backtests.trials('bt_1')).toEqual([]);
    expect(await backtests.trials('bt_2')).toHaveLength(1);
    await expect(backtests.remove('bt_1')).rejects.toMatchObject({ code: 'backtest-not-found' });
    await stores.benchmarks.remove('b');
    expect(await backtests.trials('bt_2')).toEqual([]);
    expect(await backtests.pending()).toEqual([]);
    await expect(backtests.get('bt_2')).rejects.toMatchObject({ code: 'backtest-not-found' });
    await backtests.addTrials('bt_2', [trialOf(1)]);
    expect(await backtests.trials('bt_2')).toEqual([]);
    expect(await backtests.settle('bt_2', { status: 'ready', error: null, report, records: [] })).toBe(false);
  });
});
