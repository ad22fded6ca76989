import { openStores, type Stores } from '../storage/open-stores.ts';
import { createCoreSetAnswers } from './core-set-answers.ts';
import { type CoreSets, createCoreSets } from './core-sets.ts';
import { createEstimates, type Estimates } from './estimates.ts';
import { createEvaluations, type Evaluations } from './evaluations.ts';
import { createHistories } from './histories.ts';
import { createItems, type Items } from './items.ts';
import { createLeaderboard, type Leaderboard } from './leaderboard.ts';
import { createPredictors } from './predictors.ts';
import { createScores, type Scores } from './scores.ts';

/** The use cases. Reads and writes that need no second part go straight to their store. */
export interface Services extends Pick<Stores, 'benchmarks' | 'models' | 'ping'> {
  readonly scores: Scores;
  readonly items: Items;
  readonly leaderboard: Leaderboard;
  readonly coreSets: CoreSets;
  readonly evaluations: Evaluations;
  readonly estimates: Estimates;
  close(): void;
}

/** The composition root: database, stores, caches, use cases. */
export function openServices(database: string): Services {
  const stores = openStores(database);
  const histories = createHistories(stores.scores);
  const coreSets = createCoreSets(stores, histories);
  return {
    benchmarks: stores.benchmarks,
    models: stores.models,
    ping: stores.ping,
    scores: createScores(stores),
    items: createItems(stores, histories),
    leaderboard: createLeaderboard(stores, histories),
    coreSets,
    evaluations: createEvaluations(stores, coreSets, createCoreSetAnswers(histories, createPredictors())),
    estimates: createEstimates(stores, histories),
    close: stores.close,
  };
}
