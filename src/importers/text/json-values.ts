import { JSONParser } from '@streamparser/json';
import { DomainError } from '../../errors.ts';
import { unreadable } from '../files/unreadable.ts';
import { createNonFiniteFilter } from './non-finite.ts';
import { createValueMeter } from './value-meter.ts';

/** Texts are gathered in pieces of this size: twice as fast as by character. */
const stringBufferSize = 4096;
const maxValueBytes = 64 * 1024 * 1024;

/** A value found on the way, with the keys that lead to it from the root. */
export interface FoundValue {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/**
 * The values at some paths of a JSON document, in its order, as it arrives: the rest of it is passed over.
 * @param paths like `$.samples.*.scores`; a star is any key or index
 * @param place the file, for complaints
 * @throws DomainError unreadable-log: not JSON, cut off, nested too deep, or a value larger than 64 MiB
 */
export async function* readJsonValues(
  bytes: AsyncIterable<Uint8Array>,
  paths: readonly string[],
  place: string,
): AsyncGenerator<FoundValue> {
  const parser = new JSONParser({ paths: [...paths], keepStack: false, stringBufferSize });
  parser.onToken = createValueMeter(paths, maxValueBytes, () => {
    throw unreadable(place, `holds a value of more than ${maxValueBytes} bytes`);
  });
  const filter = createNonFiniteFilter(place);
  let found: FoundValue[] = [];
  let isEnded = false;
  parser.onValue = ({ value, key, stack }) => {
    const path = [...stack.slice(1).map((element) => element.key!), ...(key === undefined ? [] : [key])];
    found.push({ path, value });
  };
  parser.onEnd = () => {
    isEnded = true;
  };
  const feed = (chunk: Buffer, isLast: boolean) => {
    const clean = filter(chunk, isLast);
    try {
      if (clean.length > 0 && !(isEnded && isBlank(clean))) parser.write(clean);
      if (isLast && !isEnded) parser.end();
    } catch (error) {
      if (error instanceof DomainError) throw error;
      throw unreadable(place, `is not JSON, or cut off (${(error as Error).message})`, error);
    }
  };
  let isFirst = true;
  for await (const chunk of bytes) {
    const whole = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    feed(isFirst ? withoutMark(whole) : whole, false);
    isFirst = false;
    yield* found;
    found = [];
  }
  feed(Buffer.alloc(0), true);
  yield* found;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** Drops the byte order mark that some editors put first. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** A whole small document. @throws DomainError unreadable-log */
export async function readJson(bytes: AsyncIterable<Uint8Array>, place: string): Promise<unknown> {
  let found: unknown;
  // To its end: what follows the value would not be JSON.
  for await (const { value } of readJsonValues(bytes, ['$'], place)) found = value;
  if (found === undefined) throw unreadable(place, 'is empty');
  return found;
}
