import { type MessagePort, workerData } from 'node:worker_threads';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from 'hyparquet';
import type { FromReader, ToReader } from './parquet.ts';

/** Cells of a row group, all of which are unpacked at once: few bytes can stand for many equal ones. */
const maxGroupCells = 20_000_000;
/** Rows are made of columns piece by piece. */
const maxSliceCells = 1_000_000;

/** Node's own codecs; a page unpacks to no more than it announces. */
const compressors: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: length }),
};

const { port, size } = workerData as { port: MessagePort; size: number };
const waiting: ((message: ToReader) => void)[] = [];
port.on('message', (message: ToReader) => waiting.shift()?.(message));

/** Tells the other side something, and waits for its answer. */
function ask(message: FromReader): Promise<ToReader> {
  const { promise, resolve } = Promise.withResolvers<ToReader>();
  waiting.push(resolve);
  port.postMessage(message);
  return promise;
}

const file: AsyncBuffer = {
  byteLength: size,
  async slice(start, end = size) {
    const from = start < 0 ? size + start : start;
    const answer = await ask({ bytes: [from, end < 0 ? size + end : end] });
    return answer.bytes!;
  },
};

async function readRows(metadata: FileMetaData, columns: readonly string[]): Promise<void> {
  let rowStart = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rows = Number(count);
    if (rows * columns.length > maxGroupCells) {
      throw new Error(`a row group has more than ${maxGroupCells} cells: write it in smaller ones`);
    }
    const groupEnd = rowStart + rows;
    const step = Math.max(1, Math.floor(maxSliceCells / columns.length));
    for (; rowStart < groupEnd; rowStart += step) {
      await ask({ rows: await readSlice(metadata, columns, rowStart, Math.min(groupEnd, rowStart + step)) });
    }
    rowStart = groupEnd;
  }
}

async function readSlice(
  metadata: FileMetaData,
  columns: readonly string[],
  rowStart: number,
  rowEnd: number,
): Promise<unknown[][]> {
  const { promise, resolve } = Promise.withResolvers<unknown[][]>();
  const wanted = { file, metadata, columns: [...columns], rowStart, rowEnd, compressors };
  await parquetRead({ ...wanted, rowFormat: 'array', onComplete: resolve });
  return promise;
}

try {
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const { columns: wanted } = await ask({ columns });
  if (wanted !== undefined) await readRows(metadata, wanted);
  port.postMessage({ end: true } satisfies FromReader);
} catch (error) {
  port.postMessage({ failure: (error as Error).message } satisfies FromReader);
}
port.close();
