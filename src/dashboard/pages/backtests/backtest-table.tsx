import type { ComponentChildren } from 'preact';
import type { Wire } from '../../api/client.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { compareWith } from '../../text/beyond-error.ts';
import { count, figure, share, type Units } from '../../text/units.ts';
import { methodWords, splitWords } from '../../text/words.ts';

type Row = Wire['BacktestRow'];
type Figure = keyof Row['standard_errors'];

interface BacktestTableProps {
  readonly backtest: Wire['Backtest'];
  readonly units: Units;
}

/** Every row of a back-test, each figure with its standard error. */
export function BacktestTable({ backtest, units }: BacktestTableProps) {
  const { benchmark, rows, level } = backtest;
  const points = units.factor === 100 ? ' (points)' : '';
  const scaled = (value: number) => units.distance(value).replace(' points', '');
  const columns: Column<Row>[] = [
    {
      label: 'Method',
      value: ({ method }) => method,
      show: ({ method }) => <span title={methodWords[method].meaning}>{methodWords[method].name}</span>,
    },
    {
      label: 'Split',
      value: ({ split }) => split,
      isForCsv: true,
    },
    { label: 'Items', value: ({ size }) => size, show: ({ size }) => count(size), isNumber: true },
    { label: 'Design', value: ({ design }) => design, isForCsv: backtest.designs.length === 1 },
    ...figureColumns(`Off by${points}`, 'mean_absolute_error', scaled),
    ...figureColumns('Bias', 'mean_error', scaled).map((column) => ({ ...column, isForCsv: true })),
    ...figureColumns('Against random', 'ratio_to_random_sampling', figure, markRatio),
    ...figureColumns(
      `${share(level)} holds`,
      'coverage',
      (value) => share(value, 1),
      (value, error) => markCoverage(value, error, level),
    ),
    ...figureColumns(`Width${points}`, 'mean_width', scaled),
    ...figureColumns('Worth items', 'effective_sample_size', (value) => value.toFixed(0)),
    ...figureColumns('Rank agreement', 'rank_agreement', figure),
    {
      label: 'Targets',
      value: ({ targets }) => targets,
      isForCsv: true,
    },
  ];
  return (
    <section class="card" aria-labelledby="rows-title">
      <h2 id="rows-title">In full</h2>
      {backtest.splits.map((split) => (
        <DataTable<Row>
          key={split}
          caption={`${splitWords[split].name}; ± is one standard error`}
          name={`${benchmark}-backtest-${split}`}
          rows={rows.filter((row) => row.split === split)}
          columns={columns}
        />
      ))}
      <details class="fine">
        <summary>What the columns say</summary>
        <p class="fine">
          <b>Off by</b>: mean absolute error. <b>Against random</b>: that error over the error of the plain
          mean of as many items drawn at random; <i>better</i> or <i>worse</i> where it differs from 1 by more
          than two standard errors. <b>Holds</b>: share of the intervals that hold the true score.{' '}
          <b>Width</b>: from end to end of an interval. <b>Worth items</b>: how many items drawn at random
          would tell as much. <b>Rank agreement</b>: Kendall's tau of the estimated and the true order.{' '}
          <b>±</b>: one standard error, over draws of the core sets on this history; what other models would
          do it does not know.
        </p>
      </details>
    </section>
  );
}

/** A figure with its standard error, which has a column of its own in the CSV. */
function figureColumns(
  label: string,
  name: Figure,
  write: (value: number) => string,
  mark?: (value: number, standardError: number | null) => ComponentChildren,
): Column<Row>[] {
  return [
    {
      label,
      value: (row) => row[name],
      show: (row) => {
        const value = row[name];
        const error = row.standard_errors[name];
        if (value === null) return null;
        return (
          <>
            {mark?.(value, error)} {write(value)}
            {error !== null && <span class="uncertainty"> ± {write(error).replace(' %', '')}</span>}
          </>
        );
      },
      isNumber: true,
    },
    {
      label: `${label}, standard error`,
      value: (row) => row.standard_errors[name],
      isForCsv: true,
    },
  ];
}

function markRatio(value: number, standardError: number | null): ComponentChildren {
  const verdict = compareWith(value, standardError, 1);
  if (verdict === 'below') return <span class="severity good">better</span>;
  return verdict === 'above' ? <span class="severity critical">worse</span> : null;
}

function markCoverage(value: number, standardError: number | null, level: number): ComponentChildren {
  const isLow = compareWith(value, standardError, level) === 'below';
  return isLow ? <span class="severity warn">too few</span> : null;
}
