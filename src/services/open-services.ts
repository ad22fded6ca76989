import { defaultLimits, type Limits } from '../limits.ts';
import type { DatabaseCheck } from '../storage/database.ts';
import { openStores, type Stores } from '../storage/open-stores.ts';
import { createWorkerPool } from '../workers/pool.ts';
import type { AnswerObserver } from './answers.ts';
import { createBacktestEvidence } from './backtest-evidence.ts';
import { createBacktestRuns } from './backtest-runs.ts';
import { type Backtests, createBacktests } from './backtests.ts';
import { type Backups, createBackups } from './backups.ts';
import { type Comparisons, createComparisons } from './comparisons.ts';
import { createCoreSetAnswers } from './core-set-answers.ts';
import { type CoreSets, createCoreSets } from './core-sets.ts';
import { createDrawWork } from './draw-work.ts';
import { createEstimates, type Estimates } from './estimates.ts';
import { createEvaluations, type Evaluations } from './evaluations.ts';
import { createEvaluator } from './evaluator.ts';
import { createExpectedErrors } from './expected-errors.ts';
import { createHeatMaps, type HeatMaps } from './heat-maps.ts';
import { createHistories } from './histories.ts';
import { createImportMemory } from './import-memory.ts';
import { createImports, type Imports } from './imports.ts';
import { createItemDistributions, type ItemDistributions } from './item-distributions.ts';
import { createItems, type Items } from './items.ts';
import { createKeys, type Keys } from './keys.ts';
import { createLeaderboard, type Leaderboard } from './leaderboard.ts';
import { createLogResults, type LogResults } from './log-results.ts';
import { createPlans, type Plans } from './plans.ts';
import { createPredictors } from './predictors.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { createRetries, type Retries } from './retries.ts';
import { createRunnables, type Runnables } from './runnables.ts';
import { createScores, type Scores } from './scores.ts';
import { createSelections } from './selections.ts';
import { createSimilarityMaps, type SimilarityMaps } from './similarity-maps.ts';
import type { Vitals } from './vitals.ts';

/** The use cases. Reads and writes that need no second part go straight to their store. */
export interface Services extends Pick<Stores, 'benchmarks' | 'models'> {
  /** What it lets itself in for. */
  readonly limits: Limits;
  readonly readiness: Readiness;
  vitals(): Vitals;
  readonly scores: Scores;
  readonly imports: Imports;
  readonly logResults: LogResults;
  readonly items: Items;
  readonly leaderboard: Leaderboard;
  readonly heatMaps: HeatMaps;
  readonly itemDistributions: ItemDistributions;
  readonly similarityMaps: SimilarityMaps;
  readonly coreSets: CoreSets;
  readonly runnables: Runnables;
  readonly plans: Plans;
  readonly evaluations: Evaluations;
  readonly comparisons: Comparisons;
  readonly estimates: Estimates;
  readonly backtests: Backtests;
  readonly keys: Keys;
  readonly retries: Retries;
  readonly backups: Backups;
  /** Lets go of what can be made anew, since memory is short. */
  letGo(): void;
  /** Takes up the work that a stop of the service broke off. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly onAnswer?: AnswerObserver;
  /** Where the disk has less, the service is not ready. @default 0 */
  readonly minFreeBytes?: number;
  readonly limits?: Limits;
  /** Whether the database is looked through for damage first. @default auto */
  readonly checkDatabase?: DatabaseCheck;
}

/**
 * The composition root: database, stores, threads, caches, use cases.
 * @param onDefect told of errors in background work that are no user's fault
 */
export function openServices(
  database: string,
  onDefect: (error: unknown) => void = () => {},
  { onAnswer = () => {}, minFreeBytes = 0, limits = defaultLimits(), checkDatabase }: ServiceOptions = {},
): Services {
  const stores = openStores(database, checkDatabase, limits.historyCacheBytes);
  const workers = createWorkerPool(limits);
  const histories = createHistories(stores.scores, limits);
  const predictors = createPredictors(histories, limits);
  const importMemory = createImportMemory(limits);
  const evaluator = createEvaluator(workers);
  const drawWork = createDrawWork(workers);
  const evidence = createBacktestEvidence(stores.backtests);
  const plans = createPlans(stores, histories, drawWork, workers, evidence);
  const selections = createSelections(stores, histories, workers, limits, onDefect);
  const coreSets = createCoreSets(stores, histories, drawWork, plans, selections);
  const runs = createBacktestRuns(stores, histories, workers, evidence, limits, onDefect);
  const evaluations = createEvaluations(
    stores,
    coreSets,
    histories,
    createCoreSetAnswers(histories, predictors, evaluator),
    createExpectedErrors(evidence),
    evidence,
    onAnswer,
  );
  return {
    benchmarks: {
      ...stores.benchmarks,
      async remove(name) {
        const { id } = await stores.benchmarks.get(name);
        await stores.benchmarks.remove(name);
        selections.forget(id);
        runs.forget(id);
        evidence.forget(id);
        coreSets.forget(id);
        histories.forget(id);
      },
    },
    models: stores.models,
    limits,
    readiness: createReadiness(stores, database, minFreeBytes),
    vitals: () => ({
      caches: {
        histories: histories.cacheVitals(),
        predictors: predictors.cacheVitals(),
        'core-sets': coreSets.cacheVitals(),
        evaluations: evaluations.cacheVitals(),
      },
      queues: { ...workers.vitals(), backtests: runs.queueVitals() },
      stores: stores.vitals(),
    }),
    scores: createScores(stores, importMemory),
    imports: createImports(stores, importMemory, limits),
    logResults: createLogResults(stores, coreSets, importMemory),
    items: createItems(stores, histories),
    leaderboard: createLeaderboard(stores, histories),
    heatMaps: createHeatMaps(histories),
    itemDistributions: createItemDistributions(stores, histories),
    similarityMaps: createSimilarityMaps(stores, coreSets, histories, workers),
    coreSets,
    runnables: createRunnables(stores, coreSets),
    plans,
    evaluations,
    comparisons: createComparisons(stores, coreSets, histories, predictors),
    estimates: createEstimates(stores, histories, evaluator, onAnswer),
    backtests: createBacktests(stores, histories, runs, evidence),
    keys: createKeys(stores),
    retries: createRetries(stores),
    backups: createBackups(stores),
    letGo() {
      evaluations.letGo();
      predictors.letGo();
      histories.letGo();
    },
    async resume() {
      await stores.backups.sweep();
      await selections.resume();
      await runs.resume();
    },
    async close() {
      await Promise.all([selections.stop(), runs.stop()]);
      await workers.close();
      stores.close();
    },
  };
}
