import { useEffect, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answerOf, api, type Wire } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { type Benchmark, benchmarkPath } from '../parts/benchmark-frame.tsx';
import { Page } from '../parts/page.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { Steps } from '../parts/steps.tsx';
import { useQuery } from '../parts/use-query.ts';
import { count, plural, unitsOf } from '../text/units.ts';
import { AboutCoreSet } from './core-set/about-core-set.tsx';
import { Choosing } from './core-set/choosing.tsx';
import { CoreSetEvaluations } from './core-set/core-set-evaluations.tsx';
import { useFormat, useRunnable } from './core-set/format.ts';
import { GetIt } from './core-set/get-it.tsx';
import { ReportResults } from './core-set/report-results.tsx';
import { type Carried, useCarried } from './core-set/use-carried.ts';

export type CoreSet = Wire['CoreSet'];

const pollEvery = 1000;

/** The items to run a new model on, how to get them, and where their results go. */
export function CoreSetPage() {
  const { id } = useRoute().params;
  const answer = useAnswer(() => readCoreSet(id), [id]);
  const coreSet = answer.data;
  const isChoosing = coreSet?.status === 'pending' || coreSet?.status === 'running';
  useEffect(() => {
    if (!isChoosing || answer.isLoading) return;
    const timer = setTimeout(answer.reload, pollEvery);
    return () => clearTimeout(timer);
  }, [isChoosing, answer.isLoading, answer.reload]);
  const [format] = useFormat();
  const runnable = useRunnable(id, format, coreSet?.status === 'ready');
  const around = useAnswer(coreSet === null ? null : () => readAround(coreSet), [
    coreSet?.id,
    coreSet?.status,
  ]);
  const carried = useCarried(coreSet, around.data);
  const error = answer.error ?? around.error;
  if (error !== null) {
    return (
      <Page title="Core set" above={<a href="/">Benchmarks</a>}>
        <Failure error={error} retry={answer.error ? answer.reload : around.reload} />
      </Page>
    );
  }
  // Its files are part of what is shown first: nothing is to move once they are there.
  const isWriting = (runnable.isLoading && runnable.data === null) || carried.isLoading;
  if (coreSet === null || around.data === null || isWriting) return <Loading what="Reading the core set" />;
  return <Shown coreSet={coreSet} around={around.data} runnable={runnable} carried={carried} />;
}

/** What a core set is shown with. */
export interface Around {
  readonly benchmark: Benchmark;
  /** Of the benchmark, newest first. */
  readonly evaluations: readonly Wire['Evaluation'][];
  /** The core sets that this one contains, the nearest first. */
  readonly contained: readonly string[];
}

interface ShownProps {
  readonly coreSet: CoreSet;
  readonly around: Around;
  readonly runnable: ReturnType<typeof useRunnable>;
  readonly carried: Carried;
}

function Shown({ coreSet, around, runnable, carried }: ShownProps) {
  const { benchmark } = around;
  const [step] = useQuery('step');
  const [hasFiles, setHasFiles] = useState(false);
  const units = unitsOf(benchmark.score_range);
  const title = benchmark.title ?? benchmark.name;
  const current = step === 'report' || hasFiles ? 3 : 2;
  const here = `/core-sets/${encodeURIComponent(coreSet.id)}`;
  return (
    <Page
      title={`Core set of ${plural(coreSet.size, 'item')}`}
      above={
        <>
          <a href="/">Benchmarks</a> / <a href={benchmarkPath(benchmark.name)}>{title}</a> / Core set
        </>
      }
      lead={leadOf(coreSet, title)}
      json={`/v1${here}`}
    >
      <Steps
        current={current}
        links={[benchmarkPath(benchmark.name, 'new-model'), here, current === 2 ? '#report' : null]}
      />
      {coreSet.status === 'ready' ? (
        <>
          <GetIt coreSet={coreSet} carried={carried} runnable={runnable} onSaved={() => setHasFiles(true)} />
          <ReportResults coreSet={coreSet} carried={carried} isCalled={step === 'report'} />
          <CoreSetEvaluations coreSet={coreSet} around={around} />
        </>
      ) : (
        <Choosing coreSet={coreSet} />
      )}
      <AboutCoreSet coreSet={coreSet} units={units} />
    </Page>
  );
}

function leadOf(coreSet: CoreSet, title: string): string {
  const { population, groups, for_model: model } = coreSet;
  const whole = `It stands for ${count(population)} items of ${title}${groups === null ? '' : `, those of ${groups.join(', ')}`}.`;
  return model === null ? whole : `${whole} Drawn for ${model} alone, from its answers so far.`;
}

async function readCoreSet(id: string): Promise<CoreSet> {
  return (await answerOf(api.GET('/v1/core-sets/{id}', { params: { path: { id } } }))) as CoreSet;
}

async function readAround(coreSet: CoreSet): Promise<Around> {
  const path = { benchmark: coreSet.benchmark };
  const [benchmark, { data: evaluations }, contained] = await Promise.all([
    answerOf(api.GET('/v1/benchmarks/{benchmark}', { params: { path } })),
    answerOf(api.GET('/v1/benchmarks/{benchmark}/evaluations', { params: { path, query: { limit: 50 } } })),
    readContained(coreSet),
  ]);
  return { benchmark, evaluations, contained };
}

const deepest = 20;

async function readContained(coreSet: CoreSet): Promise<readonly string[]> {
  const ids: string[] = [];
  let next = coreSet.extends;
  while (next !== null && ids.length < deepest) {
    ids.push(next);
    next = (await readCoreSet(next)).extends;
  }
  return ids;
}
