import type { RefObject } from 'preact';
import type { Cells } from '../../charts/heat-map-cells.ts';
import { legendClass } from '../../charts/score-legend.ts';
import type { Tell } from './readout.tsx';

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};
/** With Shift or as a page: so many cells at once. */
const stride = 25;

/**
 * A picture of cells in a box of its own, which scrolls where the picture is wider; what is under the pointer is told, and
 * arrow keys go from cell to cell.
 */
export function explorable(chart: Element, { rows, columns }: Cells, tell: RefObject<Tell>): Element {
  const box = document.createElement('div');
  box.className = 'explorable';
  box.tabIndex = 0;
  box.setAttribute('role', 'application');
  box.setAttribute('aria-label', 'Heat map: arrow keys go from cell to cell, with Shift in larger steps');
  const cursor = document.createElement('div');
  cursor.className = 'cursor';
  cursor.hidden = true;
  box.append(chart, cursor);
  const frame = document.createElement('div');
  frame.className = 'explorable-frame';
  frame.append(box, stayingLegend(chart));
  const image = chart.querySelector('image')!;
  let at: readonly [number, number] = [0, 0];

  const show = () => {
    const cell = placeOf(image, box, rows, columns, at);
    Object.assign(cursor.style, {
      left: `${cell.left}px`,
      top: `${cell.top}px`,
      width: `${cell.width}px`,
      height: `${cell.height}px`,
    });
    cursor.hidden = false;
    const { clientWidth, scrollLeft } = box;
    if (cell.left < scrollLeft + 40 || cell.left > scrollLeft + clientWidth - 40) {
      box.scrollLeft = cell.left - clientWidth / 2;
    }
  };
  const move = (row: number, column: number) => {
    at = [clamp(row, rows), clamp(column, columns)];
    show();
    tell.current?.({ row: at[0], column: at[1], isByKey: true });
  };

  box.addEventListener('pointermove', (event) => {
    const bounds = image.getBoundingClientRect();
    const row = Math.floor(((event.clientY - bounds.top) / bounds.height) * rows);
    const column = Math.floor(((event.clientX - bounds.left) / bounds.width) * columns);
    const isOutside = row < 0 || row >= rows || column < 0 || column >= columns;
    if (!isOutside) at = [row, column];
    cursor.hidden = true;
    tell.current?.(isOutside ? null : { row, column, isByKey: false });
  });
  box.addEventListener('pointerleave', () => tell.current?.(null));
  box.addEventListener('focus', () => box.matches(':focus-visible') && move(...at));
  box.addEventListener('blur', () => {
    cursor.hidden = true;
  });
  box.addEventListener('keydown', (event) => {
    const [row, column] = at;
    const far = event.shiftKey ? stride : 1;
    const step = steps[event.key];
    if (step) move(row + step[0] * far, column + step[1] * far);
    else if (event.key === 'Home') move(row, 0);
    else if (event.key === 'End') move(row, columns - 1);
    else if (event.key === 'PageUp') move(row - stride, column);
    else if (event.key === 'PageDown') move(row + stride, column);
    else return;
    event.preventDefault();
  });
  return frame;
}

/** The legend once more, where it does not scroll away; the one within the picture is for files. */
function stayingLegend(chart: Element): Element {
  const legend = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  legend.setAttribute('aria-hidden', 'true');
  legend.setAttribute('width', '360');
  legend.setAttribute('height', '50');
  legend.append(chart.querySelector(`.${legendClass}`)!.cloneNode(true));
  return legend;
}

function placeOf(
  image: Element,
  box: Element,
  rows: number,
  columns: number,
  [row, column]: readonly [number, number],
) {
  const frame = image.getBoundingClientRect();
  const outer = box.getBoundingClientRect();
  const width = frame.width / columns;
  const height = frame.height / rows;
  return {
    left: frame.left - outer.left + box.scrollLeft + column * width,
    top: frame.top - outer.top + row * height,
    width,
    height,
  };
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}
