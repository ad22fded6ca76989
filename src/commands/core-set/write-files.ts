import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { CallerError } from '../failures.ts';

export interface TextFile {
  readonly name: string;
  readonly content: string;
}

/**
 * Writes files into a folder, which is made where it is not there: all of them, or none.
 * @param mayReplace whether a file of another content may be overwritten
 * @returns their paths
 * @throws CallerError a file with another content is in the way; a name that leads out of the folder; a failing disk
 */
export function writeFiles(folder: string, files: readonly TextFile[], mayReplace: boolean): string[] {
  const placed = files.map(({ name, content }) => ({ path: pathIn(folder, name), content }));
  const inTheWay = placed.filter(({ path, content }) => !mayReplace && holdsOther(path, content));
  if (inTheWay.length > 0) {
    const issues = inTheWay.map(({ path }) => ({ path, message: 'is there with another content' }));
    throw new CallerError('nothing was written: --force overwrites, --output names another folder', issues);
  }
  try {
    for (const { path, content } of placed) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  } catch (error) {
    throw new CallerError(`the files cannot be written: ${(error as Error).message}`, [], error);
  }
  return placed.map(({ path }) => path);
}

/** Names come from a server, which is not to say where else to write. */
function pathIn(folder: string, name: string): string {
  const path = join(folder, name);
  const within = relative(resolve(folder), resolve(path));
  if (within === '' || within.startsWith('..') || isAbsolute(within)) {
    throw new CallerError(`nothing was written: the file name "${name}" leads out of ${folder}`);
  }
  return path;
}

function holdsOther(path: string, content: string): boolean {
  try {
    return readFileSync(path, 'utf8') !== content;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
