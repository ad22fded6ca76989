import { useRoute } from 'preact-iso';
import { answerOf, api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useKept } from '../api/use-kept.ts';
import { benchmarkPath } from '../parts/benchmark-frame.tsx';
import { Page } from '../parts/page.tsx';
import { Failure, Show } from '../parts/states.tsx';
import { Choice } from './comparison/choice.tsx';
import { ComparisonAnswer } from './comparison/comparison-answer.tsx';
import { type Pair, readComparison } from './comparison/comparison-data.ts';
import { readRivals } from './comparison/rivals.ts';

/** Which of two models is better, as far as the items that both were run on can tell. */
export function ComparisonPage() {
  const { a, b, model, benchmark: asked, level = '0.95' } = useRoute().query;
  const pair: Pair | null = a && (b || model) ? { a, b, model, level: Number(level) } : null;
  const rivals = useKept(
    useAnswer(() => readChoices(a, asked), [a, asked]),
    'rivals',
  );
  const compared = useKept(useAnswer(pair && (() => readComparison(pair)), [pair]), 'comparison');
  const benchmark = rivals.data?.benchmark;
  return (
    <Page
      title="Compare two models"
      above={
        <>
          <a href="/">Benchmarks</a>
          {benchmark && (
            <>
              {' / '}
              <a href={benchmarkPath(benchmark.name)}>{benchmark.title ?? benchmark.name}</a>
            </>
          )}
        </>
      }
      lead="Paired: both models on the same items, so that what is hard for both falls out of the difference."
    >
      <Show answer={rivals} what="Reading the models">
        {(read) => (
          <>
            <Choice rivals={read} chosen={{ a, b, model, level }} />
            {compared.error && <Failure error={compared.error} retry={compared.reload} />}
            {pair !== null && compared.data && <ComparisonAnswer {...compared.data} />}
          </>
        )}
      </Show>
    </Page>
  );
}

/** An evaluation says of which benchmark it is; before one is chosen, the address may. */
async function readChoices(a: string | undefined, benchmark: string | undefined) {
  if (!a) return readRivals(benchmark, null);
  const first = await answerOf(api.GET('/v1/evaluations/{id}', { params: { path: { id: a } } }));
  return readRivals(first.benchmark, first);
}
