import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { answerOf, api, type Wire } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { type Benchmark, BenchmarkFrame, benchmarkPath } from '../parts/benchmark-frame.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { plural, type Units } from '../text/units.ts';
import { BacktestForm } from './backtests/backtest-form.tsx';
import { BacktestList } from './backtests/backtest-list.tsx';
import { BacktestView } from './backtests/backtest-view.tsx';

/** As the service wants them: fewer cannot be divided. */
const fewestModels = 8;

/** Core sets tried on the benchmark's own history: one back-test at a time, the newest unless another is asked for. */
export function BacktestsPage() {
  const { benchmark: name, backtest } = useRoute().params;
  const json =
    backtest === undefined ? `/v1${benchmarkPath(name, 'backtests')}` : `/v1/backtests/${backtest}`;
  return (
    <BenchmarkFrame name={name} json={json}>
      {(benchmark, units) => <Backtests benchmark={benchmark} asked={backtest} units={units} />}
    </BenchmarkFrame>
  );
}

interface BacktestsProps {
  readonly benchmark: Benchmark;
  readonly asked: string | undefined;
  readonly units: Units;
}

function Backtests({ benchmark, asked, units }: BacktestsProps) {
  const { route } = useLocation();
  const { name } = benchmark;
  const answer = useAnswer(() => readBacktests(name), [name]);
  // The list may still have it for a moment.
  const [deleted, setDeleted] = useState<readonly string[]>([]);
  const path = benchmarkPath(name, 'backtests');
  const follow = (id: string) => {
    answer.reload();
    route(`${path}/${id}`);
  };
  const forget = (id: string) => {
    setDeleted([...deleted, id]);
    answer.reload();
    route(path);
  };
  if (benchmark.model_count < fewestModels) return <TooFew benchmark={benchmark} />;
  return (
    <Show answer={answer} what="Reading the back-tests">
      {(all) => {
        const backtests = all.filter(({ id }) => !deleted.includes(id));
        const chosen = asked ?? backtests[0]?.id;
        const form = <BacktestForm benchmark={benchmark} onStart={follow} isOpen={backtests.length === 0} />;
        if (chosen === undefined) {
          return (
            <>
              <Empty title="No back-test yet">
                <p>
                  Would core sets work on this benchmark? A back-test treats models of the history as if they
                  were new, and compares what core sets say of them with what is known. Evaluations and plans
                  then rest on it.
                </p>
              </Empty>
              {form}
            </>
          );
        }
        return (
          <BacktestView
            id={chosen}
            units={units}
            revision={benchmark.revision}
            onChange={answer.reload}
            onDelete={() => forget(chosen)}
          >
            <div class="columns">
              <BacktestList benchmark={name} backtests={backtests} chosen={chosen} />
              {form}
            </div>
          </BacktestView>
        );
      }}
    </Show>
  );
}

function TooFew({ benchmark }: { readonly benchmark: Benchmark }) {
  return (
    <Empty title="Too little history for a back-test">
      <p>
        A back-test divides the models of the history into known and new ones. It needs at least{' '}
        {fewestModels}; there {benchmark.model_count === 1 ? 'is' : 'are'}{' '}
        {plural(benchmark.model_count, 'model')}.
      </p>
      <a class="button" href={`/new-benchmark?benchmark=${encodeURIComponent(benchmark.name)}`}>
        Add scores
      </a>
    </Empty>
  );
}

async function readBacktests(benchmark: string): Promise<Wire['BacktestSummary'][]> {
  const params = { path: { benchmark }, query: { limit: 100 } };
  return (await answerOf(api.GET('/v1/benchmarks/{benchmark}/backtests', { params }))).data;
}
