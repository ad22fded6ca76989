import { isUtf8 } from 'node:buffer';
import { Readable, type Transform } from 'node:stream';
import { complaint } from '../complaint.ts';

const byteOrderMark = Buffer.from('\ufeff');

/**
 * The same bytes once they are known to be UTF-8, cut where characters end; a byte order mark is dropped.
 * @throws DomainError malformed-body: not UTF-8
 */
export async function* utf8Pieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let isFirst = true;
  let isGzip = false;
  let held: Buffer = Buffer.alloc(0);

  function checked(piece: Buffer): Buffer {
    if (!isUtf8(piece)) {
      const hint = isGzip ? ' (it looks like gzip, which needs the header Content-Encoding: gzip)' : '';
      throw complaint('malformed-body', 'body', `is not UTF-8${hint}`);
    }
    const begins = isFirst;
    isFirst = false;
    return begins && piece.indexOf(byteOrderMark) === 0 ? piece.subarray(byteOrderMark.length) : piece;
  }

  for await (const chunk of bytes) {
    const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const all = held.length === 0 ? arrived : Buffer.concat([held, arrived]);
    if (isFirst) isGzip = all[0] === 0x1f && all[1] === 0x8b;
    const end = all.length - cutOffBytes(all);
    held = all.subarray(end);
    if (end > 0) yield checked(all.subarray(0, end));
  }
  if (held.length > 0) yield checked(held);
}

const maxBytesOfCharacter = 4;

/** How many bytes at the end may be the beginning of a character whose rest is still to come. */
function cutOffBytes(bytes: Uint8Array): number {
  for (let back = 1; back < maxBytesOfCharacter && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    const begins = byte >= 0xc0;
    if (begins) return lengthOfCharacter(byte) > back ? back : 0;
    const continues = byte >= 0x80;
    if (!continues) return 0;
  }
  return 0;
}

function lengthOfCharacter(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  return firstByte >= 0xe0 ? 3 : 2;
}

async function* decodeUtf8(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const piece of utf8Pieces(bytes)) yield piece.toString();
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
