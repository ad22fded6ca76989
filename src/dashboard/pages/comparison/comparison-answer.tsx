import { Chart } from '../../charts/chart.tsx';
import { differenceChart } from '../../charts/difference.ts';
import { type IntervalRow, intervalRows } from '../../charts/interval-rows.ts';
import { Fact } from '../../parts/benchmark-frame.tsx';
import { JsonOf } from '../../parts/json-of.tsx';
import { WarningList } from '../../parts/warning-list.tsx';
import { count, plural, share, type Units } from '../../text/units.ts';
import type { Compared } from './comparison-data.ts';

/** The verdict, the difference with its interval, and both scores with theirs. */
export function ComparisonAnswer({ comparison, rows, units }: Compared) {
  const { difference, interval, warnings, verdict, message, a, b } = comparison;
  const isDecided = verdict !== 'undecided';
  const serious = warnings.filter(({ severity }) => severity !== 'info');
  return (
    <>
      <WarningList warnings={serious} />
      <section class="card">
        <h2 class={`verdict ${isDecided ? 'is-decided' : ''}`}>{message}</h2>
        <dl class="facts">
          <Fact name={`A: ${a}, minus B: ${b}`} value={units.difference(difference)} />
          <Fact
            name={interval ? `${share(interval.level)} interval` : 'Interval'}
            value={
              interval ? units.differences(interval.lower, interval.upper) : `none: ${comparison.reason}`
            }
          />
          {comparison.confidence_a_better !== null && (
            <Fact name="Confidence that A is better" value={confidence(comparison.confidence_a_better)} />
          )}
          <Fact
            name="Rests on"
            value={`${plural(comparison.observed_items, 'item')} of ${count(comparison.population)}`}
          />
        </dl>
        <Chart
          title="The difference"
          caption={
            isDecided
              ? 'The interval does not touch the line of no difference.'
              : 'The interval holds the line of no difference: these items do not decide it. More of them may.'
          }
          summary={`A minus B: ${units.difference(difference)}${
            interval ? `, interval ${units.differences(interval.lower, interval.upper)}` : ''
          }. ${message}`}
          name={`${comparison.benchmark}-difference`}
          dependsOn={[comparison]}
          draw={(width) => differenceChart(comparison, units, width)}
        />
        <BothScores benchmark={comparison.benchmark} rows={rows} units={units} />
        <JsonOf value={comparison} />
      </section>
      <WarningList warnings={warnings.filter(({ severity }) => severity === 'info')} />
    </>
  );
}

interface BothScoresProps {
  readonly benchmark: string;
  readonly rows: readonly IntervalRow[];
  readonly units: Units;
}

/** Each with its own interval: two that overlap can still differ, since they were run on the same items. */
function BothScores({ benchmark, rows, units }: BothScoresProps) {
  return (
    <Chart
      title="Both scores"
      caption="Each with its own interval. They may overlap and the models still differ: what is hard for both falls out of the difference, which the chart above is of."
      summary={rows
        .map(
          ({ label, value, lower, upper }) =>
            `${label}: ${units.score(value)}${
              lower === null ? ', measured' : `, interval ${units.range(lower, upper!)}`
            }`,
        )
        .join('. ')}
      name={`${benchmark}-both`}
      dependsOn={[rows]}
      draw={(width) => intervalRows(rows, units, width)}
      table={{
        rows,
        columns: [
          { label: 'Model', value: (row: IntervalRow) => row.label },
          {
            label: 'Score',
            value: (row: IntervalRow) => row.value,
            show: (row: IntervalRow) => units.score(row.value),
            isNumber: true,
          },
          {
            label: 'Lower',
            value: (row: IntervalRow) => row.lower,
            show: (row: IntervalRow) => (row.lower === null ? 'measured' : units.score(row.lower)),
            isNumber: true,
          },
          {
            label: 'Upper',
            value: (row: IntervalRow) => row.upper,
            show: (row: IntervalRow) => (row.upper === null ? 'measured' : units.score(row.upper)),
            isNumber: true,
          },
        ],
      }}
    />
  );
}

/** Nothing is certain here. */
function confidence(value: number): string {
  if (value > 0.999) return 'above 99.9 %';
  return value < 0.001 ? 'below 0.1 %' : share(value, 1);
}
