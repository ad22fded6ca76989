import * as Plot from '@observablehq/plot';
import type { LeaderboardEntry } from '../api/leaderboard.ts';
import type { ForestRow } from '../pages/leaderboard/forest-rows.ts';
import { shorten } from '../text/shorten.ts';
import { plural, type Units } from '../text/units.ts';
import { severityWords } from '../text/words.ts';
import { colours } from './plot-style.ts';

/** A model with its place on the axis of models. */
export interface ForestLine extends LeaderboardEntry {
  readonly key: string;
}

export const characterWidth = 7.2;

export function intervalBand(selected: LeaderboardEntry | null, { factor }: Units): Plot.Markish[] {
  if (selected?.interval == null) return [];
  const { lower, upper } = selected.interval;
  return [
    Plot.rect([0], { x1: lower * factor, x2: upper * factor, fill: colours.band }),
    Plot.ruleX([lower * factor, upper * factor], { stroke: colours.estimate, strokeDasharray: '3,3' }),
  ];
}

export function labels(lines: readonly ForestLine[], selected: LeaderboardEntry | null, marginLeft: number) {
  const most = Math.floor((marginLeft - 14) / characterWidth) - 4;
  const write = (some: readonly ForestLine[], style: Plot.TextOptions) =>
    Plot.text(some, {
      y: 'key',
      text: ({ rank, model }: ForestLine) =>
        `${shorten(model, most)}  ${rank === null ? ' –' : String(rank).padStart(2)}`,
      frameAnchor: 'left',
      textAnchor: 'end',
      dx: -8,
      ...style,
    });
  const isNew = ({ kind }: ForestLine) => kind === 'estimated';
  const isSelected = ({ evaluation }: ForestLine) =>
    evaluation !== null && evaluation === selected?.evaluation;
  return [
    write(
      lines.filter((line) => !isNew(line)),
      { fill: colours.ink },
    ),
    write(
      lines.filter((line) => isNew(line) && !isSelected(line)),
      { fill: colours.estimate, fontWeight: 600 },
    ),
    write(lines.filter(isSelected), { fill: colours.estimate, fontWeight: 800 }),
  ];
}

export function gaps(rows: readonly ForestRow[]) {
  return [
    Plot.text(
      rows.filter(({ hidden }) => hidden > 0),
      {
        y: 'key',
        text: ({ hidden }: ForestRow) => `⋯ ${plural(hidden, 'model')} not shown ⋯`,
        frameAnchor: 'middle',
        fill: colours.softInk,
      },
    ),
  ];
}

export function scoresOf(lines: readonly ForestLine[], selected: LeaderboardEntry | null, { factor }: Units) {
  const measured = lines.filter(({ kind }) => kind === 'measured');
  const estimates = lines.filter(({ kind }) => kind === 'estimated');
  const at = { x: ({ score }: ForestLine) => score * factor, y: 'key' };
  const isInside = ({ score }: ForestLine) =>
    selected?.interval != null && score >= selected.interval.lower && score <= selected.interval.upper;
  const fillOf = (line: ForestLine) => (isInside(line) ? colours.historyStrong : colours.history);
  return [
    Plot.dot(
      measured.filter(({ rank }) => rank !== null),
      { ...at, r: 3.6, fill: fillOf },
    ),
    Plot.dot(
      measured.filter(({ rank }) => rank === null),
      { ...at, r: 3.6, stroke: fillOf, strokeWidth: 1.5 },
    ),
    Plot.ruleY(
      estimates.filter(({ interval }) => interval !== null),
      {
        x1: ({ interval }: ForestLine) => interval!.lower * factor,
        x2: ({ interval }: ForestLine) => interval!.upper * factor,
        y: 'key',
        stroke: colours.estimate,
        strokeWidth: 2.5,
        marker: 'tick',
      },
    ),
    Plot.dot(estimates, {
      ...at,
      r: 5.5,
      symbol: 'diamond',
      fill: colours.estimate,
      stroke: 'var(--surface)',
    }),
  ];
}

/** Beside the interval, on the side where there is more room. */
export function severities(
  estimates: readonly ForestLine[],
  [low, high]: readonly [number, number],
  { factor }: Units,
  isWide: boolean,
) {
  const styles = {
    warn: { symbol: 'triangle', fill: colours.warn, word: severityWords.warn },
    critical: { symbol: 'square', fill: colours.critical, word: severityWords.critical },
  } as const;
  return (['warn', 'critical'] as const).flatMap((severity) =>
    (['left', 'right'] as const).flatMap((side) => {
      const isLeft = side === 'left';
      const some = estimates.filter((line) => {
        const [lower, upper] = endsOf(line);
        return line.severity === severity && isLeft === lower - low > high - upper;
      });
      const { symbol, fill, word } = styles[severity];
      const place = { x: (line: ForestLine) => endsOf(line)[isLeft ? 0 : 1] * factor, y: 'key' };
      return [
        Plot.dot(some, { ...place, dx: isLeft ? -12 : 12, symbol, r: 5, fill }),
        ...(isWide
          ? [
              Plot.text(some, {
                ...place,
                dx: isLeft ? -22 : 22,
                textAnchor: isLeft ? 'end' : 'start',
                text: () => word,
                fill: severity === 'warn' ? 'var(--warn)' : 'var(--critical)',
                stroke: 'var(--surface)',
                strokeWidth: 3,
                fontWeight: 600,
              }),
            ]
          : []),
      ];
    }),
  );
}

function endsOf({ interval, score }: LeaderboardEntry): readonly [number, number] {
  return interval === null ? [score, score] : [interval.lower, interval.upper];
}

export function figures(lines: readonly ForestLine[], units: Units, marginRight: number) {
  const write = (kind: ForestLine['kind'], style: Plot.TextOptions) =>
    Plot.text(
      lines.filter((line) => line.kind === kind),
      {
        y: 'key',
        frameAnchor: 'right',
        dx: marginRight - 2,
        textAnchor: 'end',
        text: ({ score, interval }: ForestLine) =>
          interval === null
            ? units.score(score)
            : `${units.score(score)} (${units.range(interval.lower, interval.upper).replaceAll(' %', '')})`,
        fontVariant: 'tabular-nums',
        ...style,
      },
    );
  return [
    write('measured', { fill: colours.softInk }),
    write('estimated', { fill: colours.estimate, fontWeight: 600 }),
  ];
}
