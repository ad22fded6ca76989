import type { Wire } from '../../api/client.ts';
import { count, plural, share } from '../../text/units.ts';

/** How far a back-test is, and how long it will take. */
export function BacktestProgress({ backtest }: { readonly backtest: Wire['BacktestSummary'] }) {
  const { status, progress, trials, seconds_left: left } = backtest;
  const words =
    status === 'pending'
      ? 'It waits for others to finish.'
      : `${share(progress)}: ${count(trials.done)} of ${plural(trials.total, 'trial')} done${left === null ? '' : `, ${timeLeft(left)}`}.`;
  return (
    <div class="under-way">
      <progress value={status === 'pending' ? undefined : progress} max={1} aria-label="Progress" />
      <p class="fine">{words}</p>
    </div>
  );
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `about ${plural(Math.max(1, Math.round(seconds)), 'second')} left`;
  if (seconds < 5400) return `about ${plural(Math.round(seconds / 60), 'minute')} left`;
  return `about ${plural(Math.round(seconds / 3600), 'hour')} left`;
}
