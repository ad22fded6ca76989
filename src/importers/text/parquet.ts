import { on } from 'node:events';
import { extname, join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { StoredBytes } from '../files/log-file.ts';
import { unreadable } from '../files/unreadable.ts';

/** What the reader in its thread says. */
export interface FromReader {
  /** It needs the bytes from here to there. */
  readonly bytes?: readonly [start: number, end: number];
  /** These top-level columns there are. */
  readonly columns?: readonly string[];
  /** These rows come next, values in the order of the columns asked for. */
  readonly rows?: readonly (readonly unknown[])[];
  /** There are no more. */
  readonly end?: boolean;
  readonly failure?: string;
}

/** What it is answered. */
export interface ToReader {
  readonly bytes?: ArrayBuffer;
  /** Columns to read; none = no more than to know which there are. */
  readonly columns?: readonly string[];
}

/** A damaged file can keep the library that reads it in a loop, or fill the memory. */
const maxSilence = 10_000;
const maxMegabytes = 1024;

/** The file itself has the ending that its worker has: sources here, JavaScript in the package. */
const workerFile = join(import.meta.dirname, `parquet-worker${extname(import.meta.filename)}`);

/** Names of the top-level columns of a Parquet file. @throws DomainError unreadable-log */
export async function readParquetColumns(bytes: StoredBytes, place: string): Promise<readonly string[]> {
  for await (const { columns } of converse(bytes, undefined, place)) if (columns) return columns;
  throw unreadable(place, 'is not a whole Parquet file');
}

/**
 * Rows of a Parquet file, values in the order of the columns.
 * @throws DomainError unreadable-log: not Parquet, damaged, or with row groups of more than 20 million cells
 */
export async function* readParquetRows(
  bytes: StoredBytes,
  columns: readonly string[],
  place: string,
): AsyncGenerator<readonly unknown[]> {
  for await (const { rows } of converse(bytes, columns, place)) if (rows) yield* rows;
}

/** Lets a thread read, gives it the bytes it asks for, and passes on what it found. */
async function* converse(
  bytes: StoredBytes,
  wanted: readonly string[] | undefined,
  place: string,
): AsyncGenerator<FromReader> {
  const { port1, port2 } = new MessageChannel();
  const stop = new AbortController();
  const worker = new Worker(workerFile, {
    workerData: { port: port2, size: bytes.size },
    transferList: [port2],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
  });
  worker.on('error', (error) => stop.abort(error));
  const timer = setTimeout(() => stop.abort(new Error('reading it does not end')), maxSilence);
  try {
    for await (const [message] of on(port1, 'message', { signal: stop.signal })) {
      timer.refresh();
      const said = message as FromReader;
      if (said.failure !== undefined) throw new Error(said.failure);
      if (said.end) return;
      if (said.columns || said.rows) yield said;
      timer.refresh();
      const answer = said.bytes ? { bytes: await slice(bytes, ...said.bytes) } : { columns: wanted };
      port1.postMessage(answer satisfies ToReader);
    }
  } catch (error) {
    const { message } = (stop.signal.aborted ? stop.signal.reason : error) as Error;
    throw unreadable(place, `is not a whole Parquet file (${message})`, error);
  } finally {
    clearTimeout(timer);
    port1.close();
    await worker.terminate();
  }
}

async function slice(bytes: StoredBytes, start: number, end: number): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes.stream(start, Math.min(end, bytes.size))) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length) as ArrayBuffer;
}
