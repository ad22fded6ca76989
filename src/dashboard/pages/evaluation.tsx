import { useRoute } from 'preact-iso';
import { answerOf, api, type Wire } from '../api/client.ts';
import { type LeaderboardEntry, readLeaderboard } from '../api/leaderboard.ts';
import { type Answer, useAnswer } from '../api/use-answer.ts';
import { useKept } from '../api/use-kept.ts';
import { type Benchmark, benchmarkPath } from '../parts/benchmark-frame.tsx';
import { Page } from '../parts/page.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { Steps } from '../parts/steps.tsx';
import { useQuery } from '../parts/use-query.ts';
import { count } from '../text/units.ts';
import { EvaluationAnswer } from './evaluation/evaluation-answer.tsx';

export type Evaluation = Wire['Evaluation'];

/** What an evaluation is shown against. */
export interface Surroundings {
  readonly benchmark: Benchmark;
  readonly coreSet: Wire['CoreSet'];
  /** Exact scores of the models of the history, without the model itself. */
  readonly history: readonly LeaderboardEntry[];
  /** Items of the core set without a result. */
  readonly missing: readonly string[];
}

/** What the results of a new model are worth. */
export function EvaluationPage() {
  const { id } = useRoute().params;
  const [level] = useQuery('level');
  const evaluated = useKept(
    useAnswer(() => readEvaluation(id, level), [id, level]),
    id,
  );
  const { data: evaluation } = evaluated;
  const around = useKept(
    useAnswer(evaluation === null ? null : () => readSurroundings(evaluation), [
      evaluation?.id,
      evaluation?.observed_items,
    ]),
    id,
  );
  const error = evaluated.error ?? around.error;
  if (error !== null) {
    return (
      <Page title="Evaluation" above={<a href="/">Benchmarks</a>}>
        <Failure error={error} retry={evaluated.error ? evaluated.reload : around.reload} />
      </Page>
    );
  }
  // The head is of the evaluation as well: it comes with the rest, so that nothing moves.
  if (evaluation === null || around.data === null) return <Loading what="Reading the evaluation" />;
  return <Shown evaluation={evaluation} surroundings={around.data} answer={evaluated} level={level} />;
}

interface ShownProps {
  readonly evaluation: Evaluation;
  readonly surroundings: Surroundings;
  readonly answer: Answer<Evaluation>;
  readonly level: string | null;
}

function Shown({ evaluation, surroundings, answer, level }: ShownProps) {
  const { id, model, benchmark: name, observed_items: observed, population } = evaluation;
  const title = surroundings.benchmark.title ?? name;
  return (
    <Page
      title={model}
      above={
        <>
          <a href="/">Benchmarks</a> / <a href={benchmarkPath(name)}>{title}</a> / Evaluation
        </>
      }
      lead={`Estimated from ${count(observed)} of ${count(population)} items of ${title}.`}
      json={`/v1/evaluations/${encodeURIComponent(id)}${level === null ? '' : `?level=${encodeURIComponent(level)}`}`}
      actions={
        <a class="button second" href={`/comparison?a=${encodeURIComponent(id)}`}>
          Compare with another model
        </a>
      }
    >
      <Steps current={4} links={linksOf(evaluation)} />
      <EvaluationAnswer
        evaluation={evaluation}
        surroundings={surroundings}
        reload={answer.reload}
        isLoading={answer.isLoading}
      />
    </Page>
  );
}

function linksOf(evaluation: Evaluation): readonly string[] {
  const coreSet = `/core-sets/${encodeURIComponent(evaluation.core_set)}`;
  return [benchmarkPath(evaluation.benchmark, 'new-model'), coreSet, `${coreSet}?step=report`];
}

function readEvaluation(id: string, level: string | null): Promise<Evaluation> {
  const query = level === null ? {} : { level: Number(level) };
  return answerOf(api.GET('/v1/evaluations/{id}', { params: { path: { id }, query } }));
}

async function readSurroundings(evaluation: Evaluation): Promise<Surroundings> {
  const path = { benchmark: evaluation.benchmark };
  const [benchmark, coreSet, entries, missing] = await Promise.all([
    answerOf(api.GET('/v1/benchmarks/{benchmark}', { params: { path } })),
    answerOf(api.GET('/v1/core-sets/{id}', { params: { path: { id: evaluation.core_set } } })),
    readLeaderboard(evaluation.benchmark),
    evaluation.status === 'partial' ? readMissing(evaluation.id) : [],
  ]);
  return {
    benchmark,
    coreSet: coreSet as Wire['CoreSet'],
    history: entries.filter(({ kind, model }) => kind === 'measured' && model !== evaluation.model),
    missing,
  };
}

async function readMissing(id: string): Promise<string[]> {
  const { results } = await answerOf(api.GET('/v1/evaluations/{id}/results', { params: { path: { id } } }));
  return results.filter(({ score }) => score === null).map(({ item }) => item);
}
