import type { Wire } from '../../api/client.ts';
import { Fact } from '../../parts/benchmark-frame.tsx';
import { count, date, figure, share } from '../../text/units.ts';
import { designWords } from '../../text/words.ts';
import type { Evaluation } from '../evaluation.tsx';
import { DeleteButton } from './delete-button.tsx';

interface AboutProps {
  readonly evaluation: Evaluation;
  readonly coreSet: Wire['CoreSet'];
}

/** Whence this answer is. */
export function About({ evaluation, coreSet }: AboutProps) {
  const { standing, source_models: sources, imputed_share: imputed, predictions, metadata } = evaluation;
  const { from_evaluation: earlier } = evaluation;
  return (
    <section class="card" aria-labelledby="about-title">
      <h2 id="about-title">About this answer</h2>
      <p>
        Items of <a href={`/core-sets/${evaluation.core_set}`}>a core set of {count(coreSet.size)}</a>.{' '}
        {designWords[coreSet.design]}.
        {earlier !== null && (
          <>
            {' '}
            Some results were carried over from <a href={`/evaluations/${earlier}`}>an earlier evaluation</a>.
          </>
        )}
      </p>
      <dl class="facts small-facts">
        {standing && (
          <>
            <Fact name="Stands above" value={`${share(standing.percentile)} of the sources`} />
            <Fact
              name="From their mean"
              value={`${standing.deviations > 0 ? '+' : ''}${figure(standing.deviations)} standard deviations`}
            />
          </>
        )}
        <Fact name="Source models" value={sources === null ? 'not recorded' : count(sources)} />
        <Fact name="Scores imputed" value={imputed === null ? 'not recorded' : share(imputed, 1)} />
        <Fact name="Revision of the history" value={evaluation.revision} />
        <Fact name="Core set’s seed" value={coreSet.seed} />
        <Fact name="Reported" value={date(evaluation.created_at)} />
        <Fact name="Last changed" value={date(evaluation.updated_at)} />
      </dl>
      {predictions && (
        <p>
          Your own predictions were used: AIPW is worth {count(Math.round(predictions.effective_sample_size))}{' '}
          random items with them, {count(Math.round(predictions.effective_sample_size_without))} without.
        </p>
      )}
      {metadata && (
        <details>
          <summary>Metadata</summary>
          <pre>{JSON.stringify(metadata, null, 2)}</pre>
        </details>
      )}
      <DeleteButton evaluation={evaluation} />
    </section>
  );
}
