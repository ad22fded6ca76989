import * as Plot from '@observablehq/plot';
import type { LeaderboardEntry } from '../api/leaderboard.ts';
import type { ForestRow } from '../pages/leaderboard/forest-rows.ts';
import { shorten } from '../text/shorten.ts';
import { count, type Units } from '../text/units.ts';
import { severityWords } from '../text/words.ts';
import {
  characterWidth,
  type ForestLine,
  figures,
  gaps,
  intervalBand,
  labels,
  scoresOf,
  severities,
} from './forest-marks.ts';
import { plotKey } from './plot-key.ts';
import { colours, domainAround } from './plot-style.ts';

const rowHeight = 20;
const bottom = 42;

/** A line per model: exact scores as points, estimates with their intervals, and the interval of one of them across all. */
export function drawForest(
  rows: readonly ForestRow[],
  selected: LeaderboardEntry | null,
  units: Units,
  width: number,
  onSelect: (entry: LeaderboardEntry) => void,
): Element {
  const lines = rows.flatMap(({ key, entry }): ForestLine[] => (entry === null ? [] : [{ key, ...entry }]));
  const estimates = lines.filter(({ kind }) => kind === 'estimated');
  const isWide = width >= 560;
  const marginLeft = labelWidth(lines, width);
  const marginRight = isWide ? (estimates.length > 0 ? 180 : 64) : 14;
  const domain = domainAround(lines.flatMap(valuesOf), units);
  const key = plotKey(keyOf(lines), width, marginLeft);
  const drawn = Plot.plot({
    width,
    height: rows.length * rowHeight + bottom + key.height,
    marginLeft,
    marginRight,
    marginTop: key.height,
    marginBottom: bottom,
    x: {
      label: units.label,
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: domain.map((score) => score * units.factor),
      ticks: isWide ? 8 : 4,
    },
    y: { type: 'point', domain: rows.map((row) => row.key), axis: null, padding: 0.5 },
    marks: [
      Plot.gridX({ stroke: colours.grid, strokeOpacity: 1, ticks: isWide ? 8 : 4 }),
      ...intervalBand(selected, units),
      Plot.rect(
        estimates.filter(({ interval }) => interval !== null),
        Plot.pointerY({
          x1: ({ interval }: ForestLine) => interval!.lower * units.factor,
          x2: ({ interval }: ForestLine) => interval!.upper * units.factor,
          py: 'key',
          fill: colours.band,
          maxRadius: rowHeight,
        }),
      ),
      ...labels(lines, selected, marginLeft),
      ...gaps(rows),
      ...scoresOf(lines, selected, units),
      ...severities(estimates, domain, units, isWide),
      ...(isWide ? figures(lines, units, marginRight) : []),
      ...key.marks,
      Plot.tip(
        lines,
        Plot.pointerY({
          x: ({ score }: ForestLine) => score * units.factor,
          y: 'key',
          title: (line: ForestLine) => tipOf(line, units),
          maxRadius: rowHeight,
          lineHeight: 1.3,
          fill: 'var(--surface)',
          stroke: 'var(--line)',
        }),
      ),
    ],
  });
  drawn.addEventListener('click', () => {
    // What the pointer is on, as the library tells it.
    const picked: ForestLine | null = drawn.value;
    if (picked?.kind === 'estimated') onSelect(picked);
  });
  return drawn;
}

function valuesOf({ score, interval }: LeaderboardEntry): number[] {
  return interval === null ? [score] : [score, interval.lower, interval.upper];
}

function labelWidth(lines: readonly ForestLine[], width: number): number {
  const longest = Math.max(0, ...lines.map(({ model }) => [...model].length));
  return Math.round(Math.min(Math.max(150, width * 0.28), (longest + 5) * characterWidth + 14));
}

function keyOf(lines: readonly ForestLine[]) {
  const has = (test: (line: ForestLine) => boolean) => lines.some(test);
  return [
    ...(has(({ rank, kind }) => rank !== null && kind === 'measured')
      ? [{ label: 'History, exact', colour: colours.historyStrong }]
      : []),
    ...(has(({ rank, kind }) => rank === null && kind === 'measured')
      ? [{ label: 'History, scores missing', colour: colours.historyStrong, isHollow: true }]
      : []),
    ...(has(({ kind }) => kind === 'estimated')
      ? [{ label: 'New: estimate and interval', colour: colours.estimate, symbol: 'diamond' as const }]
      : []),
    ...(has(({ severity }) => severity === 'warn')
      ? [{ label: severityWords.warn, colour: colours.warn, symbol: 'triangle' as const }]
      : []),
    ...(has(({ severity }) => severity === 'critical')
      ? [{ label: severityWords.critical, colour: colours.critical, symbol: 'square' as const }]
      : []),
  ];
}

function tipOf(
  { rank, model, kind, score, interval, severity, scored_items: items }: ForestLine,
  units: Units,
) {
  const place = rank === null ? 'no rank: scores missing' : `rank ${rank}`;
  const value =
    kind === 'measured'
      ? `${units.score(score)}, measured`
      : `${units.score(score)}${interval === null ? '' : `, ${units.range(interval.lower, interval.upper)}`}`;
  const basis = `${count(items)} items`;
  const warning = severity === null || severity === 'info' ? [] : [severityWords[severity]];
  return [shorten(model, 60), `${place} · ${basis}`, value, ...warning].join('\n');
}
