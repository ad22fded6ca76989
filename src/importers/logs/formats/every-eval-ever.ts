import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../../fields.ts';
import type { LogFile } from '../../files/log-file.ts';
import { unreadable } from '../../files/unreadable.ts';
import { readJsonLines } from '../../text/json-lines.ts';
import { readJson } from '../../text/json-values.ts';
import { groupOf } from '../group-of.ts';
import { hasKeys } from '../head.ts';
import type { LogReader, ReadContext, ReadOutcome } from '../log-reader.ts';
import { type Reading, readScore, record } from '../record-score.ts';
import { LogPart, renameFilter, type ScoreLog, type Summary } from '../score-log.ts';

const isInstance = ['evaluation_id', 'model_id', 'sample_id'];

/** Every Eval Ever, schema 0.3: <uuid>_samples.jsonl, and <uuid>.json beside it. */
export const everyEvalEver: LogReader = {
  format: 'every-eval-ever',
  defaultMetric: 'score',
  hasRepeats: false,
  recognises(head) {
    if (hasKeys(head, ...isInstance)) return 'scores';
    return hasKeys(head, 'evaluation_results', 'model_info') ? 'companion' : null;
  },
  read: (file, head, context) =>
    hasKeys(head, ...isInstance) ? readInstances(file, context) : readAggregate(file, context),
  finish: joinResults,
};

async function readInstances(file: LogFile, context: ReadContext): Promise<ReadOutcome> {
  const parts = new Map<string, LogPart>();
  let records = 0;
  for await (const { fields, place } of readJsonLines(file.read(), file.path)) {
    const model = required(fields, 'model_id', place);
    const pair = required(fields, 'evaluation_id', place);
    const key = JSON.stringify([model, pair]);
    const part = parts.get(key) ?? new LogPart({ file: file.path, format: 'every-eval-ever', model, pair });
    parts.set(key, part);
    readInstance(fields, place, part, context);
    records++;
  }
  context.log.parts.push(...parts.values());
  return { records, note: null };
}

function readInstance(fields: Fields, place: string, part: LogPart, context: ReadContext): void {
  const task = required(fields, 'evaluation_name', place);
  const hash = textOf(fields.sample_hash);
  const item = context.log.itemIndex({
    task,
    id: required(fields, 'sample_id', place),
    hash: hash && `every-eval-ever:${hash}`,
    group: groupOf(context, fields.metadata, task),
  });
  const isErrored = textOf(fields.error) !== null;
  const evaluation = fieldsOf(fields.evaluation);
  for (const metric of ['score', 'is_correct']) {
    const reading: Reading = isErrored ? { missing: 'errored' } : readScore(evaluation[metric]);
    record(
      part,
      part.column(task, metric, resultOf(fields)),
      item,
      reading,
      `${place}, evaluation.${metric}`,
    );
  }
}

function resultOf({ evaluation_result_id: id, evaluation_name: name }: Fields): string | null {
  return textOf(id) === name ? null : textOf(id);
}

/**
 * Results tell several scores of a sample apart, a line each. Where no sample has several, they say nothing: some name
 * them after the run.
 */
function joinResults(log: ScoreLog): void {
  for (const part of log.parts) {
    if (part.format !== 'every-eval-ever') continue;
    const byMetric = Map.groupBy([...part.columns.values()], ({ task, metric }) =>
      JSON.stringify([task, metric]),
    );
    for (const columns of byMetric.values()) {
      const items = columns.flatMap((column) => column.items);
      if (new Set(items).size < items.length) continue;
      for (const column of columns) renameFilter(part, column, null);
    }
  }
}

async function readAggregate(file: LogFile, { log }: ReadContext): Promise<ReadOutcome> {
  const document = fieldsOf(await readJson(file.read(), file.path));
  const summaries = listOf(document.evaluation_results).flatMap((entry): Summary[] => {
    const result = fieldsOf(entry);
    const value = numberOf(fieldsOf(result.score_details).score);
    if (value === null) return [];
    return [
      { task: textOf(result.evaluation_name), metric: 'score', filter: resultOf(result), value, items: null },
    ];
  });
  const pair = textOf(document.evaluation_id) ?? file.path;
  log.addCompanion({ file: file.path, pair, model: null, summaries });
  return { records: 0, note: null };
}

function required(fields: Fields, name: string, place: string): string {
  const text = textOf(fields[name]);
  if (text === null) throw unreadable(place, `has no ${name}`);
  return text;
}
