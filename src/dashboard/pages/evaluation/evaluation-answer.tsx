import { WarningList } from '../../parts/warning-list.tsx';
import { unitsOf } from '../../text/units.ts';
import { isProbabilityDesign } from '../../text/words.ts';
import type { Evaluation, Surroundings } from '../evaluation.tsx';
import { About } from './about.tsx';
import { Alarm } from './alarm.tsx';
import { ExpectedError } from './expected-error.tsx';
import { Groups } from './groups.tsx';
import { Headline } from './headline.tsx';
import { LogNote } from './log-note.tsx';
import { Methods } from './methods.tsx';
import { MissingResults } from './missing-results.tsx';
import { MoreItems } from './more-items.tsx';
import { Nearest } from './nearest.tsx';

interface EvaluationAnswerProps {
  readonly evaluation: Evaluation;
  readonly surroundings: Surroundings;
  readonly reload: () => void;
  readonly isLoading: boolean;
}

/** The whole answer, what speaks against it first. */
export function EvaluationAnswer(props: EvaluationAnswerProps) {
  const { evaluation, surroundings, reload, isLoading } = props;
  const { benchmark, coreSet, history, missing } = surroundings;
  const units = unitsOf(benchmark.score_range);
  const isGuaranteed = isProbabilityDesign(coreSet.design);
  const notes = evaluation.warnings.filter(({ severity }) => severity === 'info');
  return (
    <>
      <Alarm warnings={evaluation.warnings} />
      <Headline
        evaluation={evaluation}
        units={units}
        isGuaranteed={isGuaranteed}
        coreSetSize={coreSet.size}
        groups={coreSet.groups}
        isLoading={isLoading}
      />
      <LogNote evaluation={evaluation.id} units={units} />
      {evaluation.status === 'partial' && (
        <MissingResults
          evaluation={evaluation}
          coreSetSize={coreSet.size}
          missing={missing}
          onAdded={reload}
        />
      )}
      <Methods
        evaluation={evaluation}
        units={units}
        isGuaranteed={isGuaranteed}
        // Scores of the history are over all items: beside an estimate for some groups they would mislead.
        history={coreSet.groups === null ? history : []}
        groups={coreSet.groups}
      />
      {notes.length > 0 && (
        <section class="card">
          <h2>Worth knowing</h2>
          <WarningList warnings={notes} />
        </section>
      )}
      <div class={evaluation.groups.length > 0 ? 'columns' : undefined}>
        <Nearest
          similarity={evaluation.similarity}
          thresholds={benchmark.similarity_thresholds}
          name={evaluation.model}
        />
        <Groups evaluation={evaluation} units={units} isGuaranteed={isGuaranteed} />
      </div>
      <MoreItems evaluation={evaluation} coreSet={coreSet} units={units} isGuaranteed={isGuaranteed} />
      {evaluation.observed_items < evaluation.population && (
        <ExpectedError evaluation={evaluation} units={units} />
      )}
      <About evaluation={evaluation} coreSet={coreSet} />
    </>
  );
}
