import * as Plot from '@observablehq/plot';
import type { LeaderboardEntry } from '../api/leaderboard.ts';
import { shorten } from '../text/shorten.ts';
import type { Units } from '../text/units.ts';
import { colours } from './plot-style.ts';

/** The scores of the whole history on one line, and the intervals of new models beneath. */
export function drawHistoryStrip(
  entries: readonly LeaderboardEntry[],
  selected: LeaderboardEntry | null,
  units: Units,
  width: number,
): Element {
  const measured = entries.filter(({ kind }) => kind === 'measured');
  const estimates = entries.filter(({ kind }) => kind === 'estimated');
  const { factor } = units;
  const rows = estimates.length > 0 ? ['History', 'New'] : ['History'];
  const opacityOf = (entry: LeaderboardEntry) => (entry === selected ? 1 : 0.55);
  return Plot.plot({
    width,
    height: 46 + rows.length * 30,
    marginLeft: 56,
    marginRight: 14,
    marginTop: 6,
    marginBottom: 40,
    x: {
      label: units.label,
      labelAnchor: 'center',
      labelArrow: 'none',
      nice: true,
      ticks: width < 560 ? 4 : 8,
    },
    y: { domain: rows, label: null, tickSize: 0, padding: 0.25 },
    marks: [
      Plot.gridX({ stroke: colours.grid, strokeOpacity: 1, ticks: width < 560 ? 4 : 8 }),
      ...(selected?.interval == null
        ? []
        : [
            Plot.rect([selected.interval], {
              x1: ({ lower }) => lower * factor,
              x2: ({ upper }) => upper * factor,
              fill: colours.band,
            }),
          ]),
      Plot.tickX(measured, {
        x: ({ score }: LeaderboardEntry) => score * factor,
        y: () => 'History',
        stroke: colours.historyStrong,
        strokeOpacity: measured.length > 150 ? 0.45 : 0.75,
      }),
      ...intervals(
        estimates.filter((entry) => entry !== selected),
        units,
        { strokeOpacity: 0.35 },
      ),
      ...intervals(selected === null ? [] : [selected], units, { marker: 'tick' }),
      Plot.dot(estimates, {
        x: ({ score }: LeaderboardEntry) => score * factor,
        y: () => 'New',
        symbol: 'diamond',
        r: 5.5,
        fill: colours.estimate,
        fillOpacity: opacityOf,
        stroke: 'var(--surface)',
        title: ({ model, score }: LeaderboardEntry) => `${shorten(model, 60)}: ${units.score(score)}`,
      }),
    ],
  });
}

function intervals(entries: readonly LeaderboardEntry[], { factor }: Units, style: Plot.RuleYOptions) {
  return [
    Plot.ruleY(
      entries.filter(({ interval }) => interval !== null),
      {
        x1: ({ interval }: LeaderboardEntry) => interval!.lower * factor,
        x2: ({ interval }: LeaderboardEntry) => interval!.upper * factor,
        y: () => 'New',
        stroke: colours.estimate,
        strokeWidth: 2.5,
        ...style,
      },
    ),
  ];
}
