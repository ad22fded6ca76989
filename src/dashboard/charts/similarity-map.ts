import * as Plot from '@observablehq/plot';
import type { Wire } from '../api/client.ts';
import type { LeaderboardEntry } from '../api/leaderboard.ts';
import { shorten } from '../text/shorten.ts';
import { share, type Units } from '../text/units.ts';
import { severityWords } from '../text/words.ts';
import { plotKey } from './plot-key.ts';
import { colours } from './plot-style.ts';
import { missingColour, scoreLegend, scoreScheme } from './score-legend.ts';

export type MappedModel = Wire['MappedModel'] & Pick<LeaderboardEntry, 'interval' | 'severity'>;

const legendHeight = 52;
const marginLeft = 30;
/** More names than that would hide what they name. */
const mostLabels = 12;

/** Models on two axes of one scale, the history by score, new ones by name. */
export function drawSimilarityMap(
  models: readonly MappedModel[],
  [first, second]: readonly number[],
  units: Units,
  width: number,
): Element {
  const measured = models.filter(({ kind }) => kind === 'measured');
  const estimates = models.filter(({ kind }) => kind === 'estimated');
  const key = plotKey(
    [
      { label: 'History', colour: missingColour },
      ...(estimates.length > 0
        ? [{ label: 'New model', colour: colours.estimate, symbol: 'diamond' as const }]
        : []),
    ],
    width,
    marginLeft,
  );
  const isWide = width >= 560;
  const scores = measured.map(({ score }) => score);
  const range = [Math.min(...scores), Math.max(...scores)];
  const drawn = Plot.plot({
    width,
    aspectRatio: 1,
    marginLeft,
    marginRight: 14,
    marginTop: legendHeight + key.height,
    marginBottom: 34,
    inset: 22,
    grid: false,
    x: {
      label: `First axis: ${share(first)} of the similarity`,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: [],
    },
    y: {
      label: isWide ? `Second axis: ${share(second)} of the similarity` : `Second axis: ${share(second)}`,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: [],
    },
    color: { scheme: scoreScheme, domain: range.map((score) => score * units.factor) },
    marks: [
      Plot.frame({ stroke: colours.grid }),
      Plot.dot(measured, {
        x: 'x',
        y: 'y',
        r: models.length > 200 ? 3.5 : 5,
        fill: ({ score }: MappedModel) => score * units.factor,
        stroke: colours.softInk,
        strokeWidth: 0.75,
      }),
      ...labels(estimates.slice(0, mostLabels), models, isWide ? 28 : 16),
      Plot.dot(estimates, {
        x: 'x',
        y: 'y',
        r: 7,
        symbol: 'diamond',
        fill: colours.estimate,
        stroke: 'var(--surface)',
        strokeWidth: 1.5,
      }),
      ...key.marks,
      Plot.tip(
        models,
        Plot.pointer({
          x: 'x',
          y: 'y',
          title: (model: MappedModel) => tipOf(model, units),
          lineHeight: 1.3,
          fill: 'var(--surface)',
          stroke: 'var(--line)',
        }),
      ),
    ],
  });
  drawn.append(scoreLegend(units, range, 0));
  return drawn;
}

/** Beside the diamond, towards the middle of the picture; a name that would lie on another one is moved down. */
function labels(estimates: readonly MappedModel[], places: readonly Place[], most: number): Plot.Markish[] {
  const extent = (of: (place: Place) => number) =>
    Math.max(...places.map(of)) - Math.min(...places.map(of)) || 1;
  const [wide, high] = [extent(({ x }) => x), extent(({ y }) => y)];
  const highestFirst = [...estimates].sort((a, b) => b.y - a.y);
  return highestFirst.map((model, at) => {
    const close = highestFirst
      .slice(0, at)
      .filter(({ x, y }) => Math.abs(x - model.x) < wide / 4 && y - model.y < high / 30).length;
    const isRight = model.x > 0;
    return Plot.text([model], {
      x: 'x',
      y: 'y',
      text: () => shorten(model.model, most),
      dx: isRight ? -10 : 10,
      dy: 13 * close,
      textAnchor: isRight ? 'end' : 'start',
      fill: colours.estimate,
      stroke: 'var(--surface)',
      strokeWidth: 4,
      fontWeight: 600,
    });
  });
}

type Place = Pick<MappedModel, 'x' | 'y'>;

function tipOf({ model, kind, score, interval, severity }: MappedModel, units: Units): string {
  const range = interval === null ? '' : ` (${units.range(interval.lower, interval.upper)})`;
  const value =
    kind === 'measured' ? `${units.score(score)}, measured` : `${units.score(score)}${range}, estimated`;
  const warning = severity === null || severity === 'info' ? [] : [severityWords[severity]];
  return [shorten(model, 60), value, ...warning].join('\n');
}
