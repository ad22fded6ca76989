import { Tokenizer, TokenType } from '@streamparser/json';
import { readHead } from '../files/expand.ts';
import type { LogFile } from '../files/log-file.ts';
import { createNonFiniteFilter } from '../text/non-finite.ts';
import { readParquetColumns } from '../text/parquet.ts';

const headBytes = 256 * 1024;

/** What a file looks like from its beginning. */
export interface Head {
  readonly kind: 'zip' | 'parquet' | 'object' | 'array' | 'text' | 'empty';
  /** Keys of the first JSON object in it (of an array: of its first element), as far as they can be seen; columns. */
  readonly keys: ReadonlySet<string>;
  readonly text: string;
}

export async function readLogHead(file: LogFile): Promise<Head> {
  const head = headOf(await readHead(file, headBytes), file.path);
  if (head.kind !== 'parquet') return head;
  return { ...head, keys: new Set(await readParquetColumns(await file.stored(), file.path)) };
}

/**
 * What the first bytes of a file tell.
 * @param place the file, for complaints
 */
export function headOf(bytes: Buffer, place: string): Head {
  const text = bytes
    .subarray(0, headBytes)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  if (text.startsWith('PK')) return { kind: 'zip', keys: new Set(), text: '' };
  if (text.startsWith('PAR1')) return { kind: 'parquet', keys: new Set(), text: '' };
  const first = text.trimStart()[0];
  if (first === undefined) return { kind: 'empty', keys: new Set(), text };
  if (first !== '{' && first !== '[') return { kind: 'text', keys: new Set(), text };
  return { kind: first === '{' ? 'object' : 'array', keys: topKeys(text, place), text };
}

/** The keys of the first object of a document that may break off anywhere. */
function topKeys(text: string, place: string): Set<string> {
  const keys = new Set<string>();
  const depthOfKeys = text.trimStart()[0] === '[' ? 2 : 1;
  let depth = 0;
  let last: unknown;
  let isOver = false;
  const tokenizer = new Tokenizer({ stringBufferSize: 4096 });
  tokenizer.onError = () => {};
  tokenizer.onToken = ({ token, value }) => {
    if (isOver) return;
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) depth++;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) {
      isOver = token === TokenType.RIGHT_BRACE && depth === depthOfKeys;
      depth--;
    }
    if (token === TokenType.COLON && depth === depthOfKeys) keys.add(String(last));
    last = value;
  };
  tokenizer.write(createNonFiniteFilter(place)(Buffer.from(text.trimStart()), true));
  return keys;
}

export function hasKeys({ keys }: Head, ...wanted: readonly string[]): boolean {
  return wanted.every((key) => keys.has(key));
}
