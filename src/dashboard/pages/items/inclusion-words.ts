import type { Wire } from '../../api/client.ts';
import { count, plural, share } from '../../text/units.ts';

/** How the items of a core set came to be in it, and what that means for what they say. */
export function inclusionWords({ items, population, groups, for_model: model }: Wire['CoreSet']): string {
  const probabilities = items.flatMap(({ inclusion_probability: probability }) => probability ?? []);
  const whole = `${plural(items.length, 'item')} of ${count(population)}${groups === null ? '' : ` (${groups.join(', ')})`}`;
  if (probabilities.length === 0) {
    return `${whole}, chosen on purpose: none had a known chance to be drawn, so no interval is guaranteed.`;
  }
  const least = Math.min(...probabilities);
  const most = Math.max(...probabilities);
  const one = `An item with a chance of ${chance(least)} stands for ${count(Math.round(1 / least))} like it`;
  const chances =
    most - least < 1e-9
      ? `each drawn with a chance of ${chance(least)}.`
      : `drawn with chances from ${chance(least)} to ${chance(most)}. ${one}: more of one kind of items does not tilt the estimate.`;
  return `${whole}, ${chances}${model === null ? '' : ` Drawn for ${model} alone.`}`;
}

function chance(probability: number): string {
  return share(probability, probability < 0.1 ? 1 : 0);
}
