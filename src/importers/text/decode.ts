import { Readable, type Transform } from 'node:stream';
import { complaint } from '../complaint.ts';

/** Decodes UTF-8 as it arrives; a byte order mark is dropped. @throws DomainError malformed-body: not UTF-8 */
async function* decodeUtf8(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isGzip: boolean | undefined;
  try {
    for await (const chunk of bytes) {
      isGzip ??= chunk[0] === 0x1f && chunk[1] === 0x8b;
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const hint = isGzip ? ' (it looks like gzip, which needs the header Content-Encoding: gzip)' : '';
    throw complaint('malformed-body', 'body', `is not UTF-8${hint}`);
  }
}

/**
 * What a parser makes of the text of a body. However the reading ends, the body is let go of, so that whoever owns it
 * can read on.
 */
export async function* parseText<Piece>(
  bytes: AsyncIterable<Uint8Array>,
  parser: Transform,
): AsyncGenerator<Piece> {
  const text = Readable.from(decodeUtf8(bytes), { objectMode: false });
  text.on('error', (error) => parser.destroy(error));
  try {
    yield* text.pipe(parser) as AsyncIterable<Piece>;
  } finally {
    text.destroy();
  }
}
