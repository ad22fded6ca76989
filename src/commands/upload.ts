import type { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { Client, Json, Query } from './client.ts';
import { say } from './console.ts';
import type { Upload } from './multipart.ts';
import { misused, type ReadingFlags } from './options.ts';
import { progressBar } from './progress.ts';

/** Sends files with a bar that says how far it is. */
export async function uploadFiles(
  client: Client,
  path: string,
  query: Query,
  files: readonly Upload[],
): Promise<Json> {
  const isKnown = files.every(({ size }) => size !== null);
  const bar = progressBar(
    isKnown ? 'sending [{bar}] {percentage} % | {sent} of {all} MB' : 'sending | {sent} MB',
  );
  const size = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  bar.start(1, 0, { sent: megabytes(0), all: megabytes(size) });
  try {
    return await client.upload(path, query, files, (sent, total) => {
      bar.update(total === null ? 0 : sent / total, { sent: megabytes(sent), all: megabytes(total ?? 0) });
      if (sent === total) tellWaiting(bar);
    });
  } finally {
    bar.stop();
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** What was sent is yet to be read. */
function tellWaiting(bar: SingleBar): void {
  bar.stop();
  if (process.stderr.isTTY) say('sent; waiting for the answer');
}

/** How logs are read, as parameters of a query. */
export function readingQuery({ model, task, metric, filter, reducer, content }: ReadingFlags): Query {
  return { model, task, metric, filter, reducer, content };
}

/** Flags checked as the API checks its parameters. */
export function readReading<Schema extends z.ZodType>(
  command: Command,
  schema: Schema,
  query: Query,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  return misused(command, `--${String(path[0])}: ${message}`);
}
