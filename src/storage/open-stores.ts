import { statSync } from 'node:fs';
import { type AnsweredRequestStore, createAnsweredRequestStore } from './answered-requests.ts';
import { type BacktestStore, createBacktestStore } from './backtests.ts';
import { type BackupStore, createBackupStore } from './backups.ts';
import { type BenchmarkStore, createBenchmarkStore } from './benchmarks.ts';
import { type CoreSetStore, createCoreSetStore } from './core-sets.ts';
import { type DatabaseCheck, openDatabase, readMigrations, schemaVersion } from './database.ts';
import { createEvaluationStore, type EvaluationStore } from './evaluations.ts';
import { createGroupCommit } from './group-commit.ts';
import { createItemStore, type ItemStore } from './items.ts';
import { createKeyStore, type KeyStore } from './keys.ts';
import { createModelStore, type ModelStore } from './models.ts';
import { createRevisionCounter } from './revisions.ts';
import { createScoreStore, type ScoreStore } from './scores.ts';
import { withStorageErrors } from './storage-errors.ts';
import { type TransactionTimes, timeTransactions } from './transaction-times.ts';
import { createWriteEpoch, type WriteEpoch } from './write-epoch.ts';

/** Everything that is kept. The stores answer promises, so that a networked database can stand in later. */
export interface Stores {
  readonly benchmarks: BenchmarkStore;
  readonly items: ItemStore;
  readonly scores: ScoreStore;
  readonly models: ModelStore;
  readonly coreSets: CoreSetStore;
  readonly evaluations: EvaluationStore;
  readonly backtests: BacktestStore;
  readonly keys: KeyStore;
  readonly answeredRequests: AnsweredRequestStore;
  readonly backups: BackupStore;
  /** Another number after every write. */
  readonly writeEpoch: WriteEpoch;
  /** The schema version, read from the database: fails where it does not answer. */
  ping(): Promise<number>;
  /** The schema version that this service needs. */
  readonly newestVersion: number;
  vitals(): StoreVitals;
  close(): void;
}

export interface StoreVitals {
  /** 0 for a database in memory. */
  readonly fileBytes: number;
  readonly walBytes: number;
  readonly transactions: TransactionTimes;
}

export function openStores(
  path: string,
  check?: DatabaseCheck,
  maxHistoryBytes: number = Number.POSITIVE_INFINITY,
): Stores {
  const database = openDatabase(path, check);
  const transactions = timeTransactions(database);
  const revisions = createRevisionCounter(database);
  const commits = createGroupCommit(database);
  const safe = <Store extends object>(store: Store) => withStorageErrors(store, path);
  return {
    benchmarks: safe(createBenchmarkStore(database)),
    items: safe(createItemStore(database, revisions)),
    scores: safe(createScoreStore(database, revisions, maxHistoryBytes)),
    models: safe(createModelStore(database, revisions)),
    coreSets: safe(createCoreSetStore(database)),
    evaluations: safe(createEvaluationStore(database, commits)),
    backtests: safe(createBacktestStore(database)),
    keys: safe(createKeyStore(database, commits)),
    answeredRequests: safe(createAnsweredRequestStore(database)),
    backups: safe(createBackupStore(database, path)),
    writeEpoch: createWriteEpoch(database, path),
    ping: async () => schemaVersion(database),
    newestVersion: readMigrations().at(-1)?.version ?? 0,
    vitals: () => ({
      fileBytes: sizeOf(path),
      walBytes: sizeOf(`${path}-wal`),
      transactions: { ...transactions },
    }),
    close: () => database.close(),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
