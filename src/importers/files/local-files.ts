import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { storedFile } from './expand.ts';
import type { GivenFile } from './log-file.ts';

/**
 * A file on this machine.
 * @param location where it is
 * @param path what it is called, folders by `/`
 * @param size bytes
 */
export function localFile(location: string, path: string, size: number): GivenFile {
  const stream = (start: number, end: number) =>
    start >= end ? Readable.from([]) : createReadStream(location, { start, end: end - 1 });
  return { size, ...storedFile(path, { size, stream }) };
}
