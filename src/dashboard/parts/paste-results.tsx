import { parseResults } from '../text/parse-results.ts';
import { plural } from '../text/units.ts';

interface PasteResultsProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Items that a result is wanted for. */
  readonly items: readonly string[];
}

/** Results by hand: lines of item and score. */
export function PasteResults({ text, onText, items }: PasteResultsProps) {
  const { results, problems } = parseResults(text);
  const [first = 'item-1', second = 'item-2'] = items;
  return (
    <div class="paste">
      <label>
        Results, a line each: <code>item,score</code>
        <textarea
          rows={6}
          spellcheck={false}
          placeholder={`${first},1\n${second},0`}
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </label>
      <p class="fine" aria-live="polite">
        {text.trim() === ''
          ? 'Commas or tabs, as copied from a sheet.'
          : `${plural(results.length, 'result')} read.`}
        {problems.length > 0 && ` ${problems.slice(0, 3).join('. ')}.`}
      </p>
      {items.length > 0 && text.trim() === '' && (
        <button
          type="button"
          class="quiet small"
          onClick={() => onText(items.map((item) => `${quoted(item)},`).join('\n'))}
        >
          Fill in the {plural(items.length, 'item')}
        </button>
      )}
    </div>
  );
}

function quoted(item: string): string {
  return /[",\n]/.test(item) ? `"${item.replaceAll('"', '""')}"` : item;
}
