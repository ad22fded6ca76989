import type { Wire } from '../../api/client.ts';
import { Chart } from '../../charts/chart.tsx';
import { type EstimateAxisData, estimateAxis, type Given } from '../../charts/estimate-axis.ts';
import { count, type Units } from '../../text/units.ts';
import { methodWords } from '../../text/words.ts';
import type { Evaluation } from '../evaluation.tsx';

interface MethodsProps {
  readonly evaluation: Evaluation;
  readonly units: Units;
  readonly isGuaranteed: boolean;
  readonly history: readonly Wire['LeaderboardEntry'][];
  /** Of the core set; null: the whole benchmark. */
  readonly groups: readonly string[] | null;
}

/** All methods and the history on one axis. */
export function Methods({ evaluation, units, isGuaranteed, history, groups }: MethodsProps) {
  const { estimates, recommended } = evaluation;
  const data: EstimateAxisData = {
    estimates: [...estimates]
      .filter((estimate): estimate is Given => estimate.estimate !== null)
      .sort((a, b) => Number(b.method === recommended) - Number(a.method === recommended)),
    recommended,
    history: history.map(({ score }) => score),
    isGuaranteed,
  };
  return (
    <section class="card" aria-labelledby="methods-title">
      <h2 id="methods-title">The estimate beside the baselines and the history</h2>
      <p>{captionOf(data, groups, history)}</p>
      <Chart
        title="Estimates and the history on one axis"
        name={`${evaluation.benchmark}-${evaluation.model}-estimates`}
        summary={summaryOf(data, units)}
        draw={(width) => estimateAxis(data, units, width)}
        dependsOn={[evaluation]}
        table={tableOf(estimates, units)}
      />
      <details class="meanings-of">
        <summary>What the methods do</summary>
        <dl class="meanings">
          {estimates.map(({ method }) => (
            <div key={method}>
              <dt>{methodWords[method].name}</dt>
              <dd>{methodWords[method].meaning}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}

function captionOf(
  { estimates, isGuaranteed }: EstimateAxisData,
  groups: readonly string[] | null,
  history: readonly Wire['LeaderboardEntry'][],
): string {
  const isUneven = history.some(({ rank }) => rank === null);
  return [
    'Lines are intervals, dots estimates.',
    estimates.some(({ interval }) => interval === null) && 'A hollow dot has no interval.',
    !isGuaranteed &&
      'Dotted lines: nothing guarantees these intervals, since the items were picked on purpose.',
    groups !== null &&
      'The history is left out: its scores are of all items, this estimate is of some groups.',
    isUneven && 'Some models of the history miss scores; theirs are the means of those that are there.',
  ]
    .filter(Boolean)
    .join(' ');
}

function summaryOf({ estimates, recommended, history }: EstimateAxisData, units: Units): string {
  const lines = estimates.map(
    ({ method, estimate, interval }) =>
      `${methodWords[method].name}${method === recommended ? ', recommended' : ''}: ${units.score(estimate)}, ${
        interval ? `interval ${units.range(interval.lower, interval.upper)}` : 'no interval'
      }`,
  );
  const best = Math.max(...history);
  const chosen = estimates.find(({ method }) => method === recommended);
  const beyond = chosen && chosen.estimate > best ? ' The recommended estimate lies beyond all of them.' : '';
  const known =
    history.length === 0
      ? ''
      : `; ${count(history.length)} models of the history from ${units.score(Math.min(...history))} to ${units.score(best)}.${beyond}`;
  return `Chart of estimates. ${lines.join('; ')}${known}`;
}

function tableOf(estimates: readonly Wire['Estimate'][], units: Units) {
  type Row = Wire['Estimate'];
  const scoreOrNull = (value: number | null | undefined) => (value == null ? null : units.score(value));
  return {
    rows: estimates,
    columns: [
      { label: 'Method', value: ({ method }: Row) => methodWords[method].name },
      {
        label: 'Estimate',
        value: (row: Row) => row.estimate,
        show: (row: Row) => scoreOrNull(row.estimate),
        isNumber: true,
      },
      {
        label: 'Lower',
        value: (row: Row) => row.interval?.lower ?? null,
        show: (row: Row) => scoreOrNull(row.interval?.lower),
        isNumber: true,
      },
      {
        label: 'Upper',
        value: (row: Row) => row.interval?.upper ?? null,
        show: (row: Row) => scoreOrNull(row.interval?.upper),
        isNumber: true,
      },
      {
        label: 'Standard error',
        value: (row: Row) => row.standard_error,
        show: (row: Row) => (row.standard_error === null ? null : units.distance(row.standard_error)),
        isNumber: true,
      },
      {
        label: 'Worth as many random items',
        value: (row: Row) => row.effective_sample_size,
        show: (row: Row) =>
          row.effective_sample_size === null ? null : count(Math.round(row.effective_sample_size)),
        isNumber: true,
      },
      { label: 'Why something is missing', value: (row: Row) => row.reason },
    ],
  };
}
