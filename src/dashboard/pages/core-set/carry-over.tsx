import { date, plural } from '../../text/units.ts';
import type { Carried } from './use-carried.ts';

/** Which results already paid for are to count here. */
export function CarryOver({ carried }: { readonly carried: Carried }) {
  const { choices, chosen, choose } = carried;
  return (
    <label>
      Carry over results already paid for
      <select
        value={chosen?.id ?? ''}
        onChange={(event) => choose(choices.find(({ id }) => id === event.currentTarget.value) ?? null)}
      >
        <option value="">none: all results come now</option>
        {choices.map(({ id, model, observed_items: observed, created_at: when }) => (
          <option key={id} value={id}>
            {model}, {plural(observed, 'item')}, {date(when)}
          </option>
        ))}
      </select>
    </label>
  );
}
