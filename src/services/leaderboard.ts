import type { MethodName } from '../estimation/estimators/names.ts';
import type { MethodEstimate } from '../estimation/method-estimate.ts';
import type { Severity } from '../estimation/warnings.ts';
import type { Model } from '../storage/models.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Page, PageRequest } from '../storage/paging.ts';
import type { Histories } from './histories.ts';
import { type LatestEstimate, latestEstimates } from './latest-estimates.ts';
import { countObserved } from './results.ts';

/** One line of the ranking. Measured scores are exact; estimated ones come with their interval and evaluation. */
export interface LeaderboardEntry {
  /** null for a model of the history without a score on every item: its mean is of other items than the others'. */
  readonly rank: number | null;
  readonly model: string;
  readonly kind: 'measured' | 'estimated';
  readonly score: number;
  /** The method of an estimate; null for measured scores. */
  readonly method: MethodName | null;
  readonly interval: MethodEstimate['interval'];
  readonly scoredItems: number;
  readonly evaluation: string | null;
  /** The most severe warning of the evaluation, null without any. */
  readonly severity: Severity | null;
}

export interface Leaderboard {
  /**
   * Best first; equal scores share a rank; what has no rank comes last. A model of the history is not listed again with an
   * estimate. Of several evaluations the newest complete one counts, else the newest with an interval.
   */
  list(benchmark: string, page: PageRequest): Promise<Page<LeaderboardEntry>>;
}

type Unranked = Omit<LeaderboardEntry, 'rank'>;

export function createLeaderboard(
  { benchmarks, models, evaluations }: Stores,
  histories: Histories,
): Leaderboard {
  return {
    async list(name, { limit, after = 0 }) {
      const benchmark = await benchmarks.get(name);
      const { id } = benchmark;
      // Items whose last score was deleted are in nobody's mean.
      const itemCount = (await histories.load(benchmark)).scoredPositions.length;
      const history = await models.all(id);
      const known = new Set(history.map(({ model }) => model));
      const whole = history.filter(({ scoredItems }) => scoredItems === itemCount).map(measured);
      const partial = history.filter(({ scoredItems }) => scoredItems < itemCount).map(measured);
      const estimates = (await latestEstimates(evaluations, id, known)).map(estimated);
      const entries: LeaderboardEntry[] = [
        ...rank([...whole, ...estimates]),
        ...bestFirst(partial).map((entry) => ({ ...entry, rank: null })),
      ];
      const next = after + limit < entries.length ? after + limit : null;
      return { entries: entries.slice(after, after + limit), next };
    },
  };
}

function measured({ model, meanScore, scoredItems }: Model): Unranked {
  return {
    model,
    kind: 'measured',
    score: meanScore,
    method: null,
    interval: null,
    scoredItems,
    evaluation: null,
    severity: null,
  };
}

function estimated({ evaluation, method, score, interval, severity }: LatestEstimate): Unranked {
  return {
    model: evaluation.model,
    kind: 'estimated',
    score,
    method,
    interval,
    scoredItems: countObserved(evaluation.results),
    evaluation: evaluation.id,
    severity,
  };
}

function bestFirst(entries: readonly Unranked[]): Unranked[] {
  return entries.toSorted((a, b) => b.score - a.score || (a.model < b.model ? -1 : 1));
}

function rank(entries: readonly Unranked[]): LeaderboardEntry[] {
  const sorted = bestFirst(entries);
  let current = 1;
  return sorted.map((entry, index) => {
    if (index > 0 && entry.score < sorted[index - 1].score) current = index + 1;
    return { rank: current, ...entry };
  });
}
