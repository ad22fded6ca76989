import * as Plot from '@observablehq/plot';
import { plural, share, type Units } from '../text/units.ts';
import { plotKey } from './plot-key.ts';
import { colours } from './plot-style.ts';

export interface DifficultyBin {
  readonly lower: number;
  readonly upper: number;
  readonly items: number;
  /** Of them in the core set. */
  readonly drawn: number;
  /** Of all items. */
  readonly share: number;
  /** Of the core set; null without one. */
  readonly drawnShare: number | null;
}

/** All items by difficulty, and within each bar those of a core set, both as shares of their own whole. */
export function drawDifficulty(
  bins: readonly DifficultyBin[],
  drawnDifficulties: readonly number[],
  units: Units,
  width: number,
): Element {
  const { factor } = units;
  const hasCoreSet = drawnDifficulties.length > 0;
  const isWide = width >= 560;
  const most = 100 * Math.max(...bins.map((bin) => Math.max(bin.share, bin.drawnShare ?? 0)));
  const rug = hasCoreSet ? 0.09 * most : 0;
  const marginLeft = 44;
  const key = plotKey(
    [
      { label: 'All items', colour: colours.history, symbol: 'square' },
      ...(hasCoreSet
        ? [{ label: 'Items of the core set', colour: colours.estimate, symbol: 'square' as const }]
        : []),
    ],
    width,
    marginLeft,
  );
  const span = (inset: number) => ({
    x1: ({ lower, upper }: DifficultyBin) => (lower + inset * (upper - lower)) * factor,
    x2: ({ lower, upper }: DifficultyBin) => (upper - inset * (upper - lower)) * factor,
  });
  return Plot.plot({
    width,
    height: 260 + key.height,
    marginLeft,
    marginRight: 16,
    marginTop: key.height,
    marginBottom: 42,
    x: {
      label: `${isWide ? 'Difficulty: mean score of the history' : 'Difficulty'}${factor === 100 ? ' (%)' : ''}, hard to easy`,
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [units.low * factor, units.high * factor],
      ticks: isWide ? 10 : 5,
    },
    y: { domain: [-rug, most * 1.03], axis: null },
    marks: [
      Plot.axisY(ticksUpTo(most), { label: 'Share (%)', labelArrow: 'none', labelAnchor: 'center' }),
      Plot.rectY(bins, {
        ...span(0.04),
        y1: 0,
        y2: (bin: DifficultyBin) => 100 * bin.share,
        fill: colours.history,
        fillOpacity: hasCoreSet ? 0.55 : 0.8,
      }),
      Plot.rectY(
        bins.filter(({ drawnShare }) => drawnShare !== null),
        {
          ...span(0.3),
          y1: 0,
          y2: (bin: DifficultyBin) => 100 * (bin.drawnShare ?? 0),
          fill: colours.estimate,
        },
      ),
      Plot.ruleY([0], { stroke: colours.softInk }),
      Plot.ruleX(drawnDifficulties, {
        x: (difficulty: number) => difficulty * factor,
        y1: -rug,
        y2: -0.25 * rug,
        stroke: colours.estimate,
        strokeOpacity: drawnDifficulties.length > 150 ? 0.45 : 0.8,
      }),
      ...key.marks,
      Plot.tip(
        bins,
        Plot.pointerX({
          x: ({ lower, upper }: DifficultyBin) => ((lower + upper) / 2) * factor,
          y: (bin: DifficultyBin) => 100 * Math.max(bin.share, bin.drawnShare ?? 0),
          title: (bin: DifficultyBin) => tipOf(bin, units),
          lineHeight: 1.3,
          fill: 'var(--surface)',
          stroke: 'var(--line)',
        }),
      ),
    ],
  });
}

function ticksUpTo(most: number): number[] {
  const step = [1, 2, 5, 10, 20].find((candidate) => most / candidate <= 6) ?? 20;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, tick) => tick * step);
}

function tipOf({ lower, upper, items, share: ofAll, drawn, drawnShare }: DifficultyBin, units: Units) {
  const lines = [units.range(lower, upper), `${plural(items, 'item')}, ${share(ofAll)} of all`];
  if (drawnShare !== null) lines.push(`${drawn} in the core set, ${share(drawnShare)} of it`);
  return lines.join('\n');
}
