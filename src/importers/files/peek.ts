import { createBudget } from './budget.ts';
import { type Compression, compressionOf, decompress } from './decompress.ts';

const headBytes = 64 * 1024;

/** A file that is still arriving; it can be read once, in one of two ways. */
export interface ArrivingFile {
  /** Without the ending of its compression. */
  readonly path: string;
  /** What it begins with, decompressed. */
  readonly head: Buffer;
  /** As it is given. */
  readonly given: AsyncIterable<Uint8Array>;
  /** The content, decompressed. */
  read(): AsyncIterable<Uint8Array>;
}

/** Looks at how a file begins before anybody reads it. */
export async function peek(path: string, bytes: AsyncIterable<Uint8Array>): Promise<ArrivingFile> {
  const { head, all } = await readOn(bytes);
  const compression = compressionOf(head);
  if (compression === null) return { path, head, given: all, read: () => all };
  const budget = createBudget();
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of all) {
      budget.allow(chunk.length);
      yield chunk;
    }
  }
  return {
    path: path.replace(/\.(gz|zst)$/i, ''),
    head: await unpackHead(head, compression, path),
    given: all,
    read: () => decompress(counted(), compression, budget, path),
  };
}

/** What the first bytes of a compressed file unpack to, as far as they go. */
async function unpackHead(head: Buffer, compression: Compression, place: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  async function* once() {
    yield head;
  }
  try {
    for await (const chunk of decompress(once(), compression, createBudget(), place)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= headBytes) break;
    }
  } catch {
    // It breaks off, of course; whether it is damaged its reader will find.
  }
  return Buffer.concat(chunks);
}

/** The first bytes, and a stream of all, those included. */
async function readOn(bytes: AsyncIterable<Uint8Array>) {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < headBytes) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    chunks.push(value);
    size += value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true) return;
        yield value;
      }
    } finally {
      // Whoever gives up half-way lets go of the source.
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(chunks), all: all() };
}
