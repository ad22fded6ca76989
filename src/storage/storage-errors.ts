import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DomainError, type ErrorCode } from '../errors.ts';

type StorageErrorCode = Extract<
  ErrorCode,
  'storage-full' | 'storage-read-only' | 'storage-busy' | 'storage-failing' | 'database-corrupt'
>;

const details: Readonly<Record<StorageErrorCode, string>> = {
  'storage-full': 'the disk under the database is full; nothing was stored. Make room, and try again',
  'storage-read-only':
    'the database cannot be written to; nothing was stored. Make its file and file system writable, and try again',
  'storage-busy': 'another process keeps the database to itself; nothing was stored. Try again',
  'storage-failing': 'the disk under the database fails; nothing was stored',
  'database-corrupt': 'the database is damaged: its operator has to restore a backup',
};

/** With less, SQLite cannot even grow the file that its connections share, and does not say why. */
const fullBytes = 256 * 1024;

/**
 * A store whose methods fail with a DomainError where the fault is the database's: what a caller then does depends on which.
 * @param path the database, `:memory:` for none
 */
export function withStorageErrors<Store extends object>(store: Store, path: string): Store {
  const entries = Object.entries(store).map(([name, method]) => [name, translated(method, path)]);
  return Object.fromEntries(entries) as Store;
}

type Method = (...given: unknown[]) => unknown;

function translated(method: Method, path: string): Method {
  return (...given) => {
    try {
      const result = method(...given);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw asStorageError(error, path);
      });
    } catch (error) {
      throw asStorageError(error, path);
    }
  };
}

/** Errors of SQLite by what can be done about them; any other error as it is. */
export function asStorageError(error: unknown, path: string): unknown {
  const code = codeOf(error, path);
  return code === undefined ? error : new DomainError(code, details[code], [], error);
}

/** Whether the database is at fault, not what was asked of it: the same may go well later. */
export function isStorageError(error: unknown): boolean {
  return error instanceof DomainError && Object.hasOwn(details, error.code);
}

function codeOf(error: unknown, path: string): StorageErrorCode | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return undefined;
  const [, kind] = code.split('_');
  if (kind === 'FULL') return 'storage-full';
  if (kind === 'READONLY') return 'storage-read-only';
  if (kind === 'BUSY' || kind === 'LOCKED') return 'storage-busy';
  if (kind === 'CORRUPT' || kind === 'NOTADB') return 'database-corrupt';
  if (kind === 'IOERR' || kind === 'CANTOPEN') return failureAt(path);
  return undefined;
}

/** SQLite calls it an I/O error when a file system became read-only under it. */
function failureAt(path: string): StorageErrorCode {
  if (!isWritable(path)) return 'storage-read-only';
  return isFull(path) ? 'storage-full' : 'storage-failing';
}

/** Whether a file that is there can be written to. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    return !['EROFS', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(resolve(path)));
    return bavail * bsize < fullBytes;
  } catch {
    return false;
  }
}
