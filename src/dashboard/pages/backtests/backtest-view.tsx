import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { answerOf, api, type Wire } from '../../api/client.ts';
import type { ApiError } from '../../api/problem.ts';
import { Fact } from '../../parts/benchmark-frame.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { JsonLink } from '../../parts/page.tsx';
import { Failure, Show } from '../../parts/states.tsx';
import { When } from '../../parts/when.tsx';
import { count, plural, share, type Units } from '../../text/units.ts';
import { BacktestStatus } from './backtest-list.tsx';
import { BacktestProgress } from './backtest-progress.tsx';
import { BacktestResults } from './backtest-results.tsx';
import { BacktestTable } from './backtest-table.tsx';
import { isUnderWay, useBacktest } from './use-backtest.ts';

interface BacktestViewProps {
  readonly id: string;
  readonly units: Units;
  /** Of the benchmark now. */
  readonly revision: number;
  readonly onChange: () => void;
  readonly onDelete: () => void;
  /** What stands beneath it, once it is there: so it need not move. */
  readonly children: ComponentChildren;
}

/** One back-test: how far it is, and what it found. */
export function BacktestView({ id, units, revision, onChange, onDelete, children }: BacktestViewProps) {
  const { answer, summary } = useBacktest(id, onChange);
  return (
    <>
      <Show answer={answer} what="Reading the back-test">
        {(backtest) => (
          <div>
            <section class="card" aria-labelledby="backtest-title">
              <h2 id="backtest-title">
                Back-test of <When timestamp={backtest.created_at} />
              </h2>
              <p>
                Models of the history are treated as if they were new: core sets are drawn without them, and
                what each method says of them is compared with their true scores.
              </p>
              <p class="actions">
                <BacktestStatus backtest={summary ?? backtest} />
                <Removal
                  key={id}
                  backtest={summary ?? backtest}
                  onCancel={() => {
                    answer.reload();
                    onChange();
                  }}
                  onDelete={onDelete}
                />
                <a href="#start">Start another</a>
                <JsonLink path={`/v1/backtests/${id}`} of="this back-test" />
              </p>
              {summary !== null && isUnderWay(summary) && <BacktestProgress backtest={summary} />}
              <Notes backtest={backtest} revision={revision} />
              <Settings backtest={backtest} />
            </section>
            <div class={backtest.splits.length > 1 ? 'columns' : undefined}>
              {backtest.splits.map((split) => (
                <BacktestResults key={split} backtest={backtest} split={split} units={units} />
              ))}
            </div>
            {backtest.rows.length > 0 && <BacktestTable backtest={backtest} units={units} />}
          </div>
        )}
      </Show>
      <div hidden={answer.data === null && answer.error === null}>{children}</div>
    </>
  );
}

interface RemovalProps {
  readonly backtest: Wire['BacktestSummary'];
  readonly onCancel: () => void;
  readonly onDelete: () => void;
}

function Removal({ backtest, onCancel, onDelete }: RemovalProps) {
  const [error, setError] = useState<ApiError | null>(null);
  const underWay = isUnderWay(backtest);
  const remove = async () => {
    try {
      await answerOf(api.DELETE('/v1/backtests/{id}', { params: { path: { id: backtest.id } } }));
      if (underWay) onCancel();
      else onDelete();
    } catch (failure) {
      setError(failure as ApiError);
    }
  };
  return (
    <>
      <ConfirmButton
        key={String(underWay)}
        label={underWay ? 'Cancel' : 'Delete'}
        question={
          underWay
            ? 'Stop it? What is done so far stays.'
            : 'Delete it for good? Evaluations and plans that rest on it lose what it says.'
        }
        yes={underWay ? 'Yes, stop it' : 'Yes, delete it'}
        onConfirm={remove}
      />
      {error && <Failure error={error} />}
    </>
  );
}

function Notes({ backtest, revision }: { readonly backtest: Wire['Backtest']; readonly revision: number }) {
  const { status, error, rows } = backtest;
  return (
    <>
      {status === 'failed' && (
        <div class="notice critical" role="alert">
          <h3>It failed</h3>
          <p>{error}</p>
        </div>
      )}
      {status === 'cancelled' && (
        <div class="notice warn">
          <h3>It was cancelled</h3>
          <p>
            {rows.length > 0 && 'The figures are of the trials that were done. '}Evaluations and plans do not
            rest on it.
          </p>
        </div>
      )}
      {status === 'ready' && backtest.revision < revision && (
        <div class="notice warn">
          <h3>The history has changed since</h3>
          <p>Its figures are of the scores as they were then. Start another to know how it is now.</p>
        </div>
      )}
    </>
  );
}

function Settings({ backtest }: { readonly backtest: Wire['Backtest'] }) {
  const { models, population, sizes, repeats, designs, targets, level, seed } = backtest;
  return (
    <>
      <dl class="facts small">
        <Fact name="Core sets of" value={`${sizes.map(count).join(', ')} items`} />
        <Fact name="Designs" value={designs.join(', ')} />
        <Fact name="Repeats" value={count(repeats)} />
        <Fact name="History" value={`${plural(models, 'model')}, ${plural(population, 'item')}`} />
        <Fact name="Models treated as new" value={`${count(targets.replayed)} in all`} />
        <Fact name="Intervals at" value={share(level)} />
        <Fact name="Seed" value={seed} />
      </dl>
      {targets.duplicates + targets.unknown > 0 && (
        <p class="fine">
          Left out: {count(targets.duplicates)} that equal a known model on every item,{' '}
          {count(targets.unknown)} with fewer than 80 % of their scores.
        </p>
      )}
    </>
  );
}
