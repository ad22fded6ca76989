import { Readable, type Transform } from 'node:stream';
import { createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { Budget } from './budget.ts';
import { unreadable } from './unreadable.ts';
import { cutAtFrames } from './zstd-frames.ts';

export type Compression = 'gzip' | 'deflate' | 'zstd';

const open: Readonly<Record<Compression, () => Transform>> = {
  gzip: () => createGunzip(),
  deflate: () => createInflateRaw(),
  zstd: () => createZstdDecompress(),
};

/**
 * What compressed bytes unpack to.
 * @param place where they are, for complaints
 * @throws DomainError unreadable-log: cut off, damaged, or growing without end
 */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
  budget: Budget,
  place: string,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(compression === 'zstd' ? cutAtFrames(bytes) : bytes, { objectMode: false });
  const decoder = open[compression]();
  source.on('error', (error) => decoder.destroy(error));
  try {
    yield* budget.meter(source.pipe(decoder), place);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!/^(Z_|ZSTD_)/.test(code)) throw error;
    throw unreadable(place, `is cut off or damaged (${compression}: ${message})`, error);
  } finally {
    source.destroy();
    decoder.destroy();
  }
}

/** How a file is compressed, by its first bytes. */
export function compressionOf(head: Uint8Array): 'gzip' | 'zstd' | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const isZstd = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  return isZstd ? 'zstd' : null;
}
