import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { answerOf, api, type Wire } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { count, share, type Units, unitsOf } from '../text/units.ts';
import { Page } from './page.tsx';
import { Loading, Show } from './states.tsx';

export type Benchmark = Wire['Benchmark'];

export function useBenchmark(name: string | undefined) {
  return useAnswer(
    name === undefined
      ? null
      : () => answerOf(api.GET('/v1/benchmarks/{benchmark}', { params: { path: { benchmark: name } } })),
    [name],
  );
}

/** Addresses of the views of a benchmark. */
export function benchmarkPath(name: string, view = ''): string {
  return `/benchmarks/${encodeURIComponent(name)}${view === '' ? '' : `/${view}`}`;
}

const views = [
  { view: '', label: 'Leaderboard' },
  { view: 'items', label: 'Items' },
  { view: 'models', label: 'Models' },
  { view: 'backtests', label: 'Back-tests' },
  { view: 'new-model', label: 'Evaluate a new model' },
] as const;

interface FrameProps {
  readonly name: string;
  /** Of the view, below the API; the benchmark's own without it. */
  readonly json?: string;
  readonly children: (benchmark: Benchmark, units: Units) => ComponentChildren;
}

/** What all views of one benchmark have around them: its name and size, and the way to the others. */
export function BenchmarkFrame({ name, json, children }: FrameProps) {
  const answer = useBenchmark(name);
  const { path } = useLocation();
  const { data } = answer;
  // Title and description come with the rest, so that nothing moves once they are there.
  if (data === null && answer.error === null) return <Loading what="Reading the benchmark" />;
  return (
    <Page
      title={data?.title ?? name}
      above={
        <>
          <a href="/">Benchmarks</a> / {name}
        </>
      }
      lead={data?.description ?? undefined}
      json={json ?? `/v1${benchmarkPath(name)}`}
    >
      <nav class="tabs" aria-label="Views of this benchmark">
        {views.map(({ view, label }) => {
          const address = benchmarkPath(name, view);
          const isHere = view === '' ? path === address : path.startsWith(address);
          return (
            <a key={view} href={address} aria-current={isHere ? 'page' : undefined}>
              {label}
            </a>
          );
        })}
      </nav>
      <Show answer={answer} what="Reading the benchmark">
        {(benchmark) => (
          <>
            <Facts benchmark={benchmark} />
            {children(benchmark, unitsOf(benchmark.score_range))}
          </>
        )}
      </Show>
    </Page>
  );
}

function Facts({ benchmark }: { readonly benchmark: Benchmark }) {
  const { model_count: models, item_count: items, missing_share: missing, groups } = benchmark;
  return (
    <dl class="facts">
      <Fact name="Models in the history" value={count(models)} />
      <Fact name="Items" value={count(items)} />
      <Fact name="Scores missing" value={share(missing, missing > 0 && missing < 0.01 ? 2 : 0)} />
      {groups.length > 0 && <Fact name="Groups" value={count(groups.length)} />}
    </dl>
  );
}

export function Fact({ name, value }: { readonly name: string; readonly value: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
