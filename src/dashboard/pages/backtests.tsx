export function BacktestsPage() {
  return <p>Backtests</p>;
}
