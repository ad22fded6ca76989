import type { Frame, Owner } from './cpu-profile.ts';

const width = 1200;
const rowHeight = 16;
const characterWidth = 6.2;
/** Narrower frames are left out: nobody could read them. */
const leastShare = 0.003;
/** Deeper ones too. */
const mostRows = 44;

/** To be told apart with any kind of eyesight, on white and on black. */
const fills: Readonly<Record<Owner, string>> = {
  service: '#f2b04c',
  dependency: '#8fb8de',
  engine: '#c9c9c9',
};
const legend: readonly (readonly [Owner, string])[] = [
  ['service', 'the service'],
  ['dependency', 'its dependencies'],
  ['engine', 'Node and V8'],
];

interface Box {
  readonly frame: Frame;
  readonly left: number;
  readonly row: number;
}

/** A flame graph as SVG: what called above, what was called below, widths by time. */
export function renderFlameGraph(root: Frame, title: string): string {
  const boxes = layOut(root);
  const rows = Math.max(...boxes.map(({ row }) => row)) + 1;
  const top = 2.5 * rowHeight;
  const height = top + rows * rowHeight + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="10" role="img">`,
    `<title>${escaped(title)}</title><rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="4" y="14" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    ...legend.map(
      ([owner, text], place) =>
        `<rect x="${4 + 150 * place}" y="20" width="12" height="12" fill="${fills[owner]}"/><text x="${20 + 150 * place}" y="30">${text}</text>`,
    ),
    ...boxes.map((box) => drawBox(box, root.total, top)),
    '</svg>',
    '',
  ].join('\n');
}

function layOut(root: Frame): Box[] {
  const boxes: Box[] = [];
  const place = (frame: Frame, left: number, row: number) => {
    if (frame.total < leastShare * root.total || row >= mostRows) return;
    boxes.push({ frame, left, row });
    let at = left;
    for (const child of [...frame.children.values()].sort((a, b) => b.total - a.total)) {
      place(child, at, row + 1);
      at += child.total;
    }
  };
  place(root, 0, 0);
  return boxes;
}

function drawBox({ frame, left, row }: Box, total: number, top: number): string {
  const x = (left / total) * width;
  const w = (frame.total / total) * width;
  const y = top + row * rowHeight;
  const room = Math.floor((w - 4) / characterWidth);
  const text = room < 3 ? '' : escaped(frame.name.slice(0, room));
  const share = `${((100 * frame.total) / total).toFixed(1)} %`;
  return `<g><title>${escaped(frame.name)}: ${share}</title><rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.3, w - 0.5).toFixed(1)}" height="${rowHeight - 1}" fill="${fills[frame.owner]}"/>${text && `<text x="${(x + 2).toFixed(1)}" y="${y + 11}">${text}</text>`}</g>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
