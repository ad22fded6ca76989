import { constants } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '../../errors.ts';
import type { StoredBytes } from './log-file.ts';

const chunkBytes = 64 * 1024;

/** Where bytes that come once are kept until their import has ended. */
export interface Spool {
  /** Keeps all of it. One at a time. */
  add(bytes: AsyncIterable<Uint8Array>): Promise<StoredBytes>;
  close(): Promise<void>;
}

/**
 * One file for all, which has no name: whatever becomes of the process, nothing of it stays on the disk.
 * @throws DomainError storage-full, storage-read-only: from `add` too
 */
export async function openSpool(): Promise<Spool> {
  const handle = await openNameless(tmpdir()).catch(refuseDisk);
  let end = 0;
  return {
    async add(bytes) {
      const offset = end;
      for await (const chunk of bytes) {
        let written = 0;
        while (written < chunk.length) {
          const left = chunk.length - written;
          const { bytesWritten } = await handle.write(chunk, written, left, end).catch(refuseDisk);
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

/** O_TMPFILE of Linux, which Node does not name. */
const namelessFlag = 0o20000000;

/** Where a name cannot be done without, it is there for a moment. */
async function openNameless(folder: string): Promise<FileHandle> {
  if (process.platform === 'linux') {
    const flags = constants.O_RDWR | constants.O_DIRECTORY | namelessFlag;
    const handle = await open(folder, flags, 0o600).catch(() => undefined);
    if (handle !== undefined) return handle;
  }
  const own = await mkdtemp(join(folder, 'benchcast-'));
  try {
    return await open(join(own, 'spool'), 'wx+', 0o600);
  } finally {
    await rm(own, { recursive: true });
  }
}

/** The temporary folder is somebody's to make room in, or to make writable. */
function refuseDisk(error: NodeJS.ErrnoException): never {
  const { code = '' } = error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    throw new DomainError(
      'storage-full',
      'the temporary folder is full; nothing was stored. Make room, and try again',
      [],
      error,
    );
  }
  if (code === 'EROFS' || code === 'EACCES') {
    throw new DomainError(
      'storage-read-only',
      'the temporary folder cannot be written to; nothing was stored. Make it writable (see TMPDIR), and try again',
      [],
      error,
    );
  }
  throw error;
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
