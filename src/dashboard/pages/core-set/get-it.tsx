import type { Answer } from '../../api/use-answer.ts';
import { saveTable } from '../../parts/data-table.tsx';
import { saveText } from '../../parts/save.ts';
import { Segments } from '../../parts/segments.tsx';
import { count, plural } from '../../text/units.ts';
import type { CoreSet } from '../core-set.tsx';
import { FileButtons } from './file-buttons.tsx';
import { formats, type Runnable, useFormat } from './format.ts';
import { HarnessForm } from './harness-form.tsx';
import type { Carried } from './use-carried.ts';

interface GetItProps {
  readonly coreSet: CoreSet;
  readonly carried: Carried;
  readonly runnable: Answer<Runnable>;
  readonly onSaved: () => void;
}

/** The core set in the form that somebody's harness runs. */
export function GetIt({ coreSet, carried, runnable, onSaved }: GetItProps) {
  const [format, choose] = useFormat();
  return (
    <section class="card" aria-labelledby="get-title">
      <h2 id="get-title">Get it</h2>
      <p>Run the new model on these {plural(coreSet.size, 'item')} and no others, in the harness you use.</p>
      {carried.chosen !== null && <StillToRun coreSet={coreSet} carried={carried} />}
      <Segments label="Form of the core set" options={formats} chosen={format} onChoice={choose} />
      <div class="format">
        {format === 'csv' || format === 'json' ? (
          <OwnForm coreSet={coreSet} format={format} onSaved={onSaved} />
        ) : (
          <HarnessForm coreSet={coreSet} format={format} runnable={runnable} onSaved={onSaved} />
        )}
      </div>
    </section>
  );
}

interface StillToRunProps {
  readonly coreSet: CoreSet;
  readonly carried: Carried;
}

/** With results carried over, only the rest costs anything. */
function StillToRun({ coreSet, carried: { chosen, left } }: StillToRunProps) {
  const paid = coreSet.size - left.length;
  return (
    <div class="notice info">
      <h3>
        Only {count(left.length)} of them are to be run for {chosen!.model}
      </h3>
      <p>
        {plural(paid, 'result')} of an earlier evaluation count here too. The forms below hold all{' '}
        {count(coreSet.size)} items.
      </p>
      {left.length > 0 && (
        <button
          type="button"
          onClick={() => saveText(`${coreSet.id}-left.txt`, 'text/plain', `${left.join('\n')}\n`)}
        >
          Save the list of {plural(left.length, 'item')} to run
        </button>
      )}
    </div>
  );
}

interface OwnFormProps extends Omit<GetItProps, 'runnable' | 'carried'> {
  readonly format: 'csv' | 'json';
}

/** Forms that need no more than what this page has read. */
function OwnForm({ coreSet, format, onSaved }: OwnFormProps) {
  if (format === 'json') {
    const save = () => {
      saveText(`${coreSet.id}.json`, 'application/json', `${JSON.stringify(coreSet, null, 2)}\n`);
      onSaved();
    };
    return (
      <FileButtons names={[`${coreSet.id}.json`]} save={save}>
        <p>Items with their inclusion probabilities, groups and difficulties, and how they were drawn.</p>
      </FileButtons>
    );
  }
  const save = () => {
    saveTable(`${coreSet.id}`, {
      rows: coreSet.items,
      columns: [
        { label: 'item', value: ({ item }) => item },
        { label: 'score', value: () => null },
      ],
    });
    onSaved();
  };
  return (
    <FileButtons names={[`${coreSet.id}.csv`]} save={save}>
      <p>
        A sheet to fill in: <code>item,score</code>. Drop it below once it is filled; what is left empty stays
        missing.
      </p>
    </FileButtons>
  );
}
