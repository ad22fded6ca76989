import * as Plot from '@observablehq/plot';
import { count, type Units } from '../text/units.ts';
import { colours } from './plot-style.ts';
import { scoreLegend } from './score-legend.ts';

export interface HeatMapPicture {
  /** One pixel per cell. */
  readonly url: string;
  readonly rows: number;
  readonly columns: number;
  readonly models: number;
  readonly items: number;
  readonly hasMissing: boolean;
}

const margins = { left: 48, right: 20, top: 58, bottom: 42 };
const leastHeight = 240;
const mostHeight = 480;

/** The score matrix as one image within axes. @param itemWidth in pixels; null: as wide as there is room */
export function drawHeatMap(
  { url, rows, columns, models, items, hasMissing }: HeatMapPicture,
  itemWidth: number | null,
  units: Units,
  width: number,
): Element {
  const wide = itemWidth === null ? width - margins.left - margins.right : itemWidth * items;
  const high = heightOf(rows);
  // Where cells are smaller than pixels they are averaged, else their edges stay sharp.
  const isSharp = columns <= wide && rows <= high;
  const drawn = Plot.plot({
    width: wide + margins.left + margins.right,
    height: high + margins.top + margins.bottom,
    marginLeft: margins.left,
    marginRight: margins.right,
    marginTop: margins.top,
    marginBottom: margins.bottom,
    x: {
      label: 'Items, from the easiest to the hardest',
      // Of a wide picture the beginning is seen first.
      labelAnchor: itemWidth === null ? 'center' : 'left',
      labelArrow: 'none',
      domain: [0, items],
      ticks: Math.max(3, Math.round(wide / 110)),
      tickFormat: count,
    },
    y: {
      label: 'Models, best at the top',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [models, 0],
      ticks: 5,
      tickFormat: count,
    },
    marks: [
      Plot.image([url], {
        src: (source: string) => source,
        frameAnchor: 'middle',
        width: wide,
        height: high,
        preserveAspectRatio: 'none',
        imageRendering: isSharp ? 'pixelated' : 'auto',
      }),
      Plot.frame({ stroke: colours.softInk }),
    ],
  });
  drawn.append(scoreLegend(units, [units.low, units.high], margins.left - 10, hasMissing));
  return drawn;
}

function heightOf(rows: number): number {
  // Whole pixels per model, where there are fewer models than pixels.
  const perRow = Math.max(1, Math.floor(mostHeight / rows));
  return Math.max(leastHeight, Math.min(mostHeight, perRow * rows));
}
