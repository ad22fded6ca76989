import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { answerOf, api, type Wire } from '../../api/client.ts';
import { keepLogNote } from '../../api/log-notes.ts';
import type { ApiError } from '../../api/problem.ts';
import { upload } from '../../api/upload.ts';
import { FileDrop } from '../../parts/file-drop.tsx';
import { PasteResults } from '../../parts/paste-results.tsx';
import { parseResults } from '../../text/parse-results.ts';
import type { CoreSet } from '../core-set.tsx';
import { CarryOver } from './carry-over.tsx';
import { type LogChoice, LogQuestion } from './log-question.tsx';
import { Sending } from './sending.tsx';
import type { Carried } from './use-carried.ts';

type Evaluation = Wire['Evaluation'];

interface ReportResultsProps {
  readonly coreSet: CoreSet;
  readonly carried: Carried;
  /** Whether somebody came for this. */
  readonly isCalled: boolean;
}

/** Where the results go: as logs, as a table, or by hand. */
export function ReportResults({ coreSet, carried, isCalled }: ReportResultsProps) {
  const { route } = useLocation();
  const section = useRef<HTMLElement>(null);
  const [typed, setModel] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [text, setText] = useState('');
  const [choice, setChoice] = useState<LogChoice>({});
  const [error, setError] = useState<ApiError | null>(null);
  const [sent, setSent] = useState<number | null>(null);
  const model = coreSet.for_model ?? carried.chosen?.model ?? typed;
  const { results, problems } = parseResults(text);
  const hasNothing = files.length === 0 && results.length === 0 && carried.chosen === null;

  useEffect(() => {
    if (isCalled) section.current!.scrollIntoView();
  }, [isCalled]);
  const send = async () => {
    setSent(0);
    setError(null);
    const from = carried.chosen?.id;
    try {
      const made =
        files.length > 0
          ? await sendLogs(coreSet.id, { model, from, ...choice }, files, setSent)
          : await sendResults(coreSet.id, { model, results: [...results], from_evaluation: from });
      keepLogNote(made.id, made.import);
      route(`/evaluations/${made.id}`);
    } catch (cause) {
      setError(cause as ApiError);
      setSent(null);
    }
  };
  const isModelFixed = coreSet.for_model !== null || carried.chosen !== null;
  return (
    <section class="card" id="report" ref={section} aria-labelledby="report-title">
      <h2 id="report-title">Report results</h2>
      <p>
        Logs of lm-evaluation-harness, Inspect, HELM, lighteval, OpenCompass, promptfoo and others go in as
        they are, also zipped; so do CSV and NDJSON.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div class="fields">
          <label>
            Name of the model
            <input
              type="text"
              maxLength={255}
              required={files.length === 0}
              readOnly={isModelFixed}
              placeholder="acme/acme-7b"
              value={model}
              aria-describedby="model-hint"
              onInput={(event) => setModel(event.currentTarget.value)}
            />
          </label>
          {carried.choices.length > 0 && <CarryOver carried={carried} />}
        </div>
        <p class="fine field-hint" id="model-hint">
          {isModelFixed
            ? 'As it was evaluated before.'
            : 'Logs mostly say it themselves, then it may be left empty; a CSV without a column of models does not.'}
        </p>
        <div class="two-ways">
          <FileDrop
            label="Drop the log or a table of results"
            hint="or choose files: a log with its results file, a zip, CSV, NDJSON"
            files={files}
            onFiles={setFiles}
          />
          {files.length === 0 && <PasteResults text={text} onText={setText} items={carried.left} />}
          {files.length > 0 && (
            <LogFields choice={choice} onChoice={setChoice} onClear={() => setFiles([])} />
          )}
        </div>
        {error && <LogQuestion error={error} choice={choice} onChoice={setChoice} />}
        {sent !== null && <Sending share={sent} />}
        <button
          type="submit"
          disabled={sent !== null || hasNothing || (files.length === 0 && problems.length > 0)}
          aria-busy={sent !== null}
        >
          {error ? 'Report again' : 'Report and see the answer'}
        </button>
      </form>
    </section>
  );
}

interface LogFieldsProps {
  readonly choice: LogChoice;
  readonly onChoice: (choice: LogChoice) => void;
  readonly onClear: () => void;
}

/** What a log may leave open. */
function LogFields({ choice, onChoice, onClear }: LogFieldsProps) {
  return (
    <div>
      <div class="fields">
        {(['metric', 'filter'] as const).map((name) => (
          <label key={name}>
            {name === 'metric' ? 'Metric' : 'Filter'}
            <input
              type="text"
              placeholder="only if there are several"
              value={choice[name] ?? ''}
              onInput={(event) => onChoice({ ...choice, [name]: event.currentTarget.value || undefined })}
            />
          </label>
        ))}
      </div>
      <label>
        <input
          type="checkbox"
          checked={choice.extra === 'ignore'}
          onChange={(event) =>
            onChoice({ ...choice, extra: event.currentTarget.checked ? 'ignore' : undefined })
          }
        />
        Leave out what is not in the core set
      </label>
      <button type="button" class="quiet small" onClick={onClear}>
        Take the files away
      </button>
    </div>
  );
}

interface LogQuery extends LogChoice {
  readonly model: string;
  readonly from: string | undefined;
}

function sendLogs(
  id: string,
  { from, ...query }: LogQuery,
  files: readonly File[],
  onProgress: (share: number) => void,
): Promise<Evaluation> {
  const path = `/v1/core-sets/${encodeURIComponent(id)}/evaluations`;
  return upload<Evaluation>(path, { ...query, from_evaluation: from }, files, onProgress);
}

function sendResults(id: string, body: Wire['EvaluationRequest']): Promise<Evaluation> {
  return answerOf(api.POST('/v1/core-sets/{id}/evaluations', { params: { path: { id } }, body }));
}
