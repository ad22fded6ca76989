import * as Plot from '@observablehq/plot';
import type { Wire } from '../api/client.ts';
import type { Units } from '../text/units.ts';
import { axisHeight, colours } from './plot-style.ts';

/** The difference of two models with its interval, and the line of no difference. */
export function differenceChart(comparison: Wire['Comparison'], units: Units, width: number): Element {
  const { difference, interval } = comparison;
  const ends = [difference, interval?.lower ?? difference, interval?.upper ?? difference];
  const reach = 1.25 * Math.max(...ends.map(Math.abs), (units.high - units.low) / 100);
  const decided = comparison.verdict !== 'undecided';
  const colour = decided ? colours.estimate : colours.historyStrong;
  return Plot.plot({
    width,
    height: 140,
    marginTop: 34,
    marginBottom: axisHeight,
    marginLeft: 20,
    marginRight: 20,
    x: {
      label: units.factor === 100 ? 'Difference (points)' : 'Difference',
      labelAnchor: 'center',
      labelArrow: 'none',
      transform: (value: number) => value * units.factor,
      domain: [-reach * units.factor, reach * units.factor],
      tickFormat: signed,
    },
    y: { axis: null, domain: [0] },
    marks: [
      Plot.gridX({ stroke: colours.grid, strokeOpacity: 1 }),
      Plot.ruleX([0], { stroke: colours.ink, strokeWidth: 2 }),
      Plot.text(['B is better', 'A is better'], {
        x: (_, at) => (at === 0 ? -1 : 1) * reach * 0.5,
        frameAnchor: 'top',
        dy: -24,
        fill: colours.softInk,
        fontSize: 13,
      }),
      ...(interval === null
        ? []
        : [
            Plot.link([interval], {
              x1: 'lower',
              x2: 'upper',
              y: () => 0,
              stroke: colour,
              strokeWidth: 5,
              strokeLinecap: 'round',
            }),
          ]),
      Plot.dot([difference], {
        x: (value) => value,
        y: () => 0,
        r: 8,
        fill: colour,
        stroke: 'var(--surface)',
        strokeWidth: 2,
      }),
    ],
  });
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value).replace('-', '\u2212');
}
