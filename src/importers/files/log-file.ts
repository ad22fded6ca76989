import type { Readable } from 'node:stream';

/** Bytes at rest, of which any part can be read, as often as wanted. */
export interface StoredBytes {
  readonly size: number;
  /** The bytes from `start` up to, not including, `end`. */
  stream(start: number, end: number): Readable;
}

/** A file somebody gave, by the name they gave it. */
export interface LogFile {
  /** Folders by `/`, never used to write to. */
  readonly path: string;
  /** The content from its start, decompressed; as often as wanted. */
  read(): AsyncIterable<Uint8Array>;
  /** The content, decompressed, where any part of it can be read. */
  stored(): Promise<StoredBytes>;
}

/** A file as it was given. */
export interface GivenFile extends LogFile {
  /** Bytes, as given. */
  readonly size: number;
}

/** The name of a file without its folders. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folders of a file, without the last slash; empty for none. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
