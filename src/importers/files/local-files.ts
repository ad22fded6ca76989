import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '../../errors.ts';
import { storedFile } from './expand.ts';
import type { GivenFile } from './log-file.ts';

/**
 * Files on this machine, and all that lie in folders; named from the folder given on.
 * @throws DomainError invalid-request: a path that cannot be read, or nothing there
 */
export async function openFiles(paths: readonly string[]): Promise<GivenFile[]> {
  const files = (await Promise.all(paths.map(openPath))).flat();
  if (files.length === 0) throw new DomainError('invalid-request', `there is no file in ${paths.join(', ')}`);
  return files;
}

async function openPath(path: string): Promise<GivenFile[]> {
  const found = await stat(path).catch((error: Error) => {
    throw new DomainError('invalid-request', `${path} cannot be read: ${error.message}`);
  });
  if (!found.isDirectory()) return [localFile(path, path.split(/[\\/]/).slice(-2).join('/'), found.size)];
  const names = (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  return Promise.all(
    names.map(async (name) =>
      localFile(
        name,
        name
          .slice(join(path).length)
          .replace(/^[\\/]/, '')
          .replaceAll('\\', '/'),
        (await stat(name)).size,
      ),
    ),
  );
}

function localFile(location: string, path: string, size: number): GivenFile {
  const stream = (start: number, end: number) =>
    start >= end ? Readable.from([]) : createReadStream(location, { start, end: end - 1 });
  return { size, ...storedFile(path, { size, stream }) };
}
