import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { StoredBytes } from './log-file.ts';

const chunkBytes = 64 * 1024;

/** Where bytes that come once are kept until their import has ended. */
export interface Spool {
  /** Keeps all of it. One at a time. */
  add(bytes: AsyncIterable<Uint8Array>): Promise<StoredBytes>;
  close(): Promise<void>;
}

/** One file for all, which has no name any more: whatever becomes of the process, nothing of it stays on the disk. */
export async function openSpool(): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'benchcast-'));
  const handle = await open(join(folder, 'spool'), 'wx+', 0o600);
  await rm(folder, { recursive: true });
  let end = 0;
  return {
    async add(bytes) {
      const offset = end;
      for await (const chunk of bytes) {
        let written = 0;
        while (written < chunk.length) {
          const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, end);
          written += bytesWritten;
          end += bytesWritten;
        }
      }
      return {
        size: end - offset,
        stream: (from, to) =>
          Readable.from(readRange(handle, offset + from, offset + to), { objectMode: false }),
      };
    },
    close: () => handle.close(),
  };
}

/** A stream of the handle's own would close it when it is given up half-way, and others read from it too. */
async function* readRange(handle: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let position = start; position < end; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, end - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
