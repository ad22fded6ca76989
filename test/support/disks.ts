import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A file system in memory of a size that can be changed; null where this user may mount none. */
export interface SmallDisk extends Disposable {
  resize(bytes: number): void;
}

export function mountSmallDisk(folder: string, bytes: number): SmallDisk | null {
  mkdirSync(folder);
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder);
  } catch {
    return null;
  }
  return {
    resize: (size) => run('mount', '-o', `remount,size=${size}`, folder),
    [Symbol.dispose]: () => run('umount', '-l', folder),
  };
}

/** Whether files can be made unwritable to everybody here, root and those who have them open included. */
export function makeImmutable(files: readonly string[]): boolean {
  try {
    run('chattr', '+i', ...files);
    return true;
  } catch {
    return false;
  }
}

export function makeMutable(files: readonly string[]): void {
  run('chattr', '-i', ...files);
}

function run(command: string, ...words: string[]): void {
  execFileSync(command, words, { stdio: 'ignore' });
}
