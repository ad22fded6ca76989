import { unreadable } from '../files/unreadable.ts';

/** What stands for NaN and the infinities once they have been read: a text no log writes, as short as NaN is. */
export const nonFinite = '\x7f';

const mark = Buffer.from(`"${nonFinite}"`);
const words = [Buffer.from('NaN'), Buffer.from('Infinity')];
const [quote, backslash, minus, space] = Buffer.from('"\\- ');
const [openArray, openObject, closeArray, closeObject] = Buffer.from('[{]}');
const maxDepth = 256;
const maxTextBytes = 64 * 1024 * 1024;
const nothing = Buffer.alloc(0);

/** Takes a document chunk by chunk, and gives it back so; `isLast` with the last one. */
type Filter = (chunk: Buffer, isLast: boolean) => Buffer;

/**
 * Python writes NaN, Infinity and -Infinity into JSON, where they do not belong; here they become texts, in place.
 * Nesting and texts are bounded by the way, since parsers keep a stack, and texts whole.
 * @param place the file, for complaints
 */
export function createNonFiniteFilter(place: string): Filter {
  let isText = false;
  let isEscaped = false;
  let textBytes = 0;
  let depth = 0;
  let held: Buffer = nothing;

  function nest(step: 1 | -1): void {
    depth += step;
    if (depth > maxDepth) throw unreadable(place, `is nested more than ${maxDepth} levels deep`);
  }

  return (chunk, isLast) => {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    held = nothing;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (isText) {
        if (++textBytes > maxTextBytes)
          throw unreadable(place, `holds a text of more than ${maxTextBytes} bytes`);
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) isText = false;
      } else if (byte === quote) {
        isText = true;
        textBytes = 0;
      } else if (byte === openArray || byte === openObject) nest(1);
      else if (byte === closeArray || byte === closeObject) nest(-1);
      else if (byte === minus || byte === words[0][0] || byte === words[1][0]) {
        const length = replaceWord(bytes, at);
        if (length === 0 && !isLast && isCutOff(bytes, at)) {
          held = bytes.subarray(at);
          return bytes.subarray(0, at);
        }
        at += Math.max(0, length - 1);
      }
    }
    return bytes;
  };
}

/** Puts the mark where a word begins. @returns the bytes it takes, 0 where there is no such word */
function replaceWord(bytes: Buffer, start: number): number {
  const from = bytes[start] === minus ? start + 1 : start;
  const word = words.find((candidate) => bytes.subarray(from, from + candidate.length).equals(candidate));
  if (word === undefined) return 0;
  const end = from + word.length;
  bytes.fill(space, start, end);
  mark.copy(bytes, start);
  return end - start;
}

/** Whether what begins here could become a word with the next chunk. */
function isCutOff(bytes: Buffer, start: number): boolean {
  const rest = bytes.subarray(bytes[start] === minus ? start + 1 : start);
  return words.some((word) => rest.length < word.length && word.subarray(0, rest.length).equals(rest));
}

/** JSON as Python writes it. @throws SyntaxError */
export function parseTolerantly(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(createNonFiniteFilter(place)(Buffer.from(text), true).toString());
  }
}
