import { expect, it } from 'vitest';
import { exportCsv } from '../../src/exporters/csv.ts';
import { missingByte, type PackedRow } from '../../src/scores/packed-row.ts';

const bytes = (cells: readonly number[]): PackedRow => ({
  encoding: 'bytes',
  cells: Uint8Array.from(cells),
});
const floats = (cells: readonly number[]): PackedRow => ({
  encoding: 'floats',
  cells: Float64Array.from(cells),
});

function exported(items: readonly string[], rows: Readonly<Record<string, PackedRow>>): string {
  const models = Object.entries(rows).map(([model, row]) => ({ model, row }));
  const pieces = exportCsv({ items: items.map((item) => ({ item, group: null })), models });
  // Each is taken down before the next is asked for, as a stream does.
  return Array.from(pieces, (piece) => piece.toString()).join('');
}

it('spells rows of either kind, whole, with gaps, and shorter than the benchmark', () => {
  const rows = {
    whole: bytes([1, 0, 1]),
    gap: bytes([0, missingByte, 1]),
    short: bytes([0]),
    floats: floats([0.25, Number.NaN, -1e-7]),
  };
  expect(exported(['a', 'b', 'c'], rows)).toBe(
    'model,a,b,c\nwhole,1,0,1\ngap,0,,1\nshort,0,,\nfloats,0.25,,-1e-7\n',
  );
});

it('leaves out items without any score, wherever they stand', () => {
  const rows = { m: bytes([missingByte, 1, missingByte, 0]), n: bytes([missingByte, 0, missingByte, 1]) };
  expect(exported(['a', 'b', 'c', 'd', 'e'], rows)).toBe('model,b,d\nm,1,0\nn,0,1\n');
});

it('puts names in quotes that need them, in the long form too', () => {
  const rows = { 'm, "x"': bytes([1, 0]) };
  expect(exported(['a', 'b,c'], rows)).toBe('model,a,"b,c"\n"m, ""x""",1,0\n');
  expect(exported(['item', 'b"'], rows)).toBe('model,item,score\n"m, ""x""",item,1\n"m, ""x""","b""",0\n');
});

it('spells rows of any length, in pieces that add up', () => {
  const items = Array.from({ length: 150_001 }, (_, j) => `q${j}`);
  const cells = items.map((_, j) => j % 2);
  const rows = {
    whole: bytes(cells),
    gap: bytes([missingByte, ...cells.slice(1)]),
    floats: floats(cells),
  };
  const line = cells.slice(1).join();
  expect(exported(items, rows)).toBe(
    `model,${items.join()}\nwhole,0,${line}\ngap,,${line}\nfloats,0,${line}\n`,
  );
});
