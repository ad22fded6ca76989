import type { MethodEstimate } from '../estimation/evaluate.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Page, PageRequest } from '../storage/paging.ts';
import type { Answer } from './answers.ts';

/** One line of the ranking. Measured scores are exact; estimated ones come with their interval and evaluation. */
export interface LeaderboardEntry {
  readonly rank: number;
  readonly model: string;
  readonly kind: 'measured' | 'estimated';
  readonly score: number;
  readonly interval: MethodEstimate['interval'];
  readonly scoredItems: number;
  readonly evaluation: string | null;
}

export interface Leaderboard {
  /**
   * Best first; equal scores share a rank. A model of the history is not listed again with an estimate, nor is an
   * estimate without an interval listed at all.
   */
  list(benchmark: string, page: PageRequest): Promise<Page<LeaderboardEntry>>;
}

export function createLeaderboard({ benchmarks, models, evaluations }: Stores): Leaderboard {
  return {
    async list(name, { limit, after = 0 }) {
      const { id } = await benchmarks.get(name);
      const measured = (await models.all(id)).map(({ model, meanScore, scoredItems }) => ({
        model,
        kind: 'measured' as const,
        score: meanScore,
        interval: null,
        scoredItems,
        evaluation: null,
      }));
      const known = new Set(measured.map(({ model }) => model));
      const estimated = (await evaluations.latest(id))
        .filter(({ model }) => !known.has(model))
        .map((stored) => {
          const { estimate, interval } = recommendedEstimate(JSON.parse(stored.answer));
          return {
            model: stored.model,
            kind: 'estimated' as const,
            score: estimate,
            interval,
            scoredItems: stored.results.reduce((count, score) => count + Number(!Number.isNaN(score)), 0),
            evaluation: stored.id,
          };
        });
      const ranked = rank([...measured, ...estimated]);
      const next = after + limit < ranked.length ? after + limit : null;
      return { entries: ranked.slice(after, after + limit), next };
    },
  };
}

function recommendedEstimate({ estimates, recommended }: Answer): MethodEstimate {
  return estimates.find(({ method }) => method === recommended)!;
}

function rank<Entry extends { readonly score: number; readonly model: string }>(
  entries: readonly Entry[],
): (Entry & { rank: number })[] {
  const sorted = entries.toSorted((a, b) => b.score - a.score || (a.model < b.model ? -1 : 1));
  let current = 1;
  return sorted.map((entry, index) => {
    if (index > 0 && entry.score < sorted[index - 1].score) current = index + 1;
    return { ...entry, rank: current };
  });
}
