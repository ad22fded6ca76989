import * as Plot from '@observablehq/plot';

export interface KeyEntry {
  readonly label: string;
  readonly colour: string;
  readonly symbol?: Plot.SymbolType;
  /** Only its outline. */
  readonly isHollow?: boolean;
}

const lineHeight = 18;
const gap = 26;
const characterWidth = 6.8;

/**
 * What the colours and symbols of a picture mean, above it and part of it: so it is still there when the picture is saved.
 * @returns its marks, and the height to leave free for it at the top
 */
export function plotKey(entries: readonly KeyEntry[], width: number, marginLeft: number, marginTop = 0) {
  const placed: (KeyEntry & { x: number; line: number })[] = [];
  let x = 0;
  let line = 0;
  for (const entry of entries) {
    const room = gap + entry.label.length * characterWidth;
    if (x > 0 && x + room > width) {
      x = 0;
      line++;
    }
    placed.push({ ...entry, x, line });
    x += room;
  }
  const height = lineHeight * (line + 1) + 10;
  const marks = placed.flatMap(({ label, colour, symbol = 'circle', isHollow, x: left, line: at }) => {
    const place = {
      frameAnchor: 'top-left' as const,
      facet: 'super' as const,
      dx: left - marginLeft + 8,
      dy: at * lineHeight - height - marginTop + 14,
    };
    return [
      Plot.dot([0], {
        ...place,
        symbol,
        r: 4.5,
        ...(isHollow ? { stroke: colour, strokeWidth: 1.5 } : { fill: colour }),
      }),
      Plot.text([label], {
        ...place,
        dx: place.dx + 9,
        text: (text: string) => text,
        textAnchor: 'start',
        lineAnchor: 'middle',
        fill: 'var(--ink)',
      }),
    ];
  });
  return { marks, height };
}
