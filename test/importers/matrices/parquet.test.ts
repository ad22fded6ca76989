import { describe, expect, it } from 'vitest';
import { importLogs, parquetFile, refusalOf } from '../../support/logs.ts';

const wide = [
  { name: 'model', data: ['a', 'b'], type: 'STRING' as const },
  { name: 'q1', data: [1, null], type: 'DOUBLE' as const },
  { name: 'q2', data: [0n, 1n], type: 'INT64' as const },
  { name: 'q3', data: [true, null], type: 'BOOLEAN' as const },
  { name: 'q4', data: [Number.NaN, 0.5], type: 'DOUBLE' as const },
  { name: 'q5', data: [1, 0], type: 'INT32' as const },
  { name: 'q6', data: [0.25, null], type: 'FLOAT' as const },
];
const wideCells = ['a q1 1', 'a q2 0', 'a q3 1', 'a q5 1', 'a q6 0.25', 'b q2 1', 'b q4 0.5', 'b q5 0'];

const long = [
  { name: 'model', data: ['a', 'a', 'b'], type: 'STRING' as const },
  { name: 'item', data: ['q1', 'q2', 'q1'], type: 'STRING' as const },
  { name: 'score', data: [1, null, 0], type: 'DOUBLE' as const },
];
const longCells = ['a q1 1', 'b q1 0'];

describe('a score matrix as Parquet', () => {
  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD', 'BROTLI'] as const)('is read by %s', async (codec) => {
    expect((await importLogs([parquetFile(wide, { codec })])).cells).toEqual(wideCells);
    expect((await importLogs([parquetFile(long, { codec })])).cells).toEqual(longCells);
  });

  it('may be long, with groups, its columns in the order of the long form', async () => {
    const groups = { name: 'group', data: ['x', 'y', null], type: 'STRING' as const };
    expect((await importLogs([parquetFile([...long, groups])])).cells).toEqual(longCells);
  });

  it('may have several row groups', async () => {
    const models = Array.from({ length: 7 }, (_, k) => `m${k}`);
    const file = parquetFile(
      [
        { name: 'model', data: models, type: 'STRING' },
        { name: 'q', data: models.map((_, k) => k % 2), type: 'INT32' },
      ],
      { rowGroupSize: 2 },
    );
    expect((await importLogs([file])).cells).toEqual(models.map((model, k) => `${model} q ${k % 2}`));
  });

  it('keeps items that are called like what every object has', async () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const columns = names.map((name) => ({ name, data: [1], type: 'INT32' as const }));
    const read = await importLogs([
      parquetFile([{ name: 'model', data: ['m'], type: 'STRING' }, ...columns]),
    ]);
    expect(read.cells).toEqual(names.map((name) => `m ${name} 1`));
  });

  it.each([
    [
      'a score outside the range',
      [wide[0], { name: 'q', data: [0, 2], type: 'DOUBLE' as const }],
      'score-out-of-range: row 2, column q',
    ],
    [
      'a text for a score',
      [wide[0], { name: 'q', data: ['x', 'y'], type: 'STRING' as const }],
      'invalid-request: row 1, column q',
    ],
    [
      'an infinity',
      [wide[0], { name: 'q', data: [0, Number.POSITIVE_INFINITY], type: 'DOUBLE' as const }],
      'invalid-request: row 2',
    ],
    ['a model twice', [{ ...wide[0], data: ['a', 'a'] }, wide[4]], 'duplicate: row 2'],
    ['a model without a name', [{ ...wide[0], data: ['a', null] }, wide[4]], 'invalid-request: row 2'],
    [
      'a cell twice',
      [
        { ...long[0], data: ['a', 'a', 'a'] },
        { ...long[1], data: ['q', 'q', 'r'] },
        { ...long[2], data: [1, 1, 1] },
      ],
      'duplicate: row 2',
    ],
  ] as const)('is refused with %s', async (_, columns, message) => {
    expect(await refusalOf(importLogs([parquetFile(columns)]))).toContain(message);
  });

  it('is refused where it has no rows', async () => {
    const empty = parquetFile(wide.map((column) => ({ ...column, data: [] })));
    expect(await refusalOf(importLogs([empty]))).toMatch(/^missing-scores/);
  });

  it('without a model is no matrix', async () => {
    expect(await refusalOf(importLogs([parquetFile(wide.slice(1))]))).toMatch(
      /^unreadable-log: .*nor a score matrix/,
    );
  });
});
