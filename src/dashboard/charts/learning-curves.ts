import * as Plot from '@observablehq/plot';
import type { Wire } from '../api/client.ts';
import { count, type Units } from '../text/units.ts';
import { methodWords } from '../text/words.ts';
import { plotKey } from './plot-key.ts';
import { colours } from './plot-style.ts';

type Curve = Wire['LearningCurve'];
type Method = Curve['method'];

interface Point {
  readonly design: Curve['design'];
  readonly size: number;
  readonly error: number;
  readonly standardError: number | null;
}

/** The three that every evaluation has are told apart by colour, the others by symbol. */
const methodColours: Partial<Record<Method, string>> = {
  aipw: colours.estimate,
  'random-sampling': colours.baseline,
  'random-sampling-learn': colours.other,
};
const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye', 'plus', 'times'] as const;

/**
 * Error by size, a line per method with one standard error up and down; designs in panels.
 * @param most top of the axis, score units
 */
export function drawLearningCurves(
  curves: readonly Curve[],
  most: number,
  units: Units,
  width: number,
): Element {
  const methods = [...new Set(curves.map(({ method }) => method))];
  const designs = [...new Set(curves.map(({ design }) => design))];
  const sizes = [...new Set(curves.flatMap(({ points }) => points.map(({ size }) => size)))].sort(
    (a, b) => a - b,
  );
  const styleOf = (method: Method) => ({
    colour: methodColours[method] ?? colours.historyStrong,
    symbol: symbols[methods.indexOf(method) % symbols.length],
  });
  const marginLeft = 48;
  const key = plotKey(
    methods.map((method) => ({ label: methodWords[method].name, ...styleOf(method) })),
    width,
    marginLeft,
    designs.length > 1 ? 18 : 0,
  );
  const isWide = width >= 560;
  const panels = designs.length > 1 ? (isWide ? { fx: 'design' } : { fy: 'design' }) : {};
  const rows = designs.length > 1 && !isWide ? designs.length : 1;
  const unit = units.factor === 100 ? 'points' : 'score';
  return Plot.plot({
    width,
    height: key.height + 48 + 220 * rows,
    marginLeft,
    marginRight: 20,
    marginTop: key.height + (designs.length > 1 && isWide ? 18 : 0),
    marginBottom: 42,
    x: {
      type: 'log',
      label: 'Items of the core set',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [sizes[0] * 0.88, sizes[sizes.length - 1] * 1.14],
      ticks: sizes,
      tickFormat: count,
    },
    y: {
      label: `Off by (${unit})`,
      labelArrow: 'none',
      labelAnchor: 'center',
      domain: [0, most * units.factor],
      nice: true,
      ticks: 5,
    },
    fx: { label: null },
    fy: { label: null },
    marks: [
      Plot.gridY({ stroke: colours.grid, strokeOpacity: 1, ticks: 5 }),
      Plot.ruleY([0], { stroke: colours.softInk }),
      ...curves.flatMap(({ design, method, points }) => {
        const { colour, symbol } = styleOf(method);
        const rank = methods.indexOf(method);
        return curveMarks(
          points.map((point) => ({
            design,
            size: point.size,
            error: point.mean_absolute_error * units.factor,
            standardError: point.standard_error === null ? null : point.standard_error * units.factor,
          })),
          // Beside each other: bars of equal sizes would hide one another.
          { dx: 5 * (rank - (methods.length - 1) / 2), ...panels },
          colour,
          symbol,
          `${methodWords[method].name}`,
        );
      }),
      ...key.marks,
    ],
  });
}

function curveMarks(
  points: readonly Point[],
  place: { readonly dx: number; readonly fx?: string; readonly fy?: string },
  colour: string,
  symbol: (typeof symbols)[number],
  name: string,
): Plot.Markish[] {
  const at = { x: 'size', y: 'error', ...place };
  return [
    Plot.line(points, { ...at, stroke: colour, strokeWidth: 1.75 }),
    Plot.ruleX(
      points.filter(({ standardError }) => standardError !== null),
      {
        ...place,
        x: 'size',
        y1: ({ error, standardError }: Point) => error - standardError!,
        y2: ({ error, standardError }: Point) => error + standardError!,
        stroke: colour,
        strokeWidth: 1.5,
      },
    ),
    Plot.dot(points, {
      ...at,
      fill: colour,
      symbol,
      r: 4,
      title: ({ size, error, standardError }: Point) =>
        `${name}, ${count(size)} items: off by ${error.toFixed(2)}${standardError === null ? '' : ` ± ${standardError.toFixed(2)}`}`,
    }),
  ];
}
