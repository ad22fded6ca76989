import { allOf, answerOf, api, type Wire } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { benchmarkPath } from '../parts/benchmark-frame.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { EvaluationTable } from '../parts/evaluation-table.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { When } from '../parts/when.tsx';
import { count, share } from '../text/units.ts';

type Benchmark = Wire['Benchmark'];

const recentEvaluations = 10;

/** All benchmarks, and what was estimated lately. */
export function HomePage() {
  const answer = useAnswer(readAll, []);
  return (
    <Page
      title="Benchmarks"
      lead="Run a small, well-chosen part of a benchmark, and see what it says of the whole, and how sure that is."
      json="/v1/benchmarks"
      actions={
        <a class="button" href="/new-benchmark">
          Add a benchmark
        </a>
      }
    >
      <Show answer={answer} what="Reading the benchmarks">
        {({ benchmarks, evaluations }) =>
          benchmarks.length === 0 ? (
            <FirstSteps />
          ) : (
            <>
              <BenchmarkTable benchmarks={benchmarks} />
              <RecentEvaluations evaluations={evaluations} benchmarks={benchmarks} />
            </>
          )
        }
      </Show>
    </Page>
  );
}

async function readAll() {
  const [benchmarks, evaluations] = await Promise.all([
    allOf((query) => answerOf(api.GET('/v1/benchmarks', { params: { query } }))),
    answerOf(api.GET('/v1/evaluations', { params: { query: { limit: recentEvaluations } } })),
  ]);
  return { benchmarks, evaluations: evaluations.data };
}

function FirstSteps() {
  return (
    <Empty title="No benchmark yet">
      <p>
        Begin with what you have: the scores of models already evaluated, as a CSV of models by items, or as
        the logs of your harness. They are the history from which items are chosen and new models are
        estimated.
      </p>
      <a class="button" href="/new-benchmark">
        Add the first benchmark
      </a>
    </Empty>
  );
}

function BenchmarkTable({ benchmarks }: { readonly benchmarks: readonly Benchmark[] }) {
  return (
    <section class="card">
      <DataTable
        caption="Benchmarks and the size of their history"
        hidesCaption
        name="benchmarks"
        rows={benchmarks}
        columns={[
          {
            label: 'Benchmark',
            value: ({ name }: Benchmark) => name,
            show: ({ name, title }) => (
              <>
                <a href={benchmarkPath(name)}>{title ?? name}</a>
                {title !== null && title !== name && <span class="fine"> {name}</span>}
              </>
            ),
          },
          {
            label: 'Models',
            value: (benchmark) => benchmark.model_count,
            show: (benchmark) =>
              benchmark.model_count === 0 ? (
                <a href={`/new-benchmark?benchmark=${encodeURIComponent(benchmark.name)}`}>add a history</a>
              ) : (
                count(benchmark.model_count)
              ),
            isNumber: true,
          },
          {
            label: 'Items',
            value: (benchmark) => benchmark.item_count,
            show: (benchmark) => count(benchmark.item_count),
            isNumber: true,
          },
          {
            label: 'Missing',
            value: (benchmark) => benchmark.missing_share,
            show: ({ missing_share: missing }) => share(missing, missing > 0 && missing < 0.01 ? 2 : 0),
            isNumber: true,
          },
          {
            label: 'Last change',
            value: (benchmark) => benchmark.updated_at,
            show: (benchmark) => <When timestamp={benchmark.updated_at} />,
          },
        ]}
      />
    </section>
  );
}

interface RecentProps {
  readonly evaluations: readonly Wire['Evaluation'][];
  readonly benchmarks: readonly Benchmark[];
}

function RecentEvaluations({ evaluations, benchmarks }: RecentProps) {
  const ranges = new Map(benchmarks.map(({ name, score_range: range }) => [name, range]));
  return (
    <section class="card">
      <h2>Recent evaluations</h2>
      {evaluations.length === 0 ? (
        <p>None yet. Open a benchmark and choose “Evaluate a new model”.</p>
      ) : (
        <EvaluationTable
          caption="The newest evaluations of all benchmarks"
          name="recent-evaluations"
          evaluations={evaluations}
          rangeOf={(benchmark) => ranges.get(benchmark) ?? [0, 1]}
          showsBenchmark
        />
      )}
    </section>
  );
}
