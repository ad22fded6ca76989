export function LeaderboardPage() {
  return <p>Leaderboard</p>;
}
