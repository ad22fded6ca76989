import * as Plot from '@observablehq/plot';
import { type Cells, fullCell, missingCell } from './heat-map-cells.ts';
import { missingColour, scoreScheme } from './score-legend.ts';

/** Cells as a picture of one pixel each: a data URL, so that it stays in files that are saved. */
export function paintCells({ rows, columns, bytes }: Cells): string {
  const colourOf = pixelOfByte();
  const [canvas, context] = canvasOf(columns, rows);
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < bytes.length; i++) pixels[i] = colourOf[bytes[i]];
  context.putImageData(image, 0, 0);
  return canvas.toDataURL('image/png');
}

/** The pixel of each byte, as a canvas itself lays it out: it reads colours however the library writes them. */
function pixelOfByte(): Uint32Array {
  const scale = Plot.scale({ color: { scheme: scoreScheme, domain: [0, fullCell] } })!;
  const [, context] = canvasOf(256, 1);
  for (let byte = 0; byte < 256; byte++) {
    context.fillStyle = byte === missingCell ? missingColour : scale.apply(byte);
    context.fillRect(byte, 0, 1, 1);
  }
  return new Uint32Array(context.getImageData(0, 0, 256, 1).data.buffer);
}

function canvasOf(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return [canvas, canvas.getContext('2d', { willReadFrequently: true })!];
}
