import * as Plot from '@observablehq/plot';
import type { Units } from '../text/units.ts';

/** Of scores, wherever they are colours: dark is low, light is high. Has no grey in it, which means missing. */
export const scoreScheme = 'viridis';
export const missingColour = '#8f8f8f';

export const legendClass = 'legend';

/** What the colours of scores from the first to the second mean, to be put into a picture: so it is saved with it. */
export function scoreLegend(
  units: Units,
  [low, high]: readonly number[],
  left: number,
  hasMissing = false,
): SVGGElement {
  const ramp = Plot.legend({
    color: {
      scheme: scoreScheme,
      domain: [low * units.factor, high * units.factor],
      label: units.label,
    },
    width: 220,
    height: 44,
    marginTop: 16,
    ticks: 5,
  });
  const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
  group.setAttribute('class', legendClass);
  // The picture around it has its texts in the middle of their places.
  group.setAttribute('text-anchor', 'start');
  group.setAttribute('transform', `translate(${left}, 0)`);
  group.append(...ramp.querySelectorAll(':scope > :not(style)'));
  if (hasMissing) group.append(...missingKey().querySelectorAll(':scope > :not(style)'));
  return group;
}

function missingKey(): Element {
  return Plot.plot({
    width: 340,
    height: 44,
    margin: 0,
    axis: null,
    x: { domain: [0, 340], range: [0, 340] },
    y: { domain: [0, 44], range: [0, 44] },
    marks: [
      Plot.rect([0], { x1: 240, x2: 256, y1: 16, y2: 26, fill: missingColour }),
      Plot.text(['missing'], { x: 262, y: 21, textAnchor: 'start', text: (word: string) => word }),
    ],
  });
}
