import { EvaluationTable } from '../../parts/evaluation-table.tsx';
import type { Around, CoreSet } from '../core-set.tsx';

interface CoreSetEvaluationsProps {
  readonly coreSet: CoreSet;
  readonly around: Around;
}

/** What was reported on it so far. */
export function CoreSetEvaluations({ coreSet, around }: CoreSetEvaluationsProps) {
  const { benchmark, evaluations } = around;
  const own = evaluations.filter((evaluation) => evaluation.core_set === coreSet.id);
  if (own.length === 0) return null;
  return (
    <section class="card" aria-labelledby="evaluations-title">
      <h2 id="evaluations-title">Evaluations on this core set</h2>
      <p>
        Of the newest {evaluations.length} of this benchmark. Models on the same core set compare item by
        item.
      </p>
      <EvaluationTable
        caption="Evaluations on this core set"
        name={`${coreSet.id}-evaluations`}
        evaluations={own}
        rangeOf={() => benchmark.score_range}
      />
    </section>
  );
}
