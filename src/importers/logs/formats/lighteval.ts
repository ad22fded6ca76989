import { fieldsOf, numberOf, textOf } from '../../fields.ts';
import { baseName, folderOf, type LogFile } from '../../files/log-file.ts';
import { unreadable } from '../../files/unreadable.ts';
import { readJson } from '../../text/json-values.ts';
import { readParquetRows } from '../../text/parquet.ts';
import { groupOf } from '../group-of.ts';
import { type Head, hasKeys } from '../head.ts';
import type { LogReader, ReadContext, ReadOutcome } from '../log-reader.ts';
import { readScore, record } from '../record-score.ts';
import { LogPart, type Summary } from '../score-log.ts';

/** The columns of details, also as the documentation of the tool has them. */
const docColumns = ['doc', '__doc__'];
const metricColumns = ['metric', '__metric__'];

/** lighteval: details_<task>_<time>.parquet, and results_<time>.json. */
export const lighteval: LogReader = {
  format: 'lighteval',
  hasRepeats: false,
  recognises(head) {
    if (head.kind === 'parquet')
      return columnOf(head, docColumns) && columnOf(head, metricColumns) ? 'scores' : null;
    return hasKeys(head, 'config_general', 'results') ? 'companion' : null;
  },
  read: (file, head, context) =>
    head.kind === 'parquet' ? readDetails(file, head, context) : readResults(file, context),
};

function columnOf({ keys }: Head, names: readonly string[]): string | undefined {
  return names.find((name) => keys.has(name));
}

async function readDetails(file: LogFile, head: Head, context: ReadContext): Promise<ReadOutcome> {
  const [, named, time] = /^details_(.+)_([^_]+)\.parquet$/.exec(baseName(file.path)) ?? [];
  const [doc, metric] = [columnOf(head, docColumns)!, columnOf(head, metricColumns)!];
  // details/<model>/<time>/details_<task>_<time>.parquet; a name with an organisation takes two folders.
  const folders = folderOf(folderOf(file.path)).split('/');
  const model = folders.slice(folders.lastIndexOf('details') + 1).join('/');
  const part = new LogPart({ file: file.path, format: 'lighteval', model: null, pair: time ?? null });
  const hasDetails = folders.includes('details') && model !== '';
  if (hasDetails) part.model = model;
  let records = 0;
  for await (const [described, measured] of readParquetRows(await file.stored(), [doc, metric], file.path)) {
    records++;
    const place = `${file.path}, row ${records}`;
    const sample = fieldsOf(described);
    const task = context.task ?? textOf(sample.task_name) ?? named ?? null;
    const id = textOf(sample.id) ?? numberOf(sample.id)?.toString();
    if (task === null || id === undefined) throw unreadable(place, 'has no doc.id or no task');
    const item = context.log.itemIndex({
      task,
      id,
      hash: null,
      group: groupOf(context, sample.specific, task),
    });
    for (const [name, value] of Object.entries(fieldsOf(measured))) {
      const plain = typeof value === 'bigint' ? Number(value) : value;
      record(part, part.column(task, name, null), item, readScore(plain), `${place}, ${name}`);
    }
  }
  context.log.parts.push(part);
  return { records, note: null };
}

async function readResults(file: LogFile, { log }: ReadContext): Promise<ReadOutcome> {
  const document = fieldsOf(await readJson(file.read(), file.path));
  const general = fieldsOf(document.config_general);
  const summaries: Summary[] = [];
  for (const [task, scores] of Object.entries(fieldsOf(document.results))) {
    for (const [metric, value] of Object.entries(fieldsOf(scores))) {
      if (typeof value === 'number') summaries.push({ task, metric, filter: null, value, items: null });
    }
  }
  const pair = /_([^_]+)\.json$/.exec(baseName(file.path))?.[1] ?? file.path;
  log.addCompanion({ file: file.path, pair, model: textOf(general.model_name), summaries });
  return { records: 0, note: null };
}
