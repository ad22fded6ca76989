import { useRoute } from 'preact-iso';
import { allOf, answerOf, api } from '../api/client.ts';
import { readLeaderboard } from '../api/leaderboard.ts';
import { useAnswer } from '../api/use-answer.ts';
import { type Benchmark, BenchmarkFrame, benchmarkPath } from '../parts/benchmark-frame.tsx';
import { NoHistory } from '../parts/no-history.tsx';
import { Show } from '../parts/states.tsx';
import type { Units } from '../text/units.ts';
import { HistoryTable } from './models/history-table.tsx';
import { SimilarityCard } from './models/similarity-card.tsx';

/** The models of a benchmark: which of them err alike, and what is known of each. */
export function ModelsPage() {
  const { benchmark: name } = useRoute().params;
  return (
    <BenchmarkFrame name={name} json={`/v1${benchmarkPath(name, 'similarity-map')}`}>
      {(benchmark, units) =>
        benchmark.model_count === 0 ? (
          <NoHistory benchmark={benchmark} />
        ) : (
          <Models key={name} benchmark={benchmark} units={units} />
        )
      }
    </BenchmarkFrame>
  );
}

function Models({ benchmark, units }: { readonly benchmark: Benchmark; readonly units: Units }) {
  const answer = useAnswer(() => readModels(benchmark.name), [benchmark.name]);
  return (
    <Show answer={answer} what="Reading the models">
      {({ map, entries, models }) => (
        <>
          <SimilarityCard map={map} entries={entries} units={units} />
          <HistoryTable benchmark={benchmark} models={models} units={units} />
        </>
      )}
    </Show>
  );
}

async function readModels(benchmark: string) {
  const path = { benchmark };
  const [map, entries, models] = await Promise.all([
    answerOf(api.GET('/v1/benchmarks/{benchmark}/similarity-map', { params: { path } })),
    // The map says where new models stand, the ranking how sure their scores are.
    readLeaderboard(benchmark),
    allOf((query) => answerOf(api.GET('/v1/benchmarks/{benchmark}/models', { params: { path, query } }))),
  ]);
  return { map, entries, models };
}
