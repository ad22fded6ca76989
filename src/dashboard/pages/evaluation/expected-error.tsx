import { benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { count, plural, type Units } from '../../text/units.ts';
import { methodWords } from '../../text/words.ts';
import type { Evaluation } from '../evaluation.tsx';

interface ExpectedErrorProps {
  readonly evaluation: Evaluation;
  readonly units: Units;
}

/** How far off the methods were for models like this one, where a back-test tried. */
export function ExpectedError({ evaluation, units }: ExpectedErrorProps) {
  const { expected_error: expected, recommended, benchmark } = evaluation;
  return (
    <section class="card" aria-labelledby="expected-title">
      <h2 id="expected-title">How far off models like this one were</h2>
      {expected === null ? (
        <p>
          Not known: no back-test has tried core sets like this one on this benchmark.{' '}
          <a href={benchmarkPath(benchmark, 'backtests')}>Run a back-test</a> to see how far off estimates
          were for models whose scores are known.
        </p>
      ) : (
        <>
          <p>{inWords(expected, recommended, units)}</p>
          {expected.beyond_history && (
            <p class="notice warn">
              No replayed model stood so far above its sources as this one: the true errors may be larger.
            </p>
          )}
          <DataTable
            caption="Expected error by method"
            hidesCaption
            name={`${benchmark}-${evaluation.model}-expected-error`}
            rows={expected.methods}
            columns={[
              { label: 'Method', value: (row: Row) => methodWords[row.method].name },
              {
                label: 'Off by, on average',
                value: (row: Row) => row.mean_absolute_error,
                show: (row: Row) => units.distance(row.mean_absolute_error),
                isNumber: true,
              },
              {
                label: 'Nine of ten by less than',
                value: (row: Row) => row.p90,
                show: (row: Row) => units.distance(row.p90),
                isNumber: true,
              },
              { label: 'Replays', value: (row: Row) => row.replays, isNumber: true },
              { label: 'Of models', value: (row: Row) => row.models, isNumber: true },
            ]}
          />
          <p class="fine">
            From <a href={`${benchmarkPath(benchmark, 'backtests')}/${expected.backtest}`}>a back-test</a> on
            core sets of {count(expected.size)} items; models as similar to their sources, at the same level.
          </p>
        </>
      )}
    </section>
  );
}

type Expected = NonNullable<Evaluation['expected_error']>;
type Row = Expected['methods'][number];

function inWords({ methods }: Expected, recommended: Evaluation['recommended'], units: Units): string | null {
  const own = methods.find(({ method }) => method === recommended);
  if (own === undefined) return null;
  return `When earlier models like this one were treated as if they were new, ${methodWords[recommended].name} was off by ${units.distance(own.mean_absolute_error)} on average, and by less than ${units.distance(own.p90)} for nine of ten (${plural(own.replays, 'replay')} of ${plural(own.models, 'model')}).`;
}
