import { createReadStream, type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join, normalize, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { localFile } from '../importers/files/local-files.ts';
import type { GivenFile } from '../importers/files/log-file.ts';
import { CallerError } from './failures.ts';
import type { Upload } from './multipart.ts';
import { misused } from './options.ts';

/** Where standard input stands among the files. */
export const standardInput = '-';

interface Found {
  readonly path: string;
  readonly size: number;
  /** What it may be called, from the shortest name to the one that no other file can have. */
  readonly names: readonly string[];
}

/**
 * The files that a command line names: folders are walked (without hidden files), `-` is standard input. They are called by
 * their path in the folder given, or by the last folder and their name; where two would be called alike, by more of the path.
 * @param inputName what standard input is called, where it is one of them
 * @throws CallerError a path that cannot be read, a folder without files
 */
export function findUploads(paths: readonly string[], inputName: string | undefined): Upload[] {
  const files = findNamed(paths.filter((path) => path !== standardInput));
  const uploads = files.map(({ path, name, size }) => fileUpload(path, name, size));
  return paths.includes(standardInput) ? [...uploads, inputUpload(inputName!)] : uploads;
}

/** The same, to be read here. @throws CallerError as findUploads */
export function findLocalFiles(paths: readonly string[]): GivenFile[] {
  return findNamed(paths).map(({ path, name, size }) => localFile(path, name, size));
}

function findNamed(paths: readonly string[]) {
  const found = paths.flatMap(findFiles);
  const files = [...new Map(found.map((file) => [resolve(file.path), file])).values()];
  const depth = distinctDepth(files);
  return files.map(({ path, size, names }) => ({ path, size, name: names[depth] }));
}

/** Standard input has a name where it is among the files, and only there. */
export function checkInput(command: Command, paths: readonly string[], inputName: string | undefined): void {
  const isRead = paths.includes(standardInput);
  if (isRead && inputName === undefined) misused(command, '- needs --filename, which says what it is');
  if (!isRead && inputName !== undefined) misused(command, '--filename goes with - among the files');
}

function findFiles(given: string): Found[] {
  const stats = statsOf(given);
  if (!stats.isDirectory()) return [foundAt(given, lastTwo(given), stats)];
  const files = walk(given, '').map((within) =>
    foundAt(join(given, within), within, statsOf(join(given, within)), basename(resolve(given))),
  );
  if (files.length === 0) throw new CallerError(`there are no files in ${given}`);
  return files;
}

function foundAt(path: string, within: string, stats: Stats, folder?: string): Found {
  if (!stats.isFile()) throw new CallerError(`${path} is no file`);
  const names = [within, folder === undefined ? withoutDots(path) : join(folder, within), resolve(path)];
  return { path, size: stats.size, names: names.map((name) => name.split(sep).join('/')) };
}

/** Harnesses name the folder after the model. */
function lastTwo(path: string): string {
  return withoutDots(path).split(sep).slice(-2).join(sep);
}

/** A path that starts with a name. */
function withoutDots(path: string): string {
  return normalize(path).replace(/^(\.*[\\/])+/, '');
}

function statsOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Paths of the files under a folder, sorted; links to folders are not followed, they may lead round. */
function walk(root: string, folder: string): string[] {
  const entries = listFolder(join(root, folder)).filter(({ name }) => !name.startsWith('.'));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const within = join(folder, entry.name);
    if (entry.isDirectory()) return walk(root, within);
    return statsOf(join(root, within)).isFile() ? [within] : [];
  });
}

function listFolder(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function distinctDepth(files: readonly Found[]): number {
  const isDistinct = (depth: number) => new Set(files.map(({ names }) => names[depth])).size === files.length;
  return [0, 1, 2].find(isDistinct) ?? 2;
}

function fileUpload(path: string, name: string, size: number): Upload {
  return {
    name,
    size,
    async *read() {
      let count = 0;
      try {
        for await (const chunk of createReadStream(path)) {
          count += chunk.length;
          // What was announced would no longer be the length of the body.
          if (count > size) break;
          yield chunk;
        }
      } catch (error) {
        throw unreadable(path, error);
      }
      if (count !== size) throw new CallerError(`${path} changed while it was read`);
    },
  };
}

function inputUpload(name: string): Upload {
  return { name, size: null, read: () => process.stdin };
}

function unreadable(path: string, error: unknown): CallerError {
  return new CallerError(`${path} cannot be read: ${(error as Error).message}`, [], error);
}
