import * as Plot from '@observablehq/plot';
import type { Wire } from '../api/client.ts';
import type { Units } from '../text/units.ts';
import { colours } from './plot-style.ts';

type Item = Wire['CoreSet']['items'][number];

/** How hard the items are: each a line at the mean score that earlier models had on it. */
export function difficultyStrip(items: readonly Item[], units: Units, width: number): Element {
  const known = items.filter(({ difficulty }) => difficulty !== null);
  return Plot.plot({
    width,
    height: 96,
    marginTop: 22,
    marginBottom: 42,
    marginLeft: 12,
    marginRight: 12,
    x: {
      domain: [units.low * units.factor, units.high * units.factor],
      label: `Mean score of earlier models${units.factor === 100 ? ' (%)' : ''}`,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: 5,
    },
    marks: [
      Plot.gridX({ stroke: colours.grid, strokeOpacity: 1, ticks: 5 }),
      Plot.tickX(known, {
        x: ({ difficulty }: Item) => difficulty! * units.factor,
        stroke: colours.estimate,
        strokeOpacity: known.length > 100 ? 0.45 : 0.75,
        strokeWidth: 1.5,
      }),
      Plot.text(['hard'], { frameAnchor: 'top-left', textAnchor: 'start', dy: -18, fill: colours.softInk }),
      Plot.text(['easy'], { frameAnchor: 'top-right', textAnchor: 'end', dy: -18, fill: colours.softInk }),
    ],
  });
}
