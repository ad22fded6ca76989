import type { Wire } from '../../api/client.ts';
import { benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { When } from '../../parts/when.tsx';
import { count, plural } from '../../text/units.ts';

type Summary = Wire['BacktestSummary'];

interface BacktestListProps {
  readonly benchmark: string;
  readonly backtests: readonly Summary[];
  readonly chosen: string;
}

/** All back-tests of a benchmark, newest first. */
export function BacktestList({ benchmark, backtests, chosen }: BacktestListProps) {
  return (
    <section class="card" aria-labelledby="backtests-title">
      <h2 id="backtests-title">Back-tests</h2>
      <ul class="recent">
        {backtests.map((backtest) => (
          <li key={backtest.id}>
            <a
              href={benchmarkPath(benchmark, `backtests/${backtest.id}`)}
              aria-current={backtest.id === chosen ? 'true' : undefined}
            >
              <When timestamp={backtest.created_at} />
            </a>{' '}
            <BacktestStatus backtest={backtest} />
            <p class="fine">
              {backtest.sizes.map(count).join(', ')} items · {plural(backtest.repeats, 'repeat')} ·{' '}
              {backtest.designs.join(', ')}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function BacktestStatus({ backtest: { status } }: { readonly backtest: Summary }) {
  if (status === 'ready') return <span class="severity good">done</span>;
  if (status === 'failed') return <span class="severity critical">failed</span>;
  if (status === 'cancelled') return <span class="severity warn">cancelled</span>;
  return <span class="severity">{status === 'pending' ? 'waiting' : 'running'}</span>;
}
