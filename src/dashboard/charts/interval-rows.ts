import * as Plot from '@observablehq/plot';
import type { Units } from '../text/units.ts';
import { axisHeight, colours, domainAround, scoreAxis } from './plot-style.ts';

/** One line of a chart of estimates: a point, and its interval where it has one. */
export interface IntervalRow {
  readonly label: string;
  /** Score units. */
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly colour: string;
}

/** Two or more scores with their intervals on one axis, one below the other. What is measured has a hollow mark. */
export function intervalRows(rows: readonly IntervalRow[], units: Units, width: number): Element {
  const values = rows.flatMap(({ value, lower, upper }) => [value, lower ?? value, upper ?? value]);
  const longest = Math.max(...rows.map(({ label }) => label.length));
  return Plot.plot({
    width,
    height: 20 + axisHeight + 38 * rows.length,
    marginBottom: axisHeight,
    marginLeft: Math.min(width * 0.4, 20 + 7 * Math.min(longest, 32)),
    marginRight: 110,
    x: scoreAxis(units, domainAround(values, units)),
    y: { label: null, domain: rows.map(({ label }) => label), padding: 0.4 },
    marks: [
      Plot.gridX({ stroke: colours.grid, strokeOpacity: 1 }),
      Plot.axisY({ label: null, tickSize: 0, fontSize: 13, textOverflow: 'ellipsis', lineWidth: 18 }),
      Plot.link(
        rows.filter(({ lower }) => lower !== null),
        { x1: 'lower', x2: 'upper', y: 'label', stroke: 'colour', strokeWidth: 4, strokeLinecap: 'round' },
      ),
      Plot.dot(rows, {
        x: 'value',
        y: 'label',
        r: 7,
        fill: ({ lower, colour }: IntervalRow) => (lower === null ? 'var(--surface)' : colour),
        stroke: ({ lower, colour }: IntervalRow) => (lower === null ? colour : 'var(--surface)'),
        strokeWidth: 2,
      }),
      Plot.text(rows, {
        x: ({ value, upper }: IntervalRow) => upper ?? value,
        y: 'label',
        text: ({ value, lower }: IntervalRow) => `${units.score(value)}${lower === null ? ' measured' : ''}`,
        textAnchor: 'start',
        dx: 14,
        fill: 'currentColor',
        fontSize: 13,
      }),
    ],
  });
}
