import { useState } from 'preact/hooks';
import { answerOf, api } from '../../api/client.ts';
import type { ApiError } from '../../api/problem.ts';
import { FileDrop } from '../../parts/file-drop.tsx';
import { PasteResults } from '../../parts/paste-results.tsx';
import { saveText } from '../../parts/save.ts';
import { Failure } from '../../parts/states.tsx';
import { parseResults } from '../../text/parse-results.ts';
import { count, plural } from '../../text/units.ts';
import type { Evaluation } from '../evaluation.tsx';

interface MissingResultsProps {
  readonly evaluation: Evaluation;
  readonly coreSetSize: number;
  readonly missing: readonly string[];
  readonly onAdded: () => void;
}

/** What an unfinished evaluation still wants, and the place to put it. */
export function MissingResults({ evaluation, coreSetSize, missing, onAdded }: MissingResultsProps) {
  const { id, observed_items: observed, core_set: coreSet } = evaluation;
  return (
    <section class="card" aria-labelledby="missing-title">
      <h2 id="missing-title">
        {count(coreSetSize - observed)} of {plural(coreSetSize, 'result')} are missing
      </h2>
      <p>
        Run the rest and add them here; the answer is then computed anew. Of a harness log, drop it{' '}
        <a href={`/core-sets/${coreSet}?from_evaluation=${id}&step=report#report`}>on the core set’s page</a>,
        with these results carried over.
      </p>
      <progress value={observed} max={coreSetSize} aria-label="Results that are in" />
      <p class="fine missing-items">
        {missing.slice(0, 8).join(', ')}
        {missing.length > 8 && ` and ${count(missing.length - 8)} more`}{' '}
        {missing.length > 0 && (
          <button
            type="button"
            class="quiet small"
            onClick={() =>
              saveText(`${evaluation.model}-missing.txt`, 'text/plain', `${missing.join('\n')}\n`)
            }
          >
            Save the list
          </button>
        )}
      </p>
      <AddResults evaluation={id} items={missing} onAdded={onAdded} />
    </section>
  );
}

interface AddResultsProps {
  readonly evaluation: string;
  readonly items: readonly string[];
  readonly onAdded: () => void;
}

function AddResults({ evaluation, items, onAdded }: AddResultsProps) {
  const [text, setText] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [error, setError] = useState<ApiError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { results, problems } = parseResults(text);
  const send = async () => {
    setBusy(true);
    setError(null);
    try {
      await answerOf(
        api.POST('/v1/evaluations/{id}/results', {
          params: { path: { id: evaluation } },
          body: { results: [...results] },
        }),
      );
      setText('');
      setFiles([]);
      onAdded();
    } catch (cause) {
      setError(cause as ApiError);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="two-ways">
        <FileDrop
          label="Drop a CSV of results"
          hint="or choose one: a line of item,score each"
          files={files}
          onFiles={async (given) => {
            setFiles(given);
            setText((await Promise.all(given.map((file) => file.text()))).join('\n'));
          }}
        />
        <PasteResults text={text} onText={setText} items={items} />
      </div>
      {error && <Failure error={error} />}
      <button
        type="submit"
        disabled={isBusy || results.length === 0 || problems.length > 0}
        aria-busy={isBusy}
      >
        Add {results.length > 0 ? plural(results.length, 'result') : 'results'}
      </button>
    </form>
  );
}
