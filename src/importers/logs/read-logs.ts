import type { Unpacking } from '../files/expand.ts';
import type { LogFile } from '../files/log-file.ts';
import { unreadable } from '../files/unreadable.ts';
import { type Head, hasKeys, readLogHead } from './head.ts';
import type { LogReader, ReadContext, ReadOptions } from './log-reader.ts';
import { readers } from './registry.ts';
import { ScoreLog } from './score-log.ts';

/** Score matrices, which are no logs of a harness, by what they look like. */
export type MatrixFormat = 'csv' | 'ndjson' | 'json' | 'parquet';

export type MatrixFile =
  | { readonly format: 'csv' | 'ndjson' | 'json'; readonly file: Pick<LogFile, 'path' | 'read'> }
  | { readonly format: 'parquet'; readonly file: LogFile };

/** What some files hold: a log, or one matrix. */
export type ReadFiles = { readonly log: ScoreLog } | { readonly matrix: MatrixFile };

interface Recognised {
  readonly file: LogFile;
  readonly head: Head;
  readonly reader: LogReader;
  readonly role: 'scores' | 'companion';
}

/**
 * Reads what was given, each file by what it looks like, not by its name.
 * @throws DomainError unreadable-log: a damaged file, or none with scores, naming what each of them is
 */
export async function readLogs(
  files: readonly LogFile[],
  options: ReadOptions,
  unpacking: Unpacking,
): Promise<ReadFiles> {
  const log = new ScoreLog();
  const recognised: Recognised[] = [];
  const matrices: MatrixFile[] = [];
  for (const file of files) {
    const head = await readLogHead(file);
    const found = recognise(file, head);
    const format = matrixFormat(head);
    if (found !== null) recognised.push(found);
    else if (format !== null) matrices.push({ file, format });
    else log.files.push({ file: file.path, format: null, records: 0, note: strangerNote(head) });
  }
  if (matrices.length > 0) return { matrix: onlyMatrix(matrices, recognised) };
  await readAll(recognised, { ...options, log, unpacking });
  refuseEmpty(log);
  for (const reader of readers) reader.finish?.(log);
  return { log };
}

function recognise(file: LogFile, head: Head): Recognised | null {
  for (const reader of readers) {
    const role = reader.recognises(head);
    // Its text was to recognise it by: kept for thousands of files it would fill the memory.
    if (role !== null) return { file, head: { ...head, text: '' }, reader, role };
  }
  return null;
}

export function matrixFormat(head: Head): MatrixFormat | null {
  if (head.kind === 'text' && /^("?model"?[,\r\n]|"?item"?,"?score"?[,\r\n])/.test(head.text)) return 'csv';
  if (head.kind === 'parquet' && hasKeys(head, 'model')) return 'parquet';
  if (head.kind !== 'object') return null;
  if (hasKeys(head, 'items', 'models')) return 'json';
  const isLine = hasKeys(head, 'model', 'scores') || hasKeys(head, 'item', 'score');
  return isLine ? 'ndjson' : null;
}

function onlyMatrix(matrices: readonly MatrixFile[], recognised: readonly Recognised[]): MatrixFile {
  const [first, second] = matrices;
  const other = second?.file ?? recognised[0]?.file;
  if (other === undefined) return first;
  throw unreadable(
    first.file.path,
    `is a score matrix, which is imported alone: send ${other.path} by itself`,
  );
}

/** Companions first: a run's scores are read knowing whose they are. */
async function readAll(recognised: readonly Recognised[], context: ReadContext): Promise<void> {
  for (const wanted of ['companion', 'scores'] as const) {
    for (const { file, head, reader, role } of recognised) {
      if (role !== wanted) continue;
      const outcome = await reader.read(file, head, context).catch((error) => {
        throw error instanceof RangeError
          ? unreadable(file.path, 'holds values nested too deep', error)
          : error;
      });
      context.log.files.push({ file: file.path, format: reader.format, ...outcome });
    }
  }
}

function refuseEmpty({ parts, files }: ScoreLog): void {
  if (parts.length > 0) return;
  if (files.length === 0) throw unreadable('files', 'there are none');
  const [{ file, note }] = files.toSorted((a, b) => Number(b.note !== null) - Number(a.note !== null));
  const others =
    files.length === 1 ? '' : `; neither do the ${files.length - 1} other files hold scores by item`;
  throw unreadable(file, `${note ?? 'says something about a run, and holds no scores by item'}${others}`);
}

function strangerNote(head: Head): string {
  if (head.kind === 'empty') return 'is empty';
  if (hasKeys(head, '$schema', 'properties')) return 'is a JSON schema, not a log';
  const known = readers.map(({ format }) => format).join(', ');
  return `is none of the logs that are read (${known}), nor a score matrix (CSV, NDJSON, JSON, Parquet)`;
}
