import * as Plot from '@observablehq/plot';
import type { SizePoint } from '../text/interpolate.ts';
import type { Units } from '../text/units.ts';
import { plotKey } from './plot-key.ts';
import { colours } from './plot-style.ts';

export interface SizeSeries {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly SizePoint[];
}

/** A size in words, with the half-widths that it brings. */
export interface SizeMark {
  readonly items: number;
  readonly label: string;
  readonly halfWidths: readonly number[];
}

/** What a size buys: items against the half-width of the interval. */
export function sizeCurve(
  series: readonly SizeSeries[],
  mark: SizeMark | null,
  units: Units,
  width: number,
): Element {
  const marginLeft = 44;
  const points = series.flatMap((one) => one.points.map((point) => ({ ...point, ...one })));
  const sizes = [...points.map(({ items }) => items), ...(mark ? [mark.items] : [])];
  const key = plotKey(
    series.map(({ name, colour }) => ({ label: name, colour })),
    width,
    marginLeft,
    series.length > 1 ? 22 : 0,
  );
  const domain = [Math.min(...sizes) * 0.9, Math.max(...sizes) * 1.1] as const;
  const isRight = mark !== null && Math.log(mark.items / domain[0]) > 0.7 * Math.log(domain[1] / domain[0]);
  const { factor } = units;
  return Plot.plot({
    width,
    height: series.length > 1 ? 340 : 270,
    marginTop: series.length > 1 ? key.height + 22 : 24,
    marginBottom: 42,
    marginLeft,
    marginRight: 16,
    x: {
      type: 'log',
      domain: [...domain],
      label: 'Items to run (log scale)',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: ticksWithin(domain),
      tickFormat: (items: number) => String(items),
      grid: false,
    },
    y: {
      label: null,
      zero: true,
      nice: true,
      transform: (halfWidth: number) => halfWidth * factor,
      ticks: 6,
    },
    marks: [
      Plot.gridY({ stroke: colours.grid, strokeOpacity: 1, ticks: 6 }),
      Plot.line(points, {
        x: 'items',
        y: 'halfWidth',
        z: 'name',
        stroke: 'colour',
        strokeWidth: 2.5,
      }),
      Plot.dot(points, { x: 'items', y: 'halfWidth', fill: 'colour', r: 3.5 }),
      Plot.text([factor === 100 ? '± points' : 'half-width ±'], {
        frameAnchor: 'top-left',
        textAnchor: 'start',
        dx: 4 - marginLeft,
        dy: -20,
        fill: colours.softInk,
      }),
      ...(mark === null ? [] : markOf(mark, isRight)),
      ...(series.length > 1 ? key.marks : []),
    ],
  });
}

function markOf({ items, label, halfWidths }: SizeMark, isRight: boolean): Plot.Markish[] {
  return [
    Plot.ruleX([items], { stroke: colours.ink, strokeWidth: 1.5 }),
    Plot.dot(halfWidths, {
      x: () => items,
      y: (halfWidth: number) => halfWidth,
      r: 6,
      fill: 'var(--surface)',
      stroke: colours.ink,
      strokeWidth: 2,
    }),
    Plot.text([label], {
      x: () => items,
      frameAnchor: 'top',
      textAnchor: isRight ? 'end' : 'start',
      // Clear of the unit of the axis, should the size be the smallest.
      dx: isRight ? -6 : 24,
      dy: -16,
      fontSize: 13,
      fontWeight: 600,
      fill: colours.ink,
    }),
  ];
}

function ticksWithin([least, most]: readonly [number, number]): number[] {
  const all = [1, 10, 100, 1000, 10_000, 100_000].flatMap((power) => [power, 2 * power, 5 * power]);
  return all.filter((tick) => tick >= least && tick <= most);
}
