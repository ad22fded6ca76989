import { type BacktestStore, createBacktestStore } from './backtests.ts';
import { type BenchmarkStore, createBenchmarkStore } from './benchmarks.ts';
import { type CoreSetStore, createCoreSetStore } from './core-sets.ts';
import { openDatabase, schemaVersion } from './database.ts';
import { createEvaluationStore, type EvaluationStore } from './evaluations.ts';
import { createGroupCommit } from './group-commit.ts';
import { createItemStore, type ItemStore } from './items.ts';
import { createModelStore, type ModelStore } from './models.ts';
import { createRevisionCounter } from './revisions.ts';
import { createScoreStore, type ScoreStore } from './scores.ts';

/** Everything that is kept. The stores answer promises, so that a networked database can stand in later. */
export interface Stores {
  readonly benchmarks: BenchmarkStore;
  readonly items: ItemStore;
  readonly scores: ScoreStore;
  readonly models: ModelStore;
  readonly coreSets: CoreSetStore;
  readonly evaluations: EvaluationStore;
  readonly backtests: BacktestStore;
  /** The schema version, read from the database: fails where it does not answer. */
  ping(): Promise<number>;
  close(): void;
}

export function openStores(path: string): Stores {
  const database = openDatabase(path);
  const revisions = createRevisionCounter(database);
  return {
    benchmarks: createBenchmarkStore(database),
    items: createItemStore(database, revisions),
    scores: createScoreStore(database, revisions),
    models: createModelStore(database, revisions),
    coreSets: createCoreSetStore(database),
    evaluations: createEvaluationStore(database, createGroupCommit(database)),
    backtests: createBacktestStore(database),
    ping: async () => schemaVersion(database),
    close: () => database.close(),
  };
}
