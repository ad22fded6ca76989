import { openStores, type Stores } from '../storage/open-stores.ts';
import { createWorkerPool } from '../workers/pool.ts';
import { createBacktestEvidence } from './backtest-evidence.ts';
import { createBacktestRuns } from './backtest-runs.ts';
import { type Backtests, createBacktests } from './backtests.ts';
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
import { createImports, type Imports } from './imports.ts';
import { createItemDistributions, type ItemDistributions } from './item-distributions.ts';
import { createItems, type Items } from './items.ts';
import { createLeaderboard, type Leaderboard } from './leaderboard.ts';
import { createLogResults, type LogResults } from './log-results.ts';
import { createPlans, type Plans } from './plans.ts';
import { createPredictors } from './predictors.ts';
import { createRunnables, type Runnables } from './runnables.ts';
import { createScores, type Scores } from './scores.ts';
import { createSelections } from './selections.ts';
import { createSimilarityMaps, type SimilarityMaps } from './similarity-maps.ts';

/** The use cases. Reads and writes that need no second part go straight to their store. */
export interface Services extends Pick<Stores, 'benchmarks' | 'models' | 'ping'> {
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
  /** Takes up the work that a stop of the service broke off. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The composition root: database, stores, threads, caches, use cases.
 * @param onDefect told of errors in background work that are no user's fault
 */
export function openServices(database: string, onDefect: (error: unknown) => void = () => {}): Services {
  const stores = openStores(database);
  const workers = createWorkerPool();
  const histories = createHistories(stores.scores);
  const predictors = createPredictors();
  const evaluator = createEvaluator(workers);
  const drawWork = createDrawWork(workers);
  const evidence = createBacktestEvidence(stores.backtests);
  const plans = createPlans(stores, histories, drawWork, workers, evidence);
  const selections = createSelections(stores, histories, workers, onDefect);
  const coreSets = createCoreSets(stores, histories, drawWork, plans, selections);
  const runs = createBacktestRuns(stores, histories, workers, evidence, onDefect);
  return {
    benchmarks: {
      ...stores.benchmarks,
      async remove(name) {
        const { id } = await stores.benchmarks.get(name);
        await stores.benchmarks.remove(name);
        selections.forget(id);
        runs.forget(id);
        evidence.forget(id);
      },
    },
    models: stores.models,
    ping: stores.ping,
    scores: createScores(stores),
    imports: createImports(stores),
    logResults: createLogResults(stores, coreSets),
    items: createItems(stores, histories),
    leaderboard: createLeaderboard(stores, histories),
    heatMaps: createHeatMaps(histories),
    itemDistributions: createItemDistributions(stores, histories),
    similarityMaps: createSimilarityMaps(stores, coreSets, histories, workers),
    coreSets,
    runnables: createRunnables(stores, coreSets),
    plans,
    evaluations: createEvaluations(
      stores,
      coreSets,
      histories,
      createCoreSetAnswers(histories, predictors, evaluator),
      createExpectedErrors(evidence),
    ),
    comparisons: createComparisons(stores, coreSets, histories, predictors),
    estimates: createEstimates(stores, histories, evaluator),
    backtests: createBacktests(stores, histories, runs, evidence),
    async resume() {
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
