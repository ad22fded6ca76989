import split from 'split2';
import { DomainError } from '../../errors.ts';
import { type Fields, isObject } from '../fields.ts';
import { unreadable } from '../files/unreadable.ts';
import { parseText } from './decode.ts';
import { parseTolerantly } from './non-finite.ts';

/** A row of a log holds one prompt and its answers; longer ones are not rows any more. */
const maxLineBytes = 8 * 1024 * 1024;
/** Millions of them pack to nothing, and take their time. */
const maxEmptyLines = 10_000;

export interface JsonLine {
  /** File and line, for complaints. */
  readonly place: string;
  readonly fields: Fields;
}

/**
 * The objects of a JSON Lines file; empty lines are passed over.
 * @throws DomainError unreadable-log: not UTF-8, a line that is no JSON object, or longer than 8 MiB
 */
export async function* readJsonLines(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<JsonLine> {
  let number = 0;
  let empty = 0;
  try {
    for await (const line of parseText<string>(bytes, split({ maxLength: maxLineBytes }))) {
      number++;
      const place = `${file}, line ${number}`;
      empty = line.trim() === '' ? empty + 1 : 0;
      if (empty > maxEmptyLines) throw unreadable(place, `is one of more than ${maxEmptyLines} empty lines`);
      if (empty === 0) yield { place, fields: parseLine(line, place) };
    }
  } catch (error) {
    if (error instanceof Error && error.message === 'maximum buffer reached') {
      throw unreadable(file, `has a line of more than ${maxLineBytes} bytes, after line ${number}`);
    }
    if (error instanceof DomainError && error.code === 'malformed-body') {
      throw unreadable(file, error.issues[0].message, error);
    }
    throw error;
  }
}

function parseLine(line: string, place: string): Fields {
  let value: unknown;
  try {
    value = parseTolerantly(line, place);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unreadable(place, `is not JSON, or cut off (${error.message.slice(0, 120)})`, error);
  }
  if (isObject(value)) return value;
  throw unreadable(place, 'is not a JSON object');
}
