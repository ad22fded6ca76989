import { DomainError } from '../errors.ts';
import { storedFile } from '../importers/files/expand.ts';
import type { GivenFile } from '../importers/files/log-file.ts';
import { openSpool } from '../importers/files/spool.ts';
import type { Limits } from '../limits.ts';

const maxFiles = 100_000;
/** Of all files together. */
export type UploadLimits = Pick<Limits, 'maxUploadBytes'>;

/** Files that come over the wire, kept until they have been read. */
export interface Upload {
  readonly files: readonly GivenFile[];
  /** One at a time. @throws DomainError too-large: more bytes than there may be, or than 100,000 files, in all */
  add(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  close(): Promise<void>;
}

export async function openUpload({ maxUploadBytes }: UploadLimits): Promise<Upload> {
  const spool = await openSpool();
  const files: GivenFile[] = [];
  let received = 0;

  async function* counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      received += chunk.length;
      if (received > maxUploadBytes)
        throw new DomainError('too-large', `these are more than ${maxUploadBytes} bytes of files`);
      yield chunk;
    }
  }

  return {
    files,
    async add(path, bytes) {
      if (files.length === maxFiles)
        throw new DomainError('too-large', `these are more than ${maxFiles} files`);
      const stored = await spool.add(counted(bytes));
      files.push({ size: stored.size, ...storedFile(path, stored) });
    },
    close: () => spool.close(),
  };
}
