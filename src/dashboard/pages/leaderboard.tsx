import { useRoute } from 'preact-iso';
import { answerOf, api } from '../api/client.ts';
import { readLeaderboard } from '../api/leaderboard.ts';
import { useAnswer } from '../api/use-answer.ts';
import { type Benchmark, BenchmarkFrame, benchmarkPath } from '../parts/benchmark-frame.tsx';
import { NoHistory } from '../parts/no-history.tsx';
import { Show } from '../parts/states.tsx';
import type { Units } from '../text/units.ts';
import { ForestCard } from './leaderboard/forest-card.tsx';
import { NewModelTable } from './leaderboard/new-model-table.tsx';
import { RecentCoreSets } from './leaderboard/recent-core-sets.tsx';
import { RecentEvaluations } from './leaderboard/recent-evaluations.tsx';

const recent = 40;

/** The ranking of a benchmark: exact scores of the history, new models with their intervals among them. */
export function LeaderboardPage() {
  const { benchmark: name } = useRoute().params;
  return (
    <BenchmarkFrame name={name} json={`/v1${benchmarkPath(name, 'leaderboard')}`}>
      {(benchmark, units) =>
        benchmark.model_count === 0 ? (
          <NoHistory benchmark={benchmark} />
        ) : (
          <Leaderboard key={name} benchmark={benchmark} units={units} />
        )
      }
    </BenchmarkFrame>
  );
}

interface LeaderboardProps {
  readonly benchmark: Benchmark;
  readonly units: Units;
}

function Leaderboard({ benchmark, units }: LeaderboardProps) {
  const answer = useAnswer(() => readAll(benchmark.name), [benchmark.name]);
  return (
    <Show answer={answer} what="Reading the ranking">
      {({ entries, evaluations, coreSets }) => (
        <div class="with-aside">
          <div>
            <ForestCard benchmark={benchmark} entries={entries} units={units} />
            <NewModelTable benchmark={benchmark} entries={entries} units={units} />
          </div>
          <div>
            <section class="card" aria-labelledby="next-title">
              <h2 id="next-title">Go on</h2>
              <p class="actions">
                <a class="button" href={benchmarkPath(benchmark.name, 'new-model')}>
                  Evaluate a new model
                </a>
                <a class="button second" href={`/comparison?benchmark=${encodeURIComponent(benchmark.name)}`}>
                  Compare two models
                </a>
              </p>
            </section>
            <RecentEvaluations benchmark={benchmark.name} evaluations={evaluations} units={units} />
            <RecentCoreSets benchmark={benchmark.name} coreSets={coreSets} />
          </div>
        </div>
      )}
    </Show>
  );
}

/** Together: what stands beside the ranking must not move it. */
async function readAll(benchmark: string) {
  const path = { benchmark };
  const query = { limit: recent };
  const [entries, evaluations, coreSets] = await Promise.all([
    readLeaderboard(benchmark),
    answerOf(api.GET('/v1/benchmarks/{benchmark}/evaluations', { params: { path, query } })),
    answerOf(api.GET('/v1/benchmarks/{benchmark}/core-sets', { params: { path, query } })),
  ]);
  return { entries, evaluations: evaluations.data, coreSets: coreSets.data };
}
