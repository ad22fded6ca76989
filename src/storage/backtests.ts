import { DomainError } from '../errors.ts';
import type { TrialOutcome } from '../estimation/backtest/outcome.ts';
import type { BacktestReport } from '../estimation/backtest/report.ts';
import type { BacktestSettings } from '../estimation/backtest/settings.ts';
import type { ScoreRange } from '../scores/score-range.ts';
import type { Database } from './database.ts';
import { namedArraysFromBlob, namedArraysToBlob } from './packing.ts';
import { type Page, type PageRequest, toPage } from './paging.ts';
import type { Seal } from './seal.ts';

export type BacktestStatus = 'pending' | 'ready' | 'failed' | 'cancelled';

/** The history that a back-test is made on. */
export interface BacktestHistory {
  readonly revision: number;
  readonly scoreRange: ScoreRange;
  /** M */
  readonly models: number;
  /** N: items with a score. */
  readonly population: number;
  /** Share of the cells that are missing, 0 to 1. */
  readonly missingShare: number;
}

export interface Backtest extends BacktestHistory {
  readonly id: string;
  readonly benchmarkId: number;
  readonly benchmark: string;
  readonly status: BacktestStatus;
  /** Why it failed; null otherwise. */
  readonly error: string | null;
  readonly settings: BacktestSettings;
  /** null until it has settled. */
  readonly report: BacktestReport | null;
  /** Trials that the report is from; those saved so far until it has settled. */
  readonly trialsDone: number;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface StoredTrial {
  /** Its place in `trialsOf` the settings. */
  readonly trial: number;
  readonly outcome: TrialOutcome;
}

/** How a back-test ends. */
export interface Settlement {
  readonly status: Exclude<BacktestStatus, 'pending'>;
  readonly error: string | null;
  readonly report: BacktestReport;
  /** One array an arm; null unless it is ready. */
  readonly records: readonly Float64Array[] | null;
}

export interface BacktestStore {
  /** @throws DomainError benchmark-not-found: it was deleted meanwhile */
  add(backtest: Backtest, seal?: Seal): Promise<void>;
  /** Counts a beginning, or takes it back; answers how many there were since a trial was last finished. */
  countAttempt(id: string, change: 1 | -1): Promise<number>;
  /** The history changed before it was done: its trials go, and it begins again on this one. */
  restart(id: string, history: BacktestHistory): Promise<void>;
  /** Keeps trials; those of one that is no longer pending are dropped. */
  addTrials(id: string, trials: readonly StoredTrial[]): Promise<void>;
  trials(id: string): Promise<StoredTrial[]>;
  /** Its trials go; nothing happens where it was deleted or has settled. Answers whether anything did. */
  settle(id: string, settlement: Settlement): Promise<boolean>;
  /** Those that are not done, oldest first. */
  pending(): Promise<Pick<Backtest, 'id' | 'benchmarkId'>[]>;
  /** The newest so many of a benchmark that are ready, newest first, without their reports. */
  ready(benchmarkId: number, limit: number): Promise<Backtest[]>;
  /** The records of one that is ready, one array an arm; undefined where it was deleted. */
  records(id: string): Promise<readonly Float64Array[] | undefined>;
  /** @throws DomainError backtest-not-found */
  get(id: string): Promise<Backtest>;
  /** Newest first, without their reports. */
  list(benchmarkId: number, request: PageRequest): Promise<Page<Backtest>>;
  /** @throws DomainError backtest-not-found */
  remove(id: string): Promise<void>;
}

interface BacktestRow {
  sequence: number;
  id: string;
  benchmark_id: number;
  benchmark: string;
  status: BacktestStatus;
  error: string | null;
  settings: string;
  revision: number;
  score_low: number;
  score_high: number;
  models: number;
  population: number;
  missing_share: number;
  result: string | null;
  trials_done: number;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export function createBacktestStore(database: Database): BacktestStore {
  const columns = (result: string) =>
    `backtests.sequence, backtests.id, benchmark_id, benchmarks.name AS benchmark, status, error, settings,
     backtests.revision, backtests.score_low, backtests.score_high, models, population, missing_share,
     ${result} AS result,
     CASE status WHEN 'pending' THEN (SELECT count(*) FROM backtest_trials WHERE backtest_id = backtests.id)
       ELSE trials_done END AS trials_done, backtests.created_at, started_at, finished_at
     FROM backtests JOIN benchmarks ON benchmarks.id = backtests.benchmark_id`;
  const insert = database.prepare(
    `INSERT INTO backtests (id, benchmark_id, status, settings, revision, score_low, score_high, models, population,
       missing_share, created_at)
     SELECT @id, @benchmarkId, @status, @settings, @revision, @low, @high, @models, @population, @missingShare, @createdAt
     WHERE EXISTS (SELECT 1 FROM benchmarks WHERE id = @benchmarkId)`,
  );
  const countAttempt = database
    .prepare<{ id: string; change: number; now: string }, number>(
      `UPDATE backtests SET attempts = max(0, attempts + @change), started_at = coalesce(started_at, @now)
       WHERE id = @id RETURNING attempts`,
    )
    .pluck();
  const setHistory = database.prepare(
    `UPDATE backtests SET revision = @revision, score_low = @low, score_high = @high, models = @models,
       population = @population, missing_share = @missingShare
     WHERE id = @id AND status = 'pending'`,
  );
  const dropTrials = database.prepare('DELETE FROM backtest_trials WHERE backtest_id = ?');
  const addTrial = database.prepare(
    `INSERT OR IGNORE INTO backtest_trials (backtest_id, trial, outcome)
     SELECT @id, @trial, @outcome WHERE EXISTS (SELECT 1 FROM backtests WHERE id = @id AND status = 'pending')`,
  );
  const forgetAttempts = database.prepare('UPDATE backtests SET attempts = 0 WHERE id = ?');
  const trials = database.prepare<[string], { trial: number; outcome: Buffer }>(
    'SELECT trial, outcome FROM backtest_trials WHERE backtest_id = ? ORDER BY trial',
  );
  const settle = database.prepare(
    `UPDATE backtests SET status = @status, error = @error, result = @result, trials_done = @trialsDone, records = @records,
        finished_at = @now
     WHERE id = @id AND status = 'pending'`,
  );
  const pending = database.prepare<[], { id: string; benchmarkId: number }>(
    "SELECT id, benchmark_id AS benchmarkId FROM backtests WHERE status = 'pending' ORDER BY sequence",
  );
  const ready = database.prepare<[number, number], BacktestRow>(
    `SELECT ${columns('NULL')} WHERE benchmark_id = ? AND status = 'ready' ORDER BY sequence DESC LIMIT ?`,
  );
  const records = database
    .prepare<[string], Buffer | null>("SELECT records FROM backtests WHERE id = ? AND status = 'ready'")
    .pluck();
  const byId = database.prepare<[string], BacktestRow>(`SELECT ${columns('result')} WHERE backtests.id = ?`);
  const page = database.prepare<[number, number, number], BacktestRow>(
    `SELECT ${columns('NULL')} WHERE benchmark_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?`,
  );
  const remove = database.prepare('DELETE FROM backtests WHERE id = ?');

  const add = database.transaction((backtest: Backtest, seal: Seal | undefined): void => {
    const { changes } = insert.run({
      ...historyColumns(backtest),
      id: backtest.id,
      benchmarkId: backtest.benchmarkId,
      status: backtest.status,
      settings: JSON.stringify(backtest.settings),
      createdAt: backtest.createdAt,
    });
    if (changes === 0) throw new DomainError('benchmark-not-found', 'the benchmark was deleted');
    seal?.();
  });
  const restart = database.transaction((id: string, history: BacktestHistory) => {
    setHistory.run({ id, ...historyColumns(history) });
    dropTrials.run(id);
  });
  const addTrials = database.transaction((id: string, done: readonly StoredTrial[]) => {
    for (const { trial, outcome } of done) addTrial.run({ id, trial, outcome: outcomeToBlob(outcome) });
    forgetAttempts.run(id);
  });
  const settleAll = database.transaction((id: string, settlement: Settlement): boolean => {
    const { changes } = settle.run({
      id,
      status: settlement.status,
      error: settlement.error,
      result: JSON.stringify(settlement.report),
      trialsDone: settlement.report.trials,
      records: settlement.records && namedArraysToBlob(Object.fromEntries(settlement.records.entries())),
      now: new Date().toISOString(),
    });
    if (changes > 0) dropTrials.run(id);
    return changes > 0;
  });

  return {
    add: async (backtest, seal) => add.immediate(backtest, seal),
    countAttempt: async (id, change) => countAttempt.get({ id, change, now: new Date().toISOString() }) ?? 0,
    restart: async (id, history) => restart(id, history),
    addTrials: async (id, done) => addTrials(id, done),
    trials: async (id) =>
      trials.all(id).map(({ trial, outcome }) => ({ trial, outcome: outcomeFromBlob(outcome) })),
    settle: async (id, settlement) => settleAll(id, settlement),
    pending: async () => pending.all(),
    ready: async (benchmarkId, limit) => ready.all(benchmarkId, limit).map(toBacktest),
    records: async (id) => {
      const blob = records.get(id);
      return blob ? Object.values(namedArraysFromBlob(blob)) : undefined;
    },
    get: async (id) => {
      const row = byId.get(id);
      if (row === undefined) throw backtestNotFound(id);
      return toBacktest(row);
    },
    list: async (benchmarkId, { limit, after }) =>
      toPage(
        page.all(benchmarkId, after ?? Number.MAX_SAFE_INTEGER, limit + 1),
        limit,
        (row) => row.sequence,
        toBacktest,
      ),
    remove: async (id) => {
      if (remove.run(id).changes === 0) throw backtestNotFound(id);
    },
  };
}

function historyColumns({ revision, scoreRange, models, population, missingShare }: BacktestHistory) {
  return { revision, low: scoreRange.low, high: scoreRange.high, models, population, missingShare };
}

function toBacktest(row: BacktestRow): Backtest {
  return {
    id: row.id,
    benchmarkId: row.benchmark_id,
    benchmark: row.benchmark,
    status: row.status,
    error: row.error,
    settings: JSON.parse(row.settings),
    revision: row.revision,
    scoreRange: { low: row.score_low, high: row.score_high },
    models: row.models,
    population: row.population,
    missingShare: row.missing_share,
    report: row.result === null ? null : JSON.parse(row.result),
    trialsDone: row.trials_done,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

function outcomeToBlob({
  targets,
  duplicates,
  unknown,
  baselines,
  statistics,
  records,
}: TrialOutcome): Buffer {
  return namedArraysToBlob({
    counts: Float64Array.of(targets, duplicates, unknown),
    baselines,
    statistics,
    ...Object.fromEntries(records.map((packed, arm) => [`records-${arm}`, packed])),
  });
}

function outcomeFromBlob(blob: Buffer): TrialOutcome {
  const { counts, baselines, statistics, ...records } = namedArraysFromBlob(blob);
  const [targets, duplicates, unknown] = counts;
  return { targets, duplicates, unknown, baselines, statistics, records: Object.values(records) };
}

export function backtestNotFound(id: string): DomainError {
  return new DomainError('backtest-not-found', `there is no back-test "${id}"`);
}
