import type { Wire } from '../api/client.ts';
import { unitsOf } from '../text/units.ts';
import { methodWords, warningTitles } from '../text/words.ts';
import { benchmarkPath } from './benchmark-frame.tsx';
import { type Column, DataTable } from './data-table.tsx';
import { When } from './when.tsx';

type Evaluation = Wire['Evaluation'];

interface EvaluationTableProps {
  readonly caption: string;
  /** Of the CSV file. */
  readonly name: string;
  readonly evaluations: readonly Evaluation[];
  readonly rangeOf: (benchmark: string) => readonly number[];
  readonly showsBenchmark?: boolean;
}

/** Evaluations with what they are worth: no estimate without its interval and its most severe warning. */
export function EvaluationTable({ rangeOf, showsBenchmark, evaluations, ...rest }: EvaluationTableProps) {
  const benchmark: Column<Evaluation> = {
    label: 'Benchmark',
    value: (evaluation) => evaluation.benchmark,
    show: (evaluation) => <a href={benchmarkPath(evaluation.benchmark)}>{evaluation.benchmark}</a>,
  };
  const columns: Column<Evaluation>[] = [
    {
      label: 'Model',
      value: ({ model }) => model,
      show: ({ id, model }) => <a href={`/evaluations/${id}`}>{model}</a>,
    },
    ...(showsBenchmark ? [benchmark] : []),
    {
      label: 'Estimate',
      value: (evaluation) => recommendedOf(evaluation).estimate,
      show: (evaluation) => {
        const { estimate, method } = recommendedOf(evaluation);
        const units = unitsOf(rangeOf(evaluation.benchmark));
        return estimate === null ? (
          '–'
        ) : (
          <span title={methodWords[method].name}>{units.score(estimate)}</span>
        );
      },
      isNumber: true,
    },
    {
      label: 'Interval',
      value: (evaluation) => {
        const { interval } = recommendedOf(evaluation);
        return interval && `${interval.lower} to ${interval.upper}`;
      },
      show: (evaluation) => {
        const { interval, reason } = recommendedOf(evaluation);
        return interval
          ? unitsOf(rangeOf(evaluation.benchmark)).range(interval.lower, interval.upper)
          : `none: ${reason}`;
      },
      isNumber: true,
    },
    {
      label: 'Items',
      value: (evaluation) => evaluation.observed_items,
      show: ({ observed_items: observed, status }) => `${observed}${status === 'partial' ? ' so far' : ''}`,
      isNumber: true,
    },
    {
      label: 'Warning',
      value: ({ warnings }) => warnings.map(({ code }) => code).join(' '),
      show: ({ warnings: [worst] }) =>
        worst ? <span class={`severity ${worst.severity}`}>{warningTitles[worst.code]}</span> : 'none',
    },
    {
      label: 'When',
      value: (evaluation) => evaluation.updated_at,
      show: (evaluation) => <When timestamp={evaluation.updated_at} />,
    },
  ];
  return <DataTable hidesCaption rows={evaluations} columns={columns} {...rest} />;
}

/** The estimate to use, with its interval. */
export function recommendedOf({ estimates, recommended }: Evaluation): Wire['Estimate'] {
  return estimates.find(({ method }) => method === recommended)!;
}
