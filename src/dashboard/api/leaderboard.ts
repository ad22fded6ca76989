import { allOf, answerOf, api, type Wire } from './client.ts';

export type LeaderboardEntry = Wire['LeaderboardEntry'];

/** The whole ranking: best first, those without a rank last. */
export function readLeaderboard(benchmark: string): Promise<LeaderboardEntry[]> {
  return allOf((query) =>
    answerOf(api.GET('/v1/benchmarks/{benchmark}/leaderboard', { params: { path: { benchmark }, query } })),
  );
}
