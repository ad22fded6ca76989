import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { DomainError } from '../../errors.ts';
import type { Fields } from '../fields.ts';
import type { StoredBytes } from '../files/log-file.ts';
import { unreadable } from '../files/unreadable.ts';

/** Unpacked: one row group is in memory at a time. */
const maxGroupBytes = 1024 * 1024 * 1024;

/** Node's own codecs; a page unpacks to no more than it announces. */
const compressors: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: length }),
};

export interface ParquetTable {
  /** Names of the top-level columns. */
  readonly columns: readonly string[];
  /** The rows with some of their columns, a row group at a time. @throws DomainError unreadable-log */
  rows(columns: readonly string[]): AsyncGenerator<Fields>;
}

/** @throws DomainError unreadable-log: not Parquet, cut off, or with row groups of more than 1 GiB */
export async function openParquet(bytes: StoredBytes, place: string): Promise<ParquetTable> {
  const file = toBuffer(bytes);
  const metadata = await guard(place, () => parquetMetadataAsync(file));
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  return { columns, rows: (wanted) => readRows(file, metadata, wanted, place) };
}

async function* readRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
  place: string,
): AsyncGenerator<Fields> {
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    if (Number(group.total_byte_size) > maxGroupBytes) {
      throw unreadable(place, `has a row group of more than ${maxGroupBytes} bytes`);
    }
    const rowEnd = rowStart + Number(group.num_rows);
    const wanted = { file, metadata, columns: [...columns], rowStart, rowEnd, compressors };
    yield* await guard(place, () => parquetReadObjects(wanted));
    rowStart = rowEnd;
  }
}

async function guard<Result>(place: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw unreadable(place, `is not a whole Parquet file (${(error as Error).message})`, error);
  }
}

function toBuffer(bytes: StoredBytes): AsyncBuffer {
  return {
    byteLength: bytes.size,
    async slice(start, end = bytes.size) {
      const from = start < 0 ? bytes.size + start : start;
      const to = end < 0 ? bytes.size + end : end;
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes.stream(from, to)) chunks.push(chunk);
      const whole = Buffer.concat(chunks);
      return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length) as ArrayBuffer;
    },
  };
}
