import type { ApiError } from '../../api/problem.ts';
import { Failure } from '../../parts/states.tsx';

/** What is said about a log beside its files. */
export interface LogChoice {
  readonly metric?: string;
  readonly filter?: string;
  readonly extra?: 'ignore';
  readonly content?: 'ignore';
}

interface LogQuestionProps {
  readonly error: ApiError;
  readonly choice: LogChoice;
  readonly onChoice: (choice: LogChoice) => void;
}

/** A log that leaves something open: the question, and where to answer it. Anything else is a failure. */
export function LogQuestion({ error, choice, onChoice }: LogQuestionProps) {
  const found = optionsIn(error);
  if (error.code === 'ambiguous-log' && found !== null) {
    const { name, options } = found;
    return (
      <div class="notice warn" role="alert">
        <h3>Which {name} is the score?</h3>
        <p>{error.message}.</p>
        <label>
          {name === 'metric' ? 'Metric' : 'Filter'}
          <select
            value={choice[name] ?? ''}
            onChange={(event) => onChoice({ ...choice, [name]: event.currentTarget.value || undefined })}
          >
            <option value="">choose one</option>
            {options.map((option) => (
              <option key={option}>{option}</option>
            ))}
          </select>
        </label>
        <p class="fine">Then report again: the files are still here.</p>
      </div>
    );
  }
  const way = waysOut[error.code];
  return (
    <>
      <Failure error={error} />
      {way && (
        <label class="way-out">
          <input
            type="checkbox"
            checked={choice[way.name] === 'ignore'}
            onChange={(event) =>
              onChoice({ ...choice, [way.name]: event.currentTarget.checked ? 'ignore' : undefined })
            }
          />
          {way.label}
        </label>
      )}
    </>
  );
}

const waysOut: Readonly<Record<string, { readonly name: 'extra' | 'content'; readonly label: string }>> = {
  'unknown-item': { name: 'extra', label: 'Leave out what is not in the core set' },
  'content-mismatch': { name: 'content', label: 'Take the ids at their word, whatever the content' },
};

/** The metrics or filters that the question names. */
function optionsIn({ issues }: ApiError): { name: 'metric' | 'filter'; options: readonly string[] } | null {
  const found = issues.map(({ message }) => /choose by (metric|filter): (.+)$/.exec(message)).find(Boolean);
  if (!found) return null;
  return {
    name: found[1] as 'metric' | 'filter',
    options: found[2].split(',').map((option) => option.trim()),
  };
}
