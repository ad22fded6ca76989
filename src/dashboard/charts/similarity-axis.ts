import * as Plot from '@observablehq/plot';
import type { Wire } from '../api/client.ts';
import { shorten } from '../text/shorten.ts';
import { colours } from './plot-style.ts';

type Similarity = Wire['Similarity'];
type Nearest = Similarity['nearest'][number];

const rowHeight = 26;

/** How alike the nearest models answer, between what counts as low and as high. */
export function similarityAxis(
  { nearest, mean }: Similarity,
  { low, high }: Wire['Benchmark']['similarity_thresholds'],
  width: number,
): Element {
  const least = Math.min(0, ...nearest.map(({ similarity }) => similarity), mean ?? 0);
  const marginLeft = Math.min(220, Math.round(width * 0.3));
  const nameLength = Math.floor((marginLeft - 14) / 6.6);
  const regions = [
    { name: 'low', from: least, to: low },
    { name: 'moderate', from: low, to: high },
    { name: 'high', from: high, to: 1 },
  ].filter(({ from, to }) => to > from);
  return Plot.plot({
    width,
    height: 34 + 62 + rowHeight * nearest.length,
    marginTop: 34,
    marginBottom: 62,
    marginLeft,
    marginRight: 16,
    x: {
      domain: [least, 1],
      label: 'Agreement beyond chance (kappa)',
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 38,
      ticks: 5,
    },
    y: {
      domain: nearest.map(({ model }) => model),
      label: null,
      tickSize: 0,
      tickFormat: (model: string) => shorten(model, nameLength),
    },
    marks: [
      Plot.gridX({ stroke: colours.grid, strokeOpacity: 1, ticks: 5 }),
      Plot.ruleX([low, high], { stroke: colours.history, strokeDasharray: '3 3' }),
      ...regions.map(({ name, from, to }) =>
        Plot.text([name], {
          x: name === 'low' ? [to] : [from],
          // Left of the line below which it is low, right of the others: there is room on phones, too.
          textAnchor: name === 'low' ? 'end' : 'start',
          frameAnchor: 'top',
          dx: name === 'low' ? -4 : 4,
          dy: -10,
          fill: colours.softInk,
          fontSize: 12,
        }),
      ),
      ...(mean === null
        ? []
        : [
            Plot.ruleX([mean], { stroke: colours.estimate, strokeWidth: 2 }),
            Plot.text(['mean of all'], {
              x: mean,
              frameAnchor: 'top',
              dy: -24,
              fill: colours.estimate,
              fontWeight: 600,
            }),
          ]),
      Plot.dot(nearest, {
        x: 'similarity',
        y: 'model',
        r: 6,
        fill: colours.historyStrong,
        title: ({ model }: Nearest) => model,
      }),
    ],
  });
}
