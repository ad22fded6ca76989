import { type Fields, isObject, numberOf, textOf } from '../../fields.ts';
import { baseName, folderOf, type LogFile } from '../../files/log-file.ts';
import { readJsonValues } from '../../text/json-values.ts';
import { groupOf } from '../group-of.ts';
import type { LogReader, ReadContext, ReadOutcome } from '../log-reader.ts';
import { readScore, record } from '../record-score.ts';
import { LogPart } from '../score-log.ts';

/** Under which a detail keeps whether it is right; the first there is counts. */
const correctKeys = ['correct', 'is_correct', 'cascade_correct'];
const measure = 'correct';

/** OpenCompass: results/<model>/<dataset>.json with details. */
export const opencompass: LogReader = {
  format: 'opencompass',
  hasRepeats: true,
  recognises(head) {
    if (head.kind !== 'object') return null;
    if (head.keys.has('details')) return 'scores';
    return head.keys.has('0') && /"(prediction|origin_prompt)"/.test(head.text) ? 'companion' : null;
  },
  read: (file, head, context) =>
    head.keys.has('details')
      ? readDetails(file, context)
      : Promise.resolve({
          records: 0,
          note: 'holds predictions and no scores: send the file of the same name under results/',
        }),
};

async function readDetails(file: LogFile, context: ReadContext): Promise<ReadOutcome> {
  const name = baseName(file.path).replace(/\.json$/, '');
  const model = textOf(baseName(folderOf(file.path)));
  const part = new LogPart({ file: file.path, format: 'opencompass', model });
  let records = 0;
  let accuracy: number | null = null;
  let lastTask = name;
  for await (const { path, value } of readJsonValues(file.read(), ['$.accuracy', '$.details.*'], file.path)) {
    if (path[0] === 'accuracy') accuracy = numberOf(value);
    else if (isObject(value)) {
      lastTask = readDetail(value, String(path[1]), name, file, part, context);
      records++;
    }
  }
  if (part.columns.size === 0) {
    return {
      records,
      note: `has no ${correctKeys.join(', ')} in its details: this dataset is not scored item by item`,
    };
  }
  // The accuracy is in per cent, the details are 0 or 1.
  if (accuracy !== null) {
    part.summaries.push({
      task: lastTask,
      metric: measure,
      filter: null,
      value: accuracy / 100,
      items: null,
    });
  }
  context.log.parts.push(part);
  return { records, note: null };
}

/** @returns the task it is of */
function readDetail(
  detail: Fields,
  key: string,
  name: string,
  file: LogFile,
  part: LogPart,
  context: ReadContext,
): string {
  const abbreviation = textOf(detail.example_abbr);
  const task = context.task ?? datasetOf(abbreviation, name);
  const item = context.log.itemIndex({
    task,
    id: abbreviation ?? key,
    hash: null,
    group: groupOf(context, detail, task),
  });
  const found = correctKeys.find((candidate) => candidate in detail);
  if (found === undefined) return task;
  const value = detail[found];
  // A list holds the answers to the same question tried several times.
  for (const repeat of Array.isArray(value) ? value : [value]) {
    record(
      part,
      part.column(task, measure, null),
      item,
      readScore(repeat),
      `${file.path}, details.${key}.${found}`,
    );
  }
  return task;
}

/** A run in parts writes <dataset>_0.json, <dataset>_1.json: the example names the dataset itself. */
function datasetOf(abbreviation: string | null, name: string): string {
  const dataset = /^(.+)_[^_]+_\d+$/.exec(abbreviation ?? '')?.[1];
  const isPart =
    dataset !== undefined && name.startsWith(`${dataset}_`) && /^\d+$/.test(name.slice(dataset.length + 1));
  return isPart ? dataset : name;
}
