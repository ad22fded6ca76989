import { CsvError, parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../src/errors.ts';
import { readCsv } from '../../../src/importers/text/csv-records.ts';

/** What a reader makes of a text: its records with the lines they end on, null where it refuses it. */
type Reading = readonly (readonly [line: number, ...fields: string[]])[] | null;

async function* inPieces(bytes: Buffer, cuts: readonly number[]) {
  let from = 0;
  for (const cut of [...cuts, bytes.length].toSorted((a, b) => a - b)) {
    // A copy, as what is read may be overwritten.
    yield Buffer.from(bytes.subarray(from, cut));
    from = cut;
  }
}

async function read(text: string, cuts: readonly number[] = []): Promise<Reading> {
  const records: [number, ...string[]][] = [];
  try {
    await readCsv(inPieces(Buffer.from(text), cuts), (record) => {
      const fields = Array.from({ length: record.length }, (_, field) => record.text(field));
      records.push([record.line, ...fields]);
    });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'malformed-body') return null;
    throw error;
  }
  return records;
}

/** The same by csv-parse. */
function expected(text: string): Reading {
  try {
    const records = parse(text, { info: true, bom: true, relax_column_count: true }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return records
      .filter(({ record }) => record.length > 1 || record[0] !== '')
      .map(({ record, info }) => [info.lines, ...record]);
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}

const cuts = fc.array(fc.nat(200), { maxLength: 8 });

describe('readCsv', () => {
  it('reads what csv-parse reads and refuses what it refuses, however it arrives', async () => {
    const snippet = fc.constantFrom(
      '"',
      '""',
      ',',
      '\n',
      '\r\n',
      '\r',
      '0',
      '1',
      'a',
      'é',
      '€',
      '😀',
      ' ',
      '+',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(snippet, { maxLength: 30 }), cuts, async (snippets, places) => {
        // A stray line break at the very end counts as a line with us only; regular ones are in the next test.
        const text = snippets.join('').replace(/[\r\n]+$/, '');
        expect(await read(text, places)).toEqual(expected(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('reads what is well formed, whatever stands in its fields', async () => {
    const field = fc.oneof(
      fc.constantFrom('', '0', '1'),
      fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'ü', '𝄞') }),
    );
    const written = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const terminator = fc.constantFrom('\n', '\r\n', '\r');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 6 }),
        terminator,
        fc.boolean(),
        cuts,
        async (records, end, hasLast, places) => {
          const text = records.map((fields) => fields.map(written).join()).join(end) + (hasLast ? end : '');
          const found = await read(text, places);
          expect(found).toEqual(expected(text));
          expect(found?.map(([, ...fields]) => fields)).toEqual(
            records.filter((fields) => fields.length > 1 || fields[0] !== ''),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});
