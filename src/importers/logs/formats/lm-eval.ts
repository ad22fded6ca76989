import { type Fields, fieldsOf, numberOf, textOf } from '../../fields.ts';
import { baseName, folderOf, type LogFile } from '../../files/log-file.ts';
import { unreadable } from '../../files/unreadable.ts';
import { readJsonLines } from '../../text/json-lines.ts';
import { readJson, readJsonValues } from '../../text/json-values.ts';
import { groupOf } from '../group-of.ts';
import { type Head, hasKeys } from '../head.ts';
import type { LogReader, ReadContext, ReadOutcome } from '../log-reader.ts';
import { readScore, record } from '../record-score.ts';
import { LogPart, renameFilter, type ScoreLog, type Summary } from '../score-log.ts';

/** Fields of a row that are no metrics, for versions before 0.4.7, which do not name theirs. */
const fixedFields = new Set(
  'doc_id doc target arguments resps filtered_resps filter metrics doc_hash prompt_hash target_hash'.split(
    ' ',
  ),
);
/** What predict-only runs write in place of a score. */
const predictOnly = 'bypass';
/** A filter without a name: versions before 0.4.7 write a row per filter and do not say which. */
const unnamed = /^#(\d+)$/;

/** lm-evaluation-harness, 0.4.0 and later: samples_<task>_<time>.jsonl, and results_<time>.json beside them. */
export const lmEval: LogReader = {
  format: 'lm-eval',
  hasRepeats: false,
  recognises(head) {
    if (head.keys.has('doc_id') && ['doc', 'resps', 'arguments'].some((key) => head.keys.has(key)))
      return 'scores';
    const isResults =
      hasKeys(head, 'results') && ['versions', 'configs', 'n-shot'].some((key) => head.keys.has(key));
    return isResults ? 'companion' : null;
  },
  read: (file, head, context) =>
    head.keys.has('doc_id') ? readSamples(file, head, context) : readResults(file, context),
  finish: nameFilters,
};

/** The task is what stands between the first and the last underscore: the tool's own rule. */
const samplesName = /^[^_]*_(.+)_(\d{4}-\d{2}-\d{2}T[^_]*)\.jsonl?$/;
const resultsName = /_(\d{4}-\d{2}-\d{2}T[^_]*)\.json$/;

/** Files of one run bear one time; where they bear none, they lie in one folder. */
function pairOf(path: string, time: string | undefined): string {
  return time ?? `folder ${folderOf(path)}`;
}

async function readSamples(file: LogFile, head: Head, context: ReadContext): Promise<ReadOutcome> {
  const [, named, time] = samplesName.exec(baseName(file.path)) ?? [];
  const task = context.task ?? named;
  if (task === undefined) {
    throw unreadable(
      file.path,
      'its name does not tell the task: name it samples_<task>_<time>.jsonl as lm-eval does, or give task',
    );
  }
  const part = new LogPart({
    file: file.path,
    format: 'lm-eval',
    model: null,
    pair: pairOf(file.path, time),
  });
  const occurrences = new Map<number, number>();
  let records = 0;
  for await (const { fields, place } of rowsOf(file, head)) {
    readRow(fields, place, task, part, occurrences, context);
    records++;
  }
  context.log.parts.push(part);
  return { records, note: null };
}

/** Up to 0.4.2 the rows are one JSON array, whatever the file is called. */
async function* rowsOf(file: LogFile, head: Head): AsyncGenerator<{ fields: Fields; place: string }> {
  if (head.kind !== 'array') {
    yield* readJsonLines(file.read(), file.path);
    return;
  }
  for await (const { path, value } of readJsonValues(file.read(), ['$.*'], file.path)) {
    yield { fields: fieldsOf(value), place: `${file.path}, row ${Number(path[0]) + 1}` };
  }
}

function readRow(
  row: Fields,
  place: string,
  task: string,
  part: LogPart,
  occurrences: Map<number, number>,
  context: ReadContext,
): void {
  const id = row.doc_id;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
    throw unreadable(place, `doc_id is ${JSON.stringify(id)?.slice(0, 40)}, not a whole number`);
  }
  const hash = textOf(row.doc_hash);
  const item = context.log.itemIndex({
    task,
    id: String(id),
    hash: hash && `lm-eval:${hash}`,
    group: groupOf(context, row.doc, task),
  });
  const filter = textOf(row.filter) ?? nextUnnamed(occurrences, id);
  const metrics = Array.isArray(row.metrics)
    ? row.metrics.filter((metric) => typeof metric === 'string')
    : Object.keys(row).filter((key) => !fixedFields.has(key));
  for (const metric of metrics) {
    const column = part.column(task, metric, filter);
    const reading =
      metric === predictOnly
        ? { unusable: 'is of a predict-only run' }
        : readScore(Object.hasOwn(row, metric) ? row[metric] : undefined);
    record(part, column, item, reading, `${place}, ${metric}`);
  }
}

function nextUnnamed(occurrences: Map<number, number>, id: number): string {
  const occurrence = (occurrences.get(id) ?? 0) + 1;
  occurrences.set(id, occurrence);
  return `#${occurrence}`;
}

async function readResults(file: LogFile, { log }: ReadContext): Promise<ReadOutcome> {
  const document = fieldsOf(await readJson(file.read(), file.path));
  const config = fieldsOf(document.config);
  const pretrained = /(?:^|,)(?:pretrained|model)=([^,]+)/.exec(textOf(config.model_args) ?? '')?.[1];
  const model = textOf(document.model_name) ?? pretrained ?? null;
  const summaries: Summary[] = [];
  const filters = new Map<string, string[]>();
  const sizes = fieldsOf(document['n-samples']);
  for (const [task, scores] of Object.entries(fieldsOf(document.results))) {
    const items = numberOf(fieldsOf(sizes[task]).effective);
    for (const [key, value] of Object.entries(fieldsOf(scores))) {
      const [, metric, filter] = /^([^,]+),(.+)$/.exec(key) ?? [];
      if (metric === undefined || metric.endsWith('_stderr') || typeof value !== 'number') continue;
      summaries.push({ task, metric, filter, value, items });
      const known = filters.get(task) ?? [];
      if (!known.includes(filter)) filters.set(task, [...known, filter]);
    }
  }
  const time = resultsName.exec(baseName(file.path))?.[1];
  log.addCompanion({ file: file.path, pair: pairOf(file.path, time), model, summaries, filters });
  return { records: 0, note: null };
}

/**
 * Rows of one document come filter after filter: the k-th is of the k-th filter that the results name. No filter is the
 * one called "none".
 */
function nameFilters(log: ScoreLog): void {
  for (const part of log.parts) {
    if (part.format !== 'lm-eval') continue;
    const columns = [...part.columns.values()];
    const named = log.companionsOf(part).find(({ filters }) => filters !== undefined)?.filters;
    const isAlone = !columns.some(({ filter }) => filter === '#2');
    for (const column of columns) {
      const place = unnamed.exec(column.filter ?? '')?.[1];
      if (place === undefined) continue;
      const name = named?.get(column.task ?? '')?.[Number(place) - 1] ?? (isAlone ? 'none' : column.filter);
      renameFilter(part, column, name);
    }
  }
}
