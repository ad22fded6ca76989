import type { Wire } from '../../api/client.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { count, figure, plural } from '../../text/units.ts';

type Report = Wire['ImportReport'];

/** What a person says about an import whose files leave a question. */
export interface ReportChoice {
  readonly [parameter: string]: string | undefined;
  readonly metric?: string;
  readonly filter?: string;
  readonly on_conflict?: 'replace' | 'skip';
}

interface ImportReportProps {
  readonly report: Report;
  readonly choice: ReportChoice;
  readonly onChoice: (choice: ReportChoice) => void;
}

/** What is in the files, before anything is stored. */
export function ImportReport({ report, choice, onChoice }: ImportReportProps) {
  const { models, tasks, missing, question, conflicts, notes, summaries } = report;
  const items = tasks.reduce((sum, task) => sum + task.items, 0);
  const disagreeing = summaries.filter(({ agrees }) => agrees === false).length;
  return (
    <section aria-label="What is in the files" aria-live="polite">
      <div class={question === null ? 'notice good' : 'notice warn'}>
        <h3>
          {plural(models.length, 'model')} on {plural(items, 'item')}
        </h3>
        {question !== null && <p>{question}</p>}
        {missing.map(({ reason, count: samples }) => (
          <p key={reason}>
            {count(samples)} without a score: {reason}. They stay missing.
          </p>
        ))}
        {disagreeing > 0 && (
          <p>{plural(disagreeing, 'reported mean')} of the logs differ from what was read in them.</p>
        )}
        {notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
      {question !== null && <MeasureFields report={report} choice={choice} onChoice={onChoice} />}
      {conflicts.length > 0 && <Conflicts report={report} choice={choice} onChoice={onChoice} />}
      {models.length > 0 && (
        <details>
          <summary>The models</summary>
          <DataTable
            caption="Models in the files"
            hidesCaption
            rows={models}
            columns={[
              { label: 'Model', value: (row: Report['models'][number]) => row.model },
              { label: 'Items', value: (row) => row.scored_items, isNumber: true },
              { label: 'Missing', value: (row) => row.missing_items, isNumber: true },
              {
                label: 'Mean score',
                value: (row) => row.mean_score,
                show: (row) => (row.mean_score === null ? '–' : figure(row.mean_score, 3)),
                isNumber: true,
              },
            ]}
          />
        </details>
      )}
    </section>
  );
}

/** Which of several metrics or filters is meant: asked, never guessed. */
function MeasureFields({ report, choice, onChoice }: ImportReportProps) {
  const measures = report.tasks.flatMap((task) => task.measures);
  const options = (name: 'metric' | 'filter') => [
    ...new Set(measures.flatMap((measure) => measure[name] ?? [])),
  ];
  return (
    <div class="fields">
      {(['metric', 'filter'] as const).map(
        (name) =>
          options(name).length > 0 && (
            <label key={name}>
              {name === 'metric' ? 'Metric' : 'Filter'}
              <select
                value={choice[name] ?? ''}
                onChange={(event) => onChoice({ ...choice, [name]: event.currentTarget.value || undefined })}
              >
                <option value="">as it comes</option>
                {options(name).map((option) => (
                  <option key={option}>{option}</option>
                ))}
              </select>
            </label>
          ),
      )}
    </div>
  );
}

function Conflicts({ report, choice, onChoice }: ImportReportProps) {
  return (
    <div class="notice warn">
      <h3>Some of these scores are stored already, with other values</h3>
      <ul>
        {report.conflicts.slice(0, 5).map(({ path, message }) => (
          <li key={path}>
            <code>{path}</code> {message}
          </li>
        ))}
      </ul>
      <label>
        What is to be done with them
        <select
          value={choice.on_conflict ?? ''}
          onChange={(event) =>
            onChoice({
              ...choice,
              on_conflict: (event.currentTarget.value || undefined) as ReportChoice['on_conflict'],
            })
          }
        >
          <option value="">refuse the import</option>
          <option value="replace">take the new values</option>
          <option value="skip">keep the stored values</option>
        </select>
      </label>
    </div>
  );
}
