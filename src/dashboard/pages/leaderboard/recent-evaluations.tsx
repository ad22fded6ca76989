import type { Wire } from '../../api/client.ts';
import { benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { recommendedOf } from '../../parts/evaluation-table.tsx';
import { JsonLink } from '../../parts/page.tsx';
import { When } from '../../parts/when.tsx';
import { count, type Units } from '../../text/units.ts';
import { warningTitles } from '../../text/words.ts';
import { RecentList } from './recent-list.tsx';

interface RecentEvaluationsProps {
  readonly benchmark: string;
  readonly evaluations: readonly Wire['Evaluation'][];
  readonly units: Units;
}

/** What was estimated lately, newest first: no estimate without its interval and its most severe warning. */
export function RecentEvaluations({ benchmark, evaluations, units }: RecentEvaluationsProps) {
  return (
    <section class="card" aria-labelledby="evaluations-title">
      <h2 id="evaluations-title">Recent evaluations</h2>
      <RecentList
        what="evaluations"
        none="None yet: results of a core set are evaluated as they come in."
        entries={evaluations.map((evaluation) => ({
          key: evaluation.id,
          content: <EvaluationEntry evaluation={evaluation} units={units} />,
        }))}
      />
      <JsonLink path={`/v1${benchmarkPath(benchmark, 'evaluations')}`} of="the recent evaluations" />
    </section>
  );
}

function EvaluationEntry({ evaluation, units }: { evaluation: Wire['Evaluation']; units: Units }) {
  const { id, model, status, observed_items: items, updated_at: updated, warnings } = evaluation;
  const { estimate, interval, reason } = recommendedOf(evaluation);
  const [worst] = warnings;
  return (
    <>
      <a href={`/evaluations/${id}`}>{model}</a>{' '}
      {worst && worst.severity !== 'info' && (
        <span class={`severity ${worst.severity}`}>{warningTitles[worst.code]}</span>
      )}
      <p class="fine">
        {estimate === null ? 'No estimate' : units.score(estimate)};{' '}
        {interval ? units.range(interval.lower, interval.upper) : `no interval: ${reason}`}
      </p>
      <p class="fine">
        {count(items)} items{status === 'partial' && ' so far, partial'} · <When timestamp={updated} />
      </p>
    </>
  );
}
