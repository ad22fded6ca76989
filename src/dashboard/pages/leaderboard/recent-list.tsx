import type { ComponentChildren } from 'preact';
import { count } from '../../text/units.ts';

interface RecentListProps {
  readonly entries: readonly { readonly key: string; readonly content: ComponentChildren }[];
  /** What they are, in the plural. */
  readonly what: string;
  /** Said when there are none. */
  readonly none: string;
}

const shown = 5;

/** The newest few of something; the others unfold. */
export function RecentList({ entries, what, none }: RecentListProps) {
  if (entries.length === 0) return <p class="fine">{none}</p>;
  const older = entries.slice(shown);
  return (
    <>
      <EntryList entries={entries.slice(0, shown)} />
      {older.length > 0 && (
        <details>
          <summary>
            {count(older.length)} older {what}
          </summary>
          <EntryList entries={older} />
        </details>
      )}
    </>
  );
}

function EntryList({ entries }: Pick<RecentListProps, 'entries'>) {
  return (
    <ul class="recent">
      {entries.map(({ key, content }) => (
        <li key={key}>{content}</li>
      ))}
    </ul>
  );
}
