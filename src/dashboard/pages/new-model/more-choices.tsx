import type { Benchmark } from '../../parts/benchmark-frame.tsx';
import { count } from '../../text/units.ts';
import { designWords, isProbabilityDesign } from '../../text/words.ts';
import type { Design, Wish } from './wish.ts';

interface MoreChoicesProps {
  readonly benchmark: Benchmark;
  readonly wish: Wish;
  readonly onChange: (change: Partial<Wish>) => void;
}

const designs = Object.keys(designWords) as Design[];

/** What most people can leave as it is. */
export function MoreChoices({ benchmark, wish, onChange }: MoreChoicesProps) {
  const isOpen =
    wish.design !== 'informative' || wish.groups.length > 0 || wish.seed !== '' || wish.exclude !== '';
  return (
    <details class="more-choices" open={isOpen || undefined}>
      <summary>More choices</summary>
      <DesignChoice design={wish.design} onChange={onChange} />
      {benchmark.groups.length > 0 && <GroupChoice benchmark={benchmark} wish={wish} onChange={onChange} />}
      <label>
        Models that are not to be sources, a name each line
        <textarea
          rows={2}
          value={wish.exclude}
          aria-describedby="exclude-hint"
          onInput={(event) => onChange({ exclude: event.currentTarget.value })}
        />
      </label>
      <p class="fine field-hint" id="exclude-hint">
        Name the new model here if its scores may already be in the history under some name.
      </p>
      <label>
        Seed
        <input
          type="number"
          min={0}
          step={1}
          placeholder="drawn"
          value={wish.seed}
          aria-describedby="seed-hint"
          onInput={(event) => onChange({ seed: event.currentTarget.value })}
        />
      </label>
      <p class="fine field-hint" id="seed-hint">
        The same history, design, size and seed give the same items.
      </p>
    </details>
  );
}

interface DesignChoiceProps {
  readonly design: Design;
  readonly onChange: (change: Partial<Wish>) => void;
}

function DesignChoice({ design, onChange }: DesignChoiceProps) {
  const options = (isWanted: (name: Design) => boolean) =>
    designs.filter(isWanted).map((name) => (
      <option key={name} value={name}>
        {designWords[name]}
      </option>
    ));
  return (
    <label>
      Design
      <select
        value={design}
        onChange={(event) => {
          const chosen = event.currentTarget.value as Design;
          // Precision is promised by designs with inclusion probabilities only.
          onChange({ design: chosen, ...(!isProbabilityDesign(chosen) && { precision: '' }) });
        }}
      >
        <optgroup label="With intervals that hold">{options(isProbabilityDesign)}</optgroup>
        <optgroup label="For comparison only, without">
          {options((name) => !isProbabilityDesign(name))}
        </optgroup>
      </select>
    </label>
  );
}

function GroupChoice({ benchmark, wish, onChange }: MoreChoicesProps) {
  const toggle = (name: string) =>
    onChange({
      groups: wish.groups.includes(name) ? wish.groups.filter((one) => one !== name) : [...wish.groups, name],
    });
  return (
    <fieldset>
      <legend>Only these groups (none: all items)</legend>
      <div class="group-choices">
        {benchmark.groups.map(({ name, item_count: items }) => (
          <label key={name}>
            <input type="checkbox" checked={wish.groups.includes(name)} onChange={() => toggle(name)} />
            {name} <span class="fine">{count(items)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
