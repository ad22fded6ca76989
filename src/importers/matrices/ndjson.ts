import split from 'split2';
import type { RowBuilder } from '../../scores/packed-row.ts';
import type { ScoreRange } from '../../scores/score-range.ts';
import type { ScoreTable } from '../../scores/score-table.ts';
import { complaint } from '../complaint.ts';
import { type Fields, isObject } from '../fields.ts';
import { parseText } from '../text/decode.ts';
import { checkScore, itemIndex, modelRow, setCell, setGroup } from './checks.ts';
import type { Importer } from './importer.ts';

const maxLineCharacters = 64 * 1024 * 1024;
const modelKeys = ['model', 'scores'];
const cellKeys = ['model', 'item', 'score', 'group'];

/**
 * A line per model, `{ "model", "scores": { "<item>": score } }`, or per cell, `{ "model", "item", "score", "group"? }`;
 * null = missing; without `model` where the caller names it. Empty lines are passed over.
 */
export const importNdjson: Importer = async (bytes, table, range, model = null) => {
  const lines = split({ maxLength: maxLineCharacters });
  const wholeModels = new Set<RowBuilder>();
  let number = 0;
  let records = 0;
  try {
    for await (const line of parseText<string>(bytes, lines)) {
      number++;
      if (line.trim() === '') continue;
      const fields = parseLine(line, number);
      const named = model === null || 'model' in fields ? fields : { model, ...fields };
      readRecord(named, `line ${number}`, wholeModels, table, range);
      records++;
    }
  } catch (error) {
    if (error instanceof Error && error.message === 'maximum buffer reached') {
      throw complaint('too-large', `line ${number + 1}`, `is longer than ${maxLineCharacters} characters`);
    }
    throw error;
  }
  if (records === 0) throw complaint('missing-scores', 'line 1', 'the body holds no scores');
};

function parseLine(line: string, number: number): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw complaint('malformed-body', `line ${number}`, `is not JSON (${(error as Error).message})`);
  }
  if (isObject(value)) return value;
  throw complaint('invalid-request', `line ${number}`, 'is not a JSON object');
}

function readRecord(
  record: Fields,
  place: string,
  wholeModels: Set<RowBuilder>,
  table: ScoreTable,
  range: ScoreRange,
): void {
  const isWhole = 'scores' in record;
  const known = isWhole ? modelKeys : cellKeys;
  const stranger = Object.keys(record).find((key) => !known.includes(key));
  if (stranger !== undefined) {
    throw complaint('invalid-request', `${place}, ${stranger}`, `is not one of ${known.join(', ')}`);
  }
  const row = modelRow(table, record.model, `${place}, model`);
  if (isWhole) {
    if (wholeModels.has(row))
      throw complaint('duplicate', `${place}, model`, `model "${record.model}" is here twice`);
    wholeModels.add(row);
  }
  const cells = isWhole ? scoresOf(record.scores, place) : [[record.item, record.score] as const];
  for (const [item, score] of cells) {
    const path = () => (isWhole ? `${place}, scores.${item}` : `${place}, score`);
    const index = itemIndex(table, item, isWhole ? path() : `${place}, item`);
    if (record.group !== undefined && record.group !== null) {
      setGroup(table, index, record.group, `${place}, group`);
    }
    if (score !== null) setCell(table, row, index, checkScore(score, range, path), path);
  }
}

function scoresOf(scores: unknown, place: string): [string, unknown][] {
  if (isObject(scores)) return Object.entries(scores);
  throw complaint('invalid-request', `${place}, scores`, 'is not an object of scores by item');
}
