import { CsvError, parse } from 'csv-parse';
import { DomainError } from '../../errors.ts';
import { isLong, looksLong } from '../../scores/csv-forms.ts';
import type { ScoreRange } from '../../scores/score-range.ts';
import type { ScoreTable } from '../../scores/score-table.ts';
import { complaint } from '../complaint.ts';
import { parseText } from '../text/decode.ts';
import { addItem, addModel, checkScore, itemIndex, modelRow, setCell, setGroup } from './checks.ts';
import type { Importer } from './importer.ts';

/** A quote that never closes must not gather the whole body. */
const maxRecordCharacters = 64 * 1024 * 1024;

const [newline, comma] = Buffer.from('\n,');
/** More than items, since names may hold commas. */
const maxCommas = 2_000_000;

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

type RecordReader = (record: readonly string[], line: number) => void;

/**
 * Wide: header `model,<item>,...` and a row per model, an empty cell = missing. Long: header
 * `model,item,score[,group]` and a row per cell; without its first column where the caller names the model.
 */
export const importCsv: Importer = async (bytes, table, range, model = null) => {
  const parser = parse({ info: true, relax_column_count: true, max_record_size: maxRecordCharacters });
  let read: RecordReader | undefined;
  let rows = 0;
  try {
    for await (const { record, info } of parseText<ParsedRecord>(boundColumns(bytes), parser)) {
      if (record.length === 1 && record[0] === '') continue;
      if (read === undefined) {
        read = readerFor(record, table, range, model);
      } else {
        read(record, info.lines);
        rows++;
      }
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new DomainError('malformed-body', `the CSV cannot be read: ${error.message}`);
    throw error;
  }
  if (read === undefined) throw complaint('missing-scores', 'line 1', 'the CSV is empty');
  if (rows === 0) throw complaint('missing-scores', 'line 2', 'the CSV has a header only');
};

/**
 * Passes bytes on while their lines have no more columns than a history may have items: parsed, millions of empty cells
 * would fill the memory before anybody could count them.
 */
async function* boundColumns(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let commas = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] === newline) commas = 0;
      else if (chunk[at] === comma && ++commas > maxCommas) {
        throw complaint('too-large', 'body', `has a line of more than ${maxCommas} columns`);
      }
    }
    yield chunk;
  }
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function readerFor(
  header: readonly string[],
  table: ScoreTable,
  range: ScoreRange,
  model: string | null,
): RecordReader {
  if (isLong(header)) return ofOneModel(model, longReader(header.length + 1, table, range));
  const [first, ...columns] = header;
  if (first !== 'model') {
    const found = JSON.stringify(first.slice(0, 60));
    throw complaint(
      'invalid-request',
      'line 1, column 1',
      `the header must start with "model,", not with ${found}`,
    );
  }
  if (!isLong(columns) && looksLong(columns)) {
    throw complaint(
      'invalid-request',
      'line 1',
      'the header of the long form is model,item,score or model,item,score,group',
    );
  }
  if (isLong(columns)) return longReader(header.length, table, range);
  if (columns.length === 0) throw complaint('missing-scores', 'line 1', 'the header names no item');
  columns.forEach((item, index) => {
    addItem(table, item, `line 1, column ${index + 2}`);
  });
  return wideReader(columns, table, range);
}

/** Rows without the column that says whose they are. @throws DomainError ambiguous-log: nobody says */
function ofOneModel(model: string | null, read: RecordReader): RecordReader {
  if (model === null) {
    throw complaint('ambiguous-log', 'line 1', 'the rows do not say which model they are of: give model');
  }
  return (record, line) => read([model, ...record], line);
}

function wideReader(items: readonly string[], table: ScoreTable, range: ScoreRange): RecordReader {
  return (record, line) => {
    checkLength(record, items.length + 1, line);
    const row = addModel(table, record[0], `line ${line}, column model`);
    for (let index = 0; index < items.length; index++) {
      const text = record[index + 1];
      if (text !== '')
        table.set(
          row,
          index,
          parseScore(text, range, () => `line ${line}, column ${items[index]}`),
        );
    }
  };
}

function longReader(columns: number, table: ScoreTable, range: ScoreRange): RecordReader {
  return (record, line) => {
    checkLength(record, columns, line);
    const row = modelRow(table, record[0], `line ${line}, column model`);
    const index = itemIndex(table, record[1], `line ${line}, column item`);
    if (columns === 4 && record[3] !== '') setGroup(table, index, record[3], `line ${line}, column group`);
    if (record[2] === '') return;
    const path = () => `line ${line}, column score`;
    setCell(table, row, index, parseScore(record[2], range, path), path);
  };
}

function checkLength(record: readonly string[], columns: number, line: number): void {
  if (record.length === columns) return;
  throw complaint(
    'invalid-request',
    `line ${line}`,
    `has ${record.length} columns, the header has ${columns}`,
  );
}

function parseScore(text: string, range: ScoreRange, path: () => string): number {
  return checkScore(spelledValue(text), range, path);
}

/** The number or boolean that a cell spells, else its text. */
function spelledValue(text: string): number | boolean | string {
  if (text === '1') return 1;
  if (text === '0') return 0;
  if (decimal.test(text)) return Number(text);
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : text;
}
