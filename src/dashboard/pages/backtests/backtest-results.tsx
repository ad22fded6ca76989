import type { Wire } from '../../api/client.ts';
import { Chart } from '../../charts/chart.tsx';
import { drawLearningCurves } from '../../charts/learning-curves.ts';
import type { Column } from '../../parts/data-table.tsx';
import { backtestHeadline } from '../../text/backtest-headline.ts';
import type { Units } from '../../text/units.ts';
import { methodWords, splitWords } from '../../text/words.ts';

interface BacktestResultsProps {
  readonly backtest: Wire['Backtest'];
  readonly split: Wire['BacktestRow']['split'];
  readonly units: Units;
}

/** What a back-test found in one way of dividing the models: in words, and as learning curves. */
export function BacktestResults({ backtest, split, units }: BacktestResultsProps) {
  const rows = backtest.rows.filter((row) => row.split === split);
  const curves = backtest.learning_curves.filter((curve) => curve.split === split);
  const { name, meaning } = splitWords[split];
  const headline = backtestHeadline(rows, backtest.level, units);
  const most = highestOf(backtest.learning_curves);
  return (
    <section class="card" aria-labelledby={`${split}-title`}>
      <h2 id={`${split}-title`}>{name}</h2>
      <p>{meaning}</p>
      {rows.length === 0 ? (
        <p class="fine">Nothing yet: figures come as trials are done.</p>
      ) : (
        <>
          <p class="headline">{headline}</p>
          <Chart
            title="How far off, by the number of items"
            caption="Mean absolute error, one standard error up and down. Lower is better."
            summary={`Learning curves of ${curves.map(({ method }) => methodWords[method].name).join(', ')}: mean absolute error by the number of items, ${name.toLowerCase()}. ${headline}`}
            name={`${backtest.benchmark}-${split}-learning-curves`}
            draw={(width) => drawLearningCurves(curves, most, units, width)}
            dependsOn={[JSON.stringify(curves), most]}
            table={{
              rows: curves.flatMap(({ design, method, points }) =>
                points.map((point) => ({ design, method, ...point })),
              ),
              columns: curveColumns(units),
            }}
          />
        </>
      )}
    </section>
  );
}

type Curve = Wire['LearningCurve'];
type CurveRow = Pick<Curve, 'design' | 'method'> & Curve['points'][number];

/** The top of the axis: one for all splits, so that they can be compared at a glance. */
function highestOf(curves: readonly Curve[]): number {
  const tops = curves.flatMap(({ points }) =>
    points.map(({ mean_absolute_error: error, standard_error: around }) => error + (around ?? 0)),
  );
  return Math.max(0, ...tops);
}

function curveColumns(units: Units): Column<CurveRow>[] {
  const distance = (label: string, value: (row: CurveRow) => number | null): Column<CurveRow> => ({
    label,
    value,
    show: (row) => {
      const known = value(row);
      return known === null ? '–' : units.distance(known);
    },
    isNumber: true,
  });
  return [
    { label: 'Method', value: ({ method }) => method, show: ({ method }) => methodWords[method].name },
    { label: 'Design', value: ({ design }) => design },
    { label: 'Items', value: ({ size }) => size, isNumber: true },
    distance('Mean absolute error', (row) => row.mean_absolute_error),
    distance('Standard error', (row) => row.standard_error),
    distance('Half-width, median', (row) => row.half_width?.median ?? null),
    distance('Half-width, nine of ten', (row) => row.half_width?.p90 ?? null),
  ];
}
