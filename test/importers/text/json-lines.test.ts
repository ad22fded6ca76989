import { describe, expect, it } from 'vitest';
import { readJsonLines } from '../../../src/importers/text/json-lines.ts';
import { refusalOf } from '../../support/logs.ts';

async function linesOf(source: string | Buffer, size = 64 * 1024) {
  const bytes = Buffer.from(source);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const found = [];
  for await (const line of readJsonLines(chunks(), 'f')) found.push(line);
  return found;
}

describe('JSON Lines', () => {
  it('are objects, by the number of their line; empty lines are passed over', async () => {
    for (const size of [1, 2, 3, 65_536]) {
      expect(await linesOf('\ufeff{"a":"ü😀"}\r\n\n  \n{"b":NaN}', size)).toEqual([
        { place: 'f, line 1', fields: { a: 'ü😀' } },
        { place: 'f, line 4', fields: { b: '\x7f' } },
      ]);
    }
    expect(await linesOf('')).toEqual([]);
  });

  it.each([
    ['{"a":1}\n{"a":', /line 2: is not JSON, or cut off/],
    ['{"a":1}\n[1]\n', /line 2: is not a JSON object/],
    ['null\n', /line 1: is not a JSON object/],
    ['{"a":1} {"b":2}', /line 1: is not JSON/],
    [`{"a":1}\n{"a":NaN,"b":${'['.repeat(1000)}`, /256 levels deep/],
  ])('are refused: %j', async (source, message) => {
    expect(await refusalOf(linesOf(source))).toMatch(/^unreadable-log: f, line/);
    expect(await refusalOf(linesOf(source))).toMatch(message);
  });

  it('are refused where they are not UTF-8', async () => {
    expect(await refusalOf(linesOf(Buffer.from([0x7b, 0xff, 0x7d])))).toMatch(
      /^unreadable-log: f: is not UTF-8/,
    );
    expect(await refusalOf(linesOf(Buffer.from('{"a":"ü"}').subarray(0, 7)))).toMatch(
      /^unreadable-log: f: is not UTF-8/,
    );
  });

  it('are no longer than 8 MiB', async () => {
    const line = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;
    expect(await linesOf(`{}\n${line(8 * 1024 * 1024)}\n{}`)).toHaveLength(3);
    // Lines of the chunk in which it ends may not have been told yet.
    expect(await refusalOf(linesOf(`{}\n${line(8 * 1024 * 1024 + 100_000)}`))).toMatch(
      /^unreadable-log: f: has a line of more than 8388608 bytes, after line [01];/,
    );
    expect(await refusalOf(linesOf('['.repeat(10_000_000)))).toMatch(
      /^unreadable-log: f: has a line of more than 8388608 bytes, after line 0;/,
    );
  });

  it('have no more than 10,000 empty lines in a row', async () => {
    const empty = '\n'.repeat(9_999);
    expect(await linesOf(`{}\n \n${empty}{"a":1}\n\n${empty}{"a":2}`)).toMatchObject([
      { place: 'f, line 1' },
      { place: 'f, line 10002' },
      { place: 'f, line 20003' },
    ]);
    expect(await refusalOf(linesOf(`{}\n\n\n${empty}{"a":1}`))).toMatch(
      /^unreadable-log: f, line 10002: is one of more than 10000 empty lines/,
    );
  });
});
