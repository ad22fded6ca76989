import { isLong, looksLong } from '../../scores/csv-forms.ts';
import type { RowBuilder } from '../../scores/packed-row.ts';
import { isInRange, type ScoreRange } from '../../scores/score-range.ts';
import type { ScoreTable } from '../../scores/score-table.ts';
import { complaint } from '../complaint.ts';
import { blank, type CsvRecord, otherText, readCsv } from '../text/csv-records.ts';
import { addItem, addModel, checkScore, itemIndex, modelRow, setCell, setGroup } from './checks.ts';
import type { Importer } from './importer.ts';

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

type RecordReader = (record: CsvRecord) => void;

/**
 * Wide: header `model,<item>,...` and a row per model, an empty cell = missing. Long: header
 * `model,item,score[,group]` and a row per cell; without its first column where the caller names the model.
 */
export const importCsv: Importer = async (bytes, table, range, model = null) => {
  let read: RecordReader | undefined;
  let rows = 0;
  await readCsv(bytes, (record) => {
    if (read === undefined) {
      read = readerFor(textsOf(record), table, range, model);
    } else {
      read(record);
      rows++;
    }
  });
  if (read === undefined) throw complaint('missing-scores', 'line 1', 'the CSV is empty');
  if (rows === 0) throw complaint('missing-scores', 'line 2', 'the CSV has a header only');
};

function textsOf(record: CsvRecord): string[] {
  return Array.from({ length: record.length }, (_, field) => record.text(field));
}

function readerFor(
  header: readonly string[],
  table: ScoreTable,
  range: ScoreRange,
  model: string | null,
): RecordReader {
  if (isLong(header)) return longReader(header, rowsOfOne(model, table), table, range);
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
  if (isLong(columns)) return longReader(header, rowsByName(table), table, range);
  if (columns.length === 0) throw complaint('missing-scores', 'line 1', 'the header names no item');
  columns.forEach((item, index) => {
    addItem(table, item, `line 1, column ${index + 2}`);
  });
  return wideReader(columns, table, range);
}

function wideReader(items: readonly string[], table: ScoreTable, range: ScoreRange): RecordReader {
  const takesBits = allowsBits(range);
  // Not within the loop: it would cost every cell as much as reading it does.
  const parse = (record: CsvRecord, index: number) =>
    parseScore(record.text(index + 1), range, () => `line ${record.line}, column ${items[index]}`);
  return (record) => {
    checkLength(record, items.length + 1);
    const row = addModel(table, record.text(0), `line ${record.line}, column model`);
    for (let index = 0; index < items.length; index++) {
      const bit = record.bit(index + 1);
      if (bit === blank) continue;
      table.set(row, index, takesBits && bit !== otherText ? bit : parse(record, index));
    }
  };
}

function longReader(
  header: readonly string[],
  rowOf: (record: CsvRecord) => RowBuilder,
  table: ScoreTable,
  range: ScoreRange,
): RecordReader {
  const itemField = header.indexOf('item');
  const scoreField = itemField + 1;
  const groupField = itemField + 2;
  const takesBits = allowsBits(range);
  const hasGroups = groupField < header.length;
  const items = new NameFinder((item, line) => itemIndex(table, item, `line ${line}, column item`));
  let line = 1;
  const path = () => `line ${line}, column score`;
  return (record) => {
    line = record.line;
    checkLength(record, header.length);
    const row = rowOf(record);
    const index = items.find(record, itemField);
    if (hasGroups && record.bit(groupField) !== blank) {
      setGroup(table, index, record.text(groupField), `line ${line}, column group`);
    }
    const bit = record.bit(scoreField);
    if (bit === blank) return;
    const isDone = takesBits && bit !== otherText;
    setCell(table, row, index, isDone ? bit : parseScore(record.text(scoreField), range, path), path);
  };
}

/** Rows without the column that says whose they are. @throws DomainError ambiguous-log: nobody says */
function rowsOfOne(model: string | null, table: ScoreTable): (record: CsvRecord) => RowBuilder {
  if (model === null) {
    throw complaint('ambiguous-log', 'line 1', 'the rows do not say which model they are of: give model');
  }
  return ({ line }) => modelRow(table, model, `line ${line}, column model`);
}

function rowsByName(table: ScoreTable): (record: CsvRecord) => RowBuilder {
  const rows: RowBuilder[] = [];
  const indices = new Map<string, number>();
  const models = new NameFinder((model, line) => {
    const known = indices.get(model);
    if (known !== undefined) return known;
    const index = rows.push(modelRow(table, model, `line ${line}, column model`)) - 1;
    indices.set(model, index);
    return index;
  });
  return (record) => rows[models.find(record, 0)];
}

/**
 * Finds the number of the name that a field spells. Mostly it is that of the record before, or the one that came next to
 * that when both were new: these are compared before anything is decoded and looked up.
 */
class NameFinder {
  readonly #lookUp: (name: string, line: number) => number;
  /** Names as they were spelt, one behind the other, in the order of their numbers. */
  #spelt: Uint8Array = new Uint8Array(1024);
  readonly #starts = [0];
  #last = 0;

  /** @param lookUp numbers names by their first mention */
  constructor(lookUp: (name: string, line: number) => number) {
    this.#lookUp = lookUp;
  }

  find(record: CsvRecord, field: number): number {
    const count = this.#starts.length - 1;
    if (this.#spells(record, field, this.#last)) return this.#last;
    const next = this.#last + 1 < count ? this.#last + 1 : 0;
    this.#last = this.#spells(record, field, next) ? next : this.#lookUp(record.text(field), record.line);
    if (this.#last === count) this.#keep(record.bytes(field));
    return this.#last;
  }

  #spells(record: CsvRecord, field: number, index: number): boolean {
    const end = this.#starts[index + 1];
    return end !== undefined && record.equals(field, this.#spelt, this.#starts[index], end);
  }

  #keep(name: Uint8Array): void {
    const start = this.#starts[this.#starts.length - 1];
    const end = start + name.length;
    if (end > this.#spelt.length) {
      const grown = new Uint8Array(2 * end);
      grown.set(this.#spelt);
      this.#spelt = grown;
    }
    this.#spelt.set(name, start);
    this.#starts.push(end);
  }
}

function checkLength({ length, line }: CsvRecord, columns: number): void {
  if (length === columns) return;
  throw complaint('invalid-request', `line ${line}`, `has ${length} columns, the header has ${columns}`);
}

/** Whether 0 and 1 are scores: then cells that are no more than that need not be made texts of. */
function allowsBits(range: ScoreRange): boolean {
  return isInRange(0, range) && isInRange(1, range);
}

function parseScore(text: string, range: ScoreRange, path: () => string): number {
  return checkScore(spelledValue(text), range, path);
}

/** The number or boolean that a cell spells, else its text. */
function spelledValue(text: string): number | boolean | string {
  if (decimal.test(text)) return Number(text);
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : text;
}
