import type { LeaderboardEntry } from '../../api/leaderboard.ts';
import { Chart } from '../../charts/chart.tsx';
import { drawForest } from '../../charts/forest-plot.ts';
import { drawHistoryStrip } from '../../charts/history-strip.ts';
import type { Benchmark } from '../../parts/benchmark-frame.tsx';
import type { Table } from '../../parts/data-table.tsx';
import { useQuery } from '../../parts/use-query.ts';
import { count, plural, type Units } from '../../text/units.ts';
import { methodWords, severityWords } from '../../text/words.ts';
import { forestRows } from './forest-rows.ts';

interface ForestCardProps {
  readonly benchmark: Benchmark;
  readonly entries: readonly LeaderboardEntry[];
  readonly units: Units;
}

/** The ranking as a picture, with the interval of one new model held against everybody else. */
export function ForestCard({ benchmark, entries, units }: ForestCardProps) {
  const [asked, choose] = useQuery('model');
  const [all, setAll] = useQuery('all');
  const estimates = entries.filter(({ kind }) => kind === 'estimated');
  const selected = estimates.find(({ model }) => model === asked) ?? estimates[0] ?? null;
  const rows = forestRows(entries, all !== null);
  const hidden = rows.reduce((sum, row) => sum + row.hidden, 0);
  const overlap = selected && overlapWords(selected, entries, units);
  return (
    <section class="card" aria-labelledby="leaderboard-title">
      <h2 id="leaderboard-title">Leaderboard</h2>
      <p>
        {isAllMissing(entries)
          ? 'Every model of the history lacks some scores: what is shown are means of the items it was run on.'
          : 'Scores of the history are exact: they are of every item.'}{' '}
        New models were run on a few items only; what stands for them is an estimate, with the interval that
        holds their full score.
      </p>
      {selected && (
        <div class="choice">
          <label>
            Interval to hold against the others
            <select value={selected.model} onChange={(event) => choose(event.currentTarget.value)}>
              {estimates.map(({ model, rank }) => (
                <option key={model} value={model}>
                  {model} (rank {rank})
                </option>
              ))}
            </select>
          </label>
          <p aria-live="polite">{overlap}</p>
        </div>
      )}
      <Chart
        title={`All ${plural(entries.length, 'model')} on one line`}
        summary={stripWords(entries, units)}
        name={`${benchmark.name}-scores`}
        draw={(width) => drawHistoryStrip(entries, selected, units, width)}
        dependsOn={[entries, selected]}
      />
      <Chart
        title={hidden === 0 ? 'Best first' : 'The best, and new models with their neighbours'}
        caption={hasGaps(entries) ? gapWords : undefined}
        summary={`Forest plot, best first: ${plural(rows.length - gapsIn(rows), 'model')} drawn${hidden > 0 ? `, ${count(hidden)} left out` : ''}. ${overlap ?? 'There is no new model yet.'}`}
        name={`${benchmark.name}-leaderboard`}
        draw={(width) => drawForest(rows, selected, units, width, ({ model }) => choose(model))}
        dependsOn={[rows.length, entries, selected]}
        table={tableOf(entries, units)}
      />
      {(hidden > 0 || all !== null) && (
        <button type="button" class="quiet" onClick={() => setAll(all === null ? '1' : null)}>
          {all === null ? `Show all ${plural(entries.length, 'model')}` : 'Show fewer'}
        </button>
      )}
    </section>
  );
}

const gapWords =
  'Models of the history with missing scores have no rank and come last: their mean is of other items than that of the others.';

function isAllMissing(entries: readonly LeaderboardEntry[]): boolean {
  return entries.every(({ kind, rank }) => kind === 'estimated' || rank === null);
}

function hasGaps(entries: readonly LeaderboardEntry[]): boolean {
  return entries.some(({ rank }) => rank === null);
}

function gapsIn(rows: readonly { readonly hidden: number }[]): number {
  return rows.filter(({ hidden }) => hidden > 0).length;
}

/** How many models of the history a new one cannot be told apart from. */
function overlapWords(
  { model, score, interval }: LeaderboardEntry,
  entries: readonly LeaderboardEntry[],
  units: Units,
): string {
  if (interval === null) return `${model} is estimated at ${units.score(score)}, without an interval.`;
  const { lower, upper, level } = interval;
  const whole = entries.filter(({ kind, rank }) => kind === 'measured' && rank !== null);
  const inside = whole.filter((entry) => entry.score >= lower && entry.score <= upper).length;
  const above = whole.filter((entry) => entry.score > upper).length;
  const holds = `The ${Math.round(100 * level)} % interval of ${model}, ${units.range(lower, upper)}, holds ${inside === 0 ? 'none' : count(inside)} of the ${plural(whole.length, 'history model')}`;
  const rest = `${above === 0 ? 'None' : count(above)} of them ${above > 1 ? 'score' : 'scores'} above it, ${count(whole.length - above - inside)} below.`;
  if (inside === 0) return `${holds}. ${rest}`;
  return `${holds}: whether it is better or worse than ${inside === 1 ? 'that one' : 'those'}, these results do not say. ${rest}`;
}

function stripWords(entries: readonly LeaderboardEntry[], units: Units): string {
  const measured = entries.filter(({ kind }) => kind === 'measured').map(({ score }) => score);
  const estimates = entries.filter(({ kind }) => kind === 'estimated');
  const history = `Scores of ${plural(measured.length, 'history model')} as ticks, from ${units.range(Math.min(...measured), Math.max(...measured))}.`;
  if (estimates.length === 0) return history;
  return `${history} Beneath them the intervals of ${plural(estimates.length, 'new model')}, the best estimated at ${units.score(estimates[0].score)}.`;
}

function tableOf(entries: readonly LeaderboardEntry[], units: Units): Table<LeaderboardEntry> {
  return {
    rows: entries,
    columns: [
      {
        label: 'Model',
        value: ({ model }) => model,
        show: ({ model, evaluation }) =>
          evaluation === null ? model : <a href={`/evaluations/${evaluation}`}>{model}</a>,
      },
      {
        label: 'Rank',
        value: ({ rank }) => rank,
        show: ({ rank }) => rank ?? 'none: scores missing',
        isNumber: true,
      },
      {
        label: 'Score',
        value: ({ score }) => score,
        show: ({ score }) => units.score(score),
        isNumber: true,
      },
      { label: 'Kind', value: ({ kind }) => kind },
      {
        label: 'Method',
        value: ({ method }) => method,
        show: ({ method }) => method && methodWords[method].name,
      },
      { label: 'Level', value: ({ interval }) => interval?.level ?? null, isNumber: true },
      {
        label: 'Lower',
        value: ({ interval }) => interval?.lower ?? null,
        show: ({ interval }) => interval && units.score(interval.lower),
        isNumber: true,
      },
      {
        label: 'Upper',
        value: ({ interval }) => interval?.upper ?? null,
        show: ({ interval }) => interval && units.score(interval.upper),
        isNumber: true,
      },
      { label: 'Items', value: ({ scored_items: items }) => items, isNumber: true },
      {
        label: 'Warning',
        value: ({ severity }) => severity,
        show: ({ severity }) => severity && severityWords[severity],
      },
    ],
  };
}
