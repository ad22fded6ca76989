import { fieldsOf, listOf, numberOf, textOf } from '../../fields.ts';
import type { LogFile } from '../../files/log-file.ts';
import { unreadable } from '../../files/unreadable.ts';
import { readJsonLines } from '../../text/json-lines.ts';
import { groupOf } from '../group-of.ts';
import { hasKeys } from '../head.ts';
import type { LogReader, ReadContext, ReadOutcome } from '../log-reader.ts';
import { countMissing, readScore, record } from '../record-score.ts';
import { LogPart } from '../score-log.ts';

const correct = 'correct';

/** OpenAI evals: a JSON Lines file of events, the specification first. */
export const openaiEvals: LogReader = {
  format: 'openai-evals',
  recognises(head) {
    const isEvent = hasKeys(head, 'run_id', 'event_id', 'type');
    const isSpec = hasKeys(head, 'spec') && head.text.includes('"completion_fns"');
    return head.kind === 'object' && (isEvent || isSpec) ? 'scores' : null;
  },
  read: readEvents,
};

async function readEvents(file: LogFile, _head: unknown, context: ReadContext): Promise<ReadOutcome> {
  const part = new LogPart({ file: file.path, format: 'openai-evals', model: null });
  let task = context.task;
  let records = 0;
  for await (const { fields, place } of readJsonLines(file.read(), file.path)) {
    if ('spec' in fields) {
      const spec = fieldsOf(fields.spec);
      part.model = textOf(listOf(spec.completion_fns)[0]);
      task = context.task ?? textOf(spec.eval_name);
    } else if ('final_report' in fields) {
      const accuracy = numberOf(fieldsOf(fields.final_report).accuracy);
      if (accuracy !== null)
        part.summaries.push({ task, metric: correct, filter: null, value: accuracy, items: null });
    } else if (fields.type === 'match' || fields.type === 'metrics' || fields.type === 'error') {
      const id = textOf(fields.sample_id);
      if (id === null) throw unreadable(place, 'has no sample_id');
      const item = context.log.itemIndex({
        task,
        id,
        hash: null,
        group: groupOf(context, fields.data, task),
      });
      const data = fieldsOf(fields.data);
      const measured = fields.type === 'match' ? [[correct, data.correct] as const] : Object.entries(data);
      if (fields.type === 'error') countMissing(part, 'errored');
      else
        for (const [metric, value] of measured)
          record(part, part.column(task, metric, null), item, readScore(value), place);
      records++;
    }
  }
  if (part.columns.size === 0) {
    return {
      records,
      note: 'holds no match or metrics event: only a final report cannot be divided among samples',
    };
  }
  context.log.parts.push(part);
  return { records, note: null };
}
