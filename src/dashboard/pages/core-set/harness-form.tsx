import type { ApiError } from '../../api/problem.ts';
import type { Answer } from '../../api/use-answer.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { saveText } from '../../parts/save.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import type { CoreSet } from '../core-set.tsx';
import { FileButtons } from './file-buttons.tsx';
import { type Format, formats, type Runnable } from './format.ts';

interface HarnessFormProps {
  readonly coreSet: CoreSet;
  readonly runnable: Answer<Runnable>;
  readonly onSaved: () => void;
  readonly format: Exclude<Format, 'csv' | 'json'>;
}

/** What a harness needs to run the core set. */
export function HarnessForm({ coreSet, format, runnable: answer, onSaved }: HarnessFormProps) {
  if (answer.error) return <Refused error={answer.error} retry={answer.reload} format={format} />;
  if (answer.data === null) return <Loading what="Writing the files" />;
  const { files, commands, notes } = answer.data;
  return (
    <FileButtons
      names={files.map(({ name }) => name)}
      save={(at) => {
        const { name, media_type: type, content } = files[at];
        saveText(name, type, content);
        onSaved();
      }}
      manifest={() =>
        saveText(
          `${coreSet.id}.manifest.json`,
          'application/json',
          `${JSON.stringify(answer.data!.manifest, null, 2)}\n`,
        )
      }
    >
      {commands.length > 0 && <Commands commands={commands} />}
      {notes.length > 0 && (
        <>
          <h3>Keep to this</h3>
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
      {format === 'txt' && <Preview text={files[0].content} />}
    </FileButtons>
  );
}

function Commands({ commands }: { readonly commands: readonly string[] }) {
  const text = commands.join('\n');
  return (
    <>
      <div class="code-head">
        <h3>Then run</h3>
        <CopyButton text={text} what="the commands" />
      </div>
      <section class="code-block" tabIndex={0} aria-label="Commands">
        <pre>{text}</pre>
      </section>
      <p class="fine">What stands in capitals is yours to fill in.</p>
    </>
  );
}

function Preview({ text }: { readonly text: string }) {
  return (
    <details class="meanings-of">
      <summary>See the list</summary>
      <div class="code-head">
        <CopyButton text={text} what="the list" />
      </div>
      <section class="code-block list" tabIndex={0} aria-label="Items">
        <pre>{text}</pre>
      </section>
    </details>
  );
}

interface RefusedProps {
  readonly error: ApiError;
  readonly retry: () => void;
  readonly format: Format;
}

/** Some forms need what only that harness's own logs tell: a reason, no accident. */
function Refused({ error, retry, format }: RefusedProps) {
  if (error.status !== 422 && error.status !== 409) return <Failure error={error} retry={retry} />;
  const { label } = formats.find(({ value }) => value === format)!;
  return (
    <div class="notice info" role="status">
      <h3>Not to be had for {label}</h3>
      <p>{error.message}.</p>
      {error.issues.length > 0 && (
        <p class="fine">
          For example{' '}
          {error.issues
            .slice(0, 2)
            .map(({ message }) => message)
            .join(', ')}
          .
        </p>
      )}
      <p>The plain list, CSV and JSON always work.</p>
    </div>
  );
}
