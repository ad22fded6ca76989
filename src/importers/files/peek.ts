import { createBudget } from './budget.ts';
import { compressionOf, decompress } from './decompress.ts';

const headBytes = 64 * 1024;

/** A file that is still arriving: what it begins with, and the whole of it, once. */
export interface ArrivingFile {
  readonly path: string;
  /** Decompressed. */
  readonly head: Buffer;
  /** The content, decompressed; once only. */
  read(): AsyncIterable<Uint8Array>;
}

/** @throws DomainError unreadable-log: compressed, and damaged or growing without end */
export async function peek(path: string, bytes: AsyncIterable<Uint8Array>): Promise<ArrivingFile> {
  const given = await readOn(bytes);
  const compression = compressionOf(given.head);
  if (compression === null) return { path, head: given.head, read: () => given.all };
  const budget = createBudget();
  const counted = async function* () {
    for await (const chunk of given.all) {
      budget.allow(chunk.length);
      yield chunk;
    }
  };
  const unpacked = await readOn(decompress(counted(), compression, budget, path));
  return { path: path.replace(/\.(gz|zst)$/i, ''), head: unpacked.head, read: () => unpacked.all };
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
