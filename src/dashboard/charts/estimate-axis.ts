import * as Plot from '@observablehq/plot';
import type { Wire } from '../api/client.ts';
import { shorten } from '../text/shorten.ts';
import type { Units } from '../text/units.ts';
import { methodWords } from '../text/words.ts';
import { colours, domainAround, scoreAxis } from './plot-style.ts';

type Estimate = Wire['Estimate'];

/** An estimate that there is. */
export type Given = Estimate & { readonly estimate: number };

export interface EstimateAxisData {
  readonly estimates: readonly Given[];
  readonly recommended: Estimate['method'];
  /** Scores of the history; none where they are of other items. */
  readonly history: readonly number[];
  /** Whether something vouches for the intervals. */
  readonly isGuaranteed: boolean;
}

const rowHeight = 54;
const historyRow = 'history';
const marginX = 10;
/** How far below the estimates the history is shown, in spans of theirs: else its weakest models would take up the picture. */
const spansBelow = 2.5;

export function methodColour(method: Estimate['method']): string {
  if (method === 'aipw') return colours.estimate;
  return method === 'random-sampling' ? colours.baseline : colours.other;
}

/** Every method's estimate, and the history beneath it, on one axis; beyond the history's best the ground is tinted. */
export function estimateAxis(data: EstimateAxisData, units: Units, width: number): Element {
  const { estimates, history } = data;
  const ends = estimates.flatMap(({ estimate, interval }) => [
    estimate,
    ...(interval ? [interval.lower, interval.upper] : []),
  ]);
  const domain = domainAround(withinSight(ends, history), units);
  const inSight = history.filter((score) => score >= domain[0]);
  const keys = [
    ...estimates.map(({ method }) => method as string),
    ...(history.length > 0 ? [historyRow] : []),
  ];
  return Plot.plot({
    width,
    height: 40 + 44 + rowHeight * keys.length,
    marginTop: history.length > 0 ? 40 : 12,
    marginBottom: 44,
    marginLeft: marginX,
    marginRight: marginX,
    x: { ...scoreAxis(units, domain), ticks: width < 500 ? 5 : 9 },
    y: { type: 'band', domain: keys, axis: null, padding: 0 },
    r: { type: 'identity' },
    marks: [
      ...beyondMarks(data, domain, units, width),
      Plot.gridX({ stroke: colours.grid, strokeOpacity: 1, ticks: width < 500 ? 5 : 9 }),
      ...(inSight.length > 0 ? historyMarks(inSight) : []),
      ...intervalMarks(data),
      ...labelMarks(data, units, width, history.length - inSight.length),
    ],
  });
}

/** The estimates, and the history from somewhat below them to its best. */
function withinSight(ends: readonly number[], history: readonly number[]): number[] {
  const least = Math.min(...ends);
  const floor = least - spansBelow * (Math.max(...ends) - least);
  return [
    ...ends,
    ...history.filter((score) => score >= floor),
    ...(history.length > 0 ? [Math.max(...history)] : []),
  ];
}

function beyondMarks(
  { history, estimates, recommended }: EstimateAxisData,
  [least, most]: readonly [number, number],
  units: Units,
  width: number,
): Plot.Markish[] {
  if (history.length === 0) return [];
  const best = Math.max(...history);
  const room = ((most - best) / (most - least)) * (width - 2 * marginX);
  const isNarrow = room < 190;
  const chosen = estimates.find(({ method }) => method === recommended);
  // An alarm only where the estimate reaches there; elsewhere the region is a fact like others.
  const isReached = chosen !== undefined && (chosen.interval?.upper ?? chosen.estimate) > best;
  return [
    Plot.rectX([best], { x1: best, x2: most, fill: isReached ? colours.beyond : colours.grid }),
    Plot.ruleX([best], { stroke: isReached ? colours.critical : colours.history, strokeDasharray: '4 3' }),
    Plot.text([`best of the history: ${units.score(best)}`], {
      x: best,
      frameAnchor: 'top',
      textAnchor: isNarrow ? 'end' : 'start',
      dx: isNarrow ? 0 : 4,
      dy: -34,
      fill: colours.softInk,
    }),
    Plot.text(['no model of the history is here'], {
      x: isNarrow ? most : best,
      frameAnchor: 'top',
      textAnchor: isNarrow ? 'end' : 'start',
      dx: isNarrow ? 0 : 4,
      dy: -18,
      fill: isReached ? 'var(--critical)' : colours.softInk,
      fontWeight: 600,
    }),
  ];
}

function historyMarks(history: readonly number[]): Plot.Markish[] {
  return [
    Plot.tickX(history, {
      x: (score: number) => score,
      y: () => historyRow,
      insetTop: 26,
      insetBottom: 4,
      stroke: colours.historyStrong,
      strokeOpacity: history.length > 150 ? 0.4 : 0.7,
    }),
  ];
}

function intervalMarks({ estimates, recommended, isGuaranteed }: EstimateAxisData): Plot.Markish[] {
  const bounded = estimates.filter(({ interval }) => interval !== null);
  const shared = { y: 'method', dy: 12 } as const;
  return [
    Plot.link(bounded, {
      ...shared,
      x1: ({ interval }: Given) => interval!.lower,
      x2: ({ interval }: Given) => interval!.upper,
      stroke: ({ method }: Given) => methodColour(method),
      strokeWidth: ({ method }: Given) => (method === recommended ? 7 : 3.5),
      strokeDasharray: isGuaranteed ? undefined : '2 7',
      strokeLinecap: isGuaranteed ? 'round' : 'butt',
    }),
    Plot.dot(estimates, {
      ...shared,
      x: 'estimate',
      r: ({ method }: Given) => (method === recommended ? 8 : 6),
      fill: ({ method, interval }: Given) => (interval ? methodColour(method) : 'var(--surface)'),
      stroke: ({ method, interval }: Given) => (interval ? 'var(--surface)' : methodColour(method)),
      strokeWidth: 2,
    }),
  ];
}

function labelMarks(data: EstimateAxisData, units: Units, width: number, outOfSight: number): Plot.Markish[] {
  const { estimates, history, recommended, isGuaranteed } = data;
  const most = Math.floor((width - 2 * marginX) / 6.4);
  const label = ({ method, estimate, interval, reason }: Given) => {
    const name = `${methodWords[method].name}${method === recommended && width > 500 ? ' (recommended)' : ''}`;
    const bounds = interval
      ? `${units.range(interval.lower, interval.upper)}${isGuaranteed || width <= 500 ? '' : ', not guaranteed'}`
      : width > 500
        ? (reason ?? 'no interval')
        : 'no interval';
    return shorten(`${name}: ${units.score(estimate)} (${bounds})`, most);
  };
  const shared = {
    frameAnchor: 'left',
    textAnchor: 'start',
    dx: 4,
    dy: -14,
    fill: colours.ink,
    stroke: 'var(--surface)',
    strokeWidth: 4,
    fontSize: 12.5,
  } as const;
  return [
    ...[true, false].map((isChosen) =>
      Plot.text(
        estimates.filter(({ method }) => (method === recommended) === isChosen),
        { ...shared, y: 'method', text: label, fontWeight: isChosen ? 600 : 400 },
      ),
    ),
    ...(history.length > 0
      ? [
          Plot.text([historyRow], {
            ...shared,
            y: (row: string) => row,
            text: () => historyLabel(history.length, outOfSight, most),
          }),
        ]
      : []),
  ];
}

function historyLabel(all: number, outOfSight: number, most: number): string {
  const label = `${all} models of the history`;
  const rest = outOfSight === 0 ? '' : `; ${outOfSight} lower, to the left`;
  return label.length + rest.length + 13 > most ? `${label}${rest}` : `${label}, each a line${rest}`;
}
