import { answerOf, api, type Wire } from '../../api/client.ts';
import type { Cells } from '../../charts/heat-map-cells.ts';
import { paintCells } from '../../charts/heat-map-picture.ts';

type HeatMap = Wire['HeatMap'];

export interface DecodedHeatMap {
  readonly map: HeatMap;
  readonly cells: Cells;
  /** Of the picture: a pixel per cell. */
  readonly url: string;
}

/** What the service draws at most. */
const mostRows = 2000;
const mostColumns = 16_384;
const mostCells = 16_777_216;

/** Few enough for a picture that fits a page, on screens with two pixels for one. */
const overviewColumns = 2000;
const overviewRows = 1000;

/** The score matrix as it fits a page, or with a column for every item. */
export async function readHeatMap(
  benchmark: string,
  models: number,
  items: number,
  isWhole: boolean,
): Promise<DecodedHeatMap> {
  const columns = Math.max(1, Math.min(items, isWhole ? overviewColumns : mostColumns));
  const most = isWhole ? overviewRows : Math.min(mostRows, Math.floor(mostCells / columns));
  const rows = Math.max(1, Math.min(models, most));
  const params = { path: { benchmark }, query: { rows, columns } };
  const map = await answerOf(api.GET('/v1/benchmarks/{benchmark}/heat-map', { params }));
  const cells = { rows: map.rows, columns: map.columns, bytes: decode(map.cells) };
  return { map, cells, url: paintCells(cells) };
}

function decode(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Bin `bin` of `bins` holds the places from the first up to, not including, the second. */
export function placesOf(bin: number, bins: number, length: number): readonly [number, number] {
  return [Math.floor((bin * length) / bins), Math.floor(((bin + 1) * length) / bins)];
}
