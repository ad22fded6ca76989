import * as Plot from '@observablehq/plot';
import type { Wire } from '../api/client.ts';
import { shorten } from '../text/shorten.ts';
import type { Units } from '../text/units.ts';
import { colours, domainAround, scoreAxis } from './plot-style.ts';

type Group = Wire['GroupEstimate'];

export function groupName(group: string | null): string {
  return group ?? 'without a group';
}

/** The estimate of each group with its interval, and that of all items as a line to hold them against. */
export function groupForest(
  groups: readonly Group[],
  overall: number | null,
  isGuaranteed: boolean,
  units: Units,
  width: number,
): Element {
  const ends = groups.flatMap(({ estimate, interval }) => [
    estimate,
    interval?.lower ?? estimate,
    interval?.upper ?? estimate,
  ]);
  const marginLeft = Math.min(240, Math.round(width * 0.36));
  const nameLength = Math.floor((marginLeft - 14) / 6.6);
  const bounded = groups.filter(({ interval }) => interval !== null);
  return Plot.plot({
    width,
    height: 34 + 44 + 32 * groups.length,
    marginTop: 34,
    marginBottom: 44,
    marginLeft,
    marginRight: 16,
    x: {
      ...scoreAxis(units, domainAround(overall === null ? ends : [...ends, overall], units)),
      ticks: width < 500 ? 4 : 8,
    },
    y: {
      domain: groups.map(({ group }) => groupName(group)),
      label: null,
      tickSize: 0,
      tickFormat: (name: string) => shorten(name, nameLength),
    },
    marks: [
      Plot.gridX({ stroke: colours.grid, strokeOpacity: 1, ticks: width < 500 ? 4 : 8 }),
      ...(overall === null ? [] : overallMarks(overall)),
      Plot.link(bounded, {
        x1: ({ interval }: Group) => interval!.lower,
        x2: ({ interval }: Group) => interval!.upper,
        y: ({ group }: Group) => groupName(group),
        stroke: colours.estimate,
        strokeWidth: 4,
        strokeDasharray: isGuaranteed ? undefined : '2 6',
        strokeLinecap: isGuaranteed ? 'round' : 'butt',
      }),
      Plot.dot(groups, {
        x: 'estimate',
        y: ({ group }: Group) => groupName(group),
        r: 6,
        fill: ({ interval }: Group) => (interval ? colours.estimate : 'var(--surface)'),
        stroke: ({ interval }: Group) => (interval ? 'var(--surface)' : colours.estimate),
        strokeWidth: 2,
      }),
    ],
  });
}

function overallMarks(overall: number): Plot.Markish[] {
  return [
    Plot.ruleX([overall], { stroke: colours.historyStrong, strokeDasharray: '4 3' }),
    Plot.text(['all items'], { x: overall, frameAnchor: 'top', dy: -16, fill: colours.softInk }),
  ];
}
