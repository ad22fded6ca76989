import type { Benchmark } from './benchmark-frame.tsx';
import { Empty } from './states.tsx';

/** Instead of what rests on scores, where there are none. */
export function NoHistory({ benchmark }: { readonly benchmark: Benchmark }) {
  return (
    <Empty title="No history yet">
      <p>
        Without the scores of models already evaluated there is nothing to rank, and nothing to choose items
        by. Bring them as a table of models by items, or as the logs of your harness.
      </p>
      <a class="button" href={`/new-benchmark?benchmark=${encodeURIComponent(benchmark.name)}`}>
        Add scores
      </a>
    </Empty>
  );
}
