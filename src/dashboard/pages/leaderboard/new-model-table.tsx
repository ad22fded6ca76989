import type { LeaderboardEntry } from '../../api/leaderboard.ts';
import { type Benchmark, benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { SeverityMark } from '../../parts/warning-list.tsx';
import { plural, share, type Units } from '../../text/units.ts';
import { methodWords } from '../../text/words.ts';

interface NewModelTableProps {
  readonly benchmark: Benchmark;
  readonly entries: readonly LeaderboardEntry[];
  readonly units: Units;
}

/** The new models of the ranking, each with what its estimate rests on and what warns of it. */
export function NewModelTable({ benchmark, entries, units }: NewModelTableProps) {
  const estimates = entries.filter(({ kind }) => kind === 'estimated');
  const levels = [...new Set(estimates.flatMap(({ interval }) => interval?.level ?? []))];
  return (
    <section class="card" aria-labelledby="new-models-title">
      <h2 id="new-models-title">New models</h2>
      {estimates.length === 0 ? (
        <p>
          None yet. <a href={benchmarkPath(benchmark.name, 'new-model')}>Evaluate one</a> on a core set, and
          it is ranked here with its interval.
        </p>
      ) : (
        <DataTable<LeaderboardEntry>
          caption={`${plural(estimates.length, 'new model')}, best first; each name leads to its evaluation`}
          name={`${benchmark.name}-new-models`}
          rows={estimates}
          columns={[
            {
              label: 'Model',
              value: ({ model }) => model,
              show: ({ model, evaluation }) => <a href={`/evaluations/${evaluation}`}>{model}</a>,
            },
            { label: 'Rank', value: ({ rank }) => rank, isNumber: true },
            {
              label: 'Estimate',
              value: ({ score }) => score,
              show: ({ score }) => units.score(score),
              isNumber: true,
            },
            {
              label: levels.length === 1 ? `${share(levels[0])} interval` : 'Interval',
              value: ({ interval }) => interval && `${interval.lower} to ${interval.upper}`,
              show: ({ interval }) =>
                interval === null
                  ? 'none; its page says why'
                  : `${units.range(interval.lower, interval.upper)}${levels.length > 1 ? ` (${share(interval.level)})` : ''}`,
              isNumber: true,
            },
            {
              label: 'Warning',
              value: ({ severity }) => severity,
              show: ({ severity }) => (severity === null ? 'none' : <SeverityMark severity={severity} />),
            },
            { label: 'Items run', value: ({ scored_items: items }) => items, isNumber: true },
            {
              label: 'Method',
              value: ({ method }) => method,
              show: ({ method }) => method && methodWords[method].name,
            },
          ]}
        />
      )}
    </section>
  );
}
