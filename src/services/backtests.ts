import { randomInt } from 'node:crypto';
import { trialCount } from '../estimation/backtest/settings.ts';
import { type Backtest, backtestNotFound } from '../storage/backtests.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Page, PageRequest } from '../storage/paging.ts';
import type { Seal } from '../storage/seal.ts';
import { type Access, isWithin } from './access.ts';
import { type BacktestRequest, checkBacktest, completeSettings, describeHistory } from './backtest-checks.ts';
import type { BacktestEvidence } from './backtest-evidence.ts';
import type { RunProgress } from './backtest-run.ts';
import type { BacktestRuns } from './backtest-runs.ts';
import { openPool } from './drawing.ts';
import type { Histories } from './histories.ts';
import { createId } from './ids.ts';

/** A back-test, and how far it is. */
export interface BacktestView {
  readonly backtest: Backtest;
  /** `running` while threads are at it. */
  readonly status: Backtest['status'] | 'running';
  /** Trials of it in all. */
  readonly trials: number;
  readonly progress: RunProgress;
}

export interface Backtests {
  /**
   * Answers at once; the work goes on in the background.
   * @param seal runs in the transaction that stores it
   * @throws DomainError insufficient-data, invalid-request, too-large; queue-full: too many are waiting
   */
  create(benchmark: string, request: BacktestRequest, seal?: Seal<BacktestView>): Promise<BacktestView>;
  /** With the report of what is done so far. @throws DomainError backtest-not-found */
  get(id: string, access: Access): Promise<BacktestView>;
  /** Newest first, without reports. */
  list(benchmark: string, page: PageRequest): Promise<Page<BacktestView>>;
  /** One that is under way is cancelled and stays, another goes. @throws DomainError backtest-not-found */
  remove(id: string, access: Access): Promise<void>;
  /**
   * How far it is, now and whenever that changed, up to its end or until nobody follows any more; without reports.
   * @param isFollowed asked four times a second
   * @throws DomainError backtest-not-found
   */
  follow(id: string, isFollowed: () => Promise<boolean>, access: Access): AsyncGenerator<BacktestView>;
}

const followMilliseconds = 250;

export function createBacktests(
  { benchmarks, backtests }: Stores,
  histories: Histories,
  runs: BacktestRuns,
  evidence: BacktestEvidence,
): Backtests {
  function view(backtest: Backtest): BacktestView {
    const trials = trialCount(backtest.settings);
    const run = backtest.status === 'pending' ? runs.progressOf(backtest.id) : undefined;
    return {
      backtest,
      status: run === undefined ? backtest.status : 'running',
      trials,
      progress: run ?? {
        share: backtest.trialsDone / trials,
        trials: backtest.trialsDone,
        secondsLeft: null,
      },
    };
  }

  async function find(id: string, access: Access): Promise<Backtest> {
    const backtest = await backtests.get(id);
    if (!isWithin(access, backtest.benchmark)) throw backtestNotFound(id);
    return backtest;
  }

  return {
    async create(name, request, seal) {
      const benchmark = await benchmarks.get(name);
      const pool = openPool(await histories.load(benchmark), {});
      const settings = completeSettings(request, pool, randomInt(2 ** 32));
      checkBacktest(pool, settings);
      runs.refuseFull();
      const backtest: Backtest = {
        ...describeHistory(pool),
        id: createId('bt'),
        benchmarkId: benchmark.id,
        benchmark: name,
        status: 'pending',
        error: null,
        settings,
        report: null,
        trialsDone: 0,
        createdAt: new Date().toISOString(),
        startedAt: null,
        finishedAt: null,
      };
      const created = view(backtest);
      await backtests.add(backtest, seal && (() => seal(created)));
      runs.start(backtest.id, benchmark.id);
      return created;
    },

    async get(id, access) {
      const backtest = await find(id, access);
      if (backtest.status !== 'pending') return view(backtest);
      const report = (await runs.reportOf(id)) ?? null;
      // It may have settled meanwhile.
      const now = await backtests.get(id);
      return view(now.status === 'pending' ? { ...now, report } : now);
    },

    async list(name, page) {
      const { id } = await benchmarks.get(name);
      const { entries, next } = await backtests.list(id, page);
      return { entries: entries.map(view), next };
    },

    async remove(id, access) {
      const { benchmarkId, status } = await find(id, access);
      if (status === 'pending' && (await runs.cancel(id))) return;
      await backtests.remove(id);
      evidence.forget(benchmarkId);
    },

    async *follow(id, isFollowed, access) {
      let told = '';
      while (await isFollowed()) {
        const now = view(await find(id, access));
        const state = JSON.stringify([now.status, now.progress.share, now.progress.trials]);
        if (state !== told) yield now;
        told = state;
        if (now.backtest.status !== 'pending') return;
        await runs.waitFor(id, followMilliseconds);
      }
    },
  };
}
