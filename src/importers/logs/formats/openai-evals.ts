import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../../fields.ts';
import type { LogFile } from '../../files/log-file.ts';
import { unreadable } from '../../files/unreadable.ts';
import { readJsonLines } from '../../text/json-lines.ts';
import { groupOf } from '../group-of.ts';
import { hasKeys } from '../head.ts';
import type { LogReader, ReadContext, ReadOutcome } from '../log-reader.ts';
import { countMissing, readScore, record } from '../record-score.ts';
import { LogPart } from '../score-log.ts';

const correct = 'correct';
const eventTypes = new Set(['match', 'metrics', 'error']);

/** OpenAI evals: a JSON Lines file of events, the specification first. */
export const openaiEvals: LogReader = {
  format: 'openai-evals',
  hasRepeats: true,
  recognises(head) {
    const isEvent = hasKeys(head, 'run_id', 'event_id', 'type');
    const isSpec = hasKeys(head, 'spec') && head.text.includes('"completion_fns"');
    return head.kind === 'object' && (isEvent || isSpec) ? 'scores' : null;
  },
  read: readEvents,
};

interface Run {
  readonly part: LogPart;
  task: string | null;
}

/** Logs of several runs may stand in one file: events say which run they are of. */
async function readEvents(file: LogFile, _head: unknown, context: ReadContext): Promise<ReadOutcome> {
  const runs = new Map<string, Run>();
  let records = 0;
  for await (const { fields, place } of readJsonLines(file.read(), file.path)) {
    const id = textOf(fields.run_id) ?? textOf(fieldsOf(fields.spec).run_id) ?? '';
    const run = runs.get(id) ?? {
      part: new LogPart({ file: file.path, format: 'openai-evals', model: null }),
      task: context.task,
    };
    runs.set(id, run);
    if ('spec' in fields) readSpec(fieldsOf(fields.spec), run, context);
    else if ('final_report' in fields) readReport(fieldsOf(fields.final_report), run);
    else if (typeof fields.type === 'string' && eventTypes.has(fields.type)) {
      readEvent(fields, place, run, context);
      records++;
    }
  }
  const parts = [...runs.values()].map(({ part }) => part).filter(({ columns }) => columns.size > 0);
  if (parts.length === 0) {
    return {
      records,
      note: 'holds no match or metrics event: only a final report cannot be divided among samples',
    };
  }
  context.log.parts.push(...parts);
  return { records, note: null };
}

function readSpec(spec: Fields, run: Run, context: ReadContext): void {
  run.part.model = textOf(listOf(spec.completion_fns)[0]);
  run.task = context.task ?? textOf(spec.eval_name);
}

function readReport({ accuracy }: Fields, { part, task }: Run): void {
  const value = numberOf(accuracy);
  if (value !== null) part.summaries.push({ task, metric: correct, filter: null, value, items: null });
}

function readEvent(fields: Fields, place: string, { part, task }: Run, context: ReadContext): void {
  const id = textOf(fields.sample_id);
  if (id === null) throw unreadable(place, 'has no sample_id');
  const data = fieldsOf(fields.data);
  const item = context.log.itemIndex({ task, id, hash: null, group: groupOf(context, data, task) });
  if (fields.type === 'error') {
    countMissing(part, item, 'errored');
    return;
  }
  const measured = fields.type === 'match' ? [[correct, data.correct] as const] : Object.entries(data);
  for (const [metric, value] of measured) {
    record(part, part.column(task, metric, null), item, readScore(value), `${place}, ${metric}`);
  }
}
