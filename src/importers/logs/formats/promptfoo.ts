import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../scores/canonical-json.ts';
import { type Fields, fieldsOf, isObject, numberOf, textOf } from '../../fields.ts';
import type { LogFile } from '../../files/log-file.ts';
import { unreadable } from '../../files/unreadable.ts';
import { readJsonLines } from '../../text/json-lines.ts';
import { readJsonValues } from '../../text/json-values.ts';
import { groupOf } from '../group-of.ts';
import { type Head, hasKeys } from '../head.ts';
import type { LogReader, ReadContext } from '../log-reader.ts';
import { type Reading, readScore, record } from '../record-score.ts';
import { LogPart } from '../score-log.ts';

/** Metadata by which people number their tests. */
const idKeys = ['item_id', 'itemId', 'id'];
/** The provider failed: nothing was answered, nothing is wrong. */
const providerFailed = 2;

/** promptfoo: output.json (version 3) or output.jsonl. */
export const promptfoo: LogReader = {
  format: 'promptfoo',
  recognises(head) {
    const isRow =
      hasKeys(head, 'promptIdx', 'testIdx') || hasKeys(head, 'gradingResult', 'promptId', 'testCase');
    const isDocument = hasKeys(head, 'results') && (head.keys.has('evalId') || head.keys.has('shareableUrl'));
    return isRow || isDocument ? 'scores' : null;
  },
  async read(file, head, context) {
    const prompts: Fields[] = [];
    const parts = new Map<string, LogPart>();
    const filters = new Map<string, string>();
    let records = 0;
    for await (const { row, place } of rowsOf(file, head, prompts)) {
      readRow(row, place, file.path, parts, filters, context);
      records++;
    }
    if (records === 0) {
      return {
        records,
        note: 'holds no rows under results.results: version 3 is read, export older evaluations anew',
      };
    }
    for (const part of parts.values()) dropOnlyFilter(part, filters.size);
    for (const prompt of prompts) addSummary(prompt, parts, filters.size);
    context.log.parts.push(...parts.values());
    return { records, note: null };
  },
};

async function* rowsOf(
  file: LogFile,
  head: Head,
  prompts: Fields[],
): AsyncGenerator<{ row: Fields; place: string }> {
  if (!head.keys.has('results')) {
    for await (const { fields, place } of readJsonLines(file.read(), file.path)) yield { row: fields, place };
    return;
  }
  const paths = ['$.results.results.*', '$.results.prompts.*'];
  for await (const { path, value } of readJsonValues(file.read(), paths, file.path)) {
    if (path[1] === 'prompts') prompts.push(fieldsOf(value));
    else yield { row: fieldsOf(value), place: `${file.path}, ${path.join('.')}` };
  }
}

function readRow(
  row: Fields,
  place: string,
  file: string,
  parts: Map<string, LogPart>,
  filters: Map<string, string>,
  context: ReadContext,
): void {
  const provider = fieldsOf(row.provider);
  const model = textOf(provider.label) ?? textOf(provider.id);
  if (model === null) throw unreadable(place, 'has no provider');
  const part = parts.get(model) ?? new LogPart({ file, format: 'promptfoo', model });
  parts.set(model, part);
  const prompt = promptOf(fieldsOf(row.prompt).label, row.promptId);
  filters.set(prompt, prompt);
  const test = fieldsOf(row.testCase);
  const vars = isObject(row.vars) ? row.vars : fieldsOf(test.vars);
  const hash = createHash('sha256').update(canonicalJson(vars)).digest('hex');
  const metadata = fieldsOf(test.metadata);
  const item = context.log.itemIndex({
    task: context.task,
    id: idOf(metadata, test) ?? `vars-${hash.slice(0, 16)}`,
    hash: `promptfoo:${hash}`,
    group: groupOf(context, metadata, context.task),
  });
  const isFailed = row.failureReason === providerFailed;
  const measured = { score: row.score, success: row.success, ...fieldsOf(row.namedScores) };
  for (const [metric, value] of Object.entries(measured)) {
    const reading: Reading = isFailed ? { missing: 'provider failed' } : readScore(value);
    record(part, part.column(context.task, metric, prompt), item, reading, `${place}, ${metric}`);
  }
}

function idOf(metadata: Fields, test: Fields): string | null {
  const key = idKeys.find((candidate) => ['string', 'number'].includes(typeof metadata[candidate]));
  return key === undefined ? textOf(test.description) : String(metadata[key]);
}

function promptOf(label: unknown, id: unknown): string {
  return textOf(label) ?? textOf(id) ?? '';
}

/** Where all rows are of one prompt there is nothing to tell apart. */
function dropOnlyFilter(part: LogPart, prompts: number): void {
  if (prompts > 1) return;
  const columns = [...part.columns.values()];
  part.columns.clear();
  for (const column of columns) {
    part.columns.set(JSON.stringify([column.task, column.metric, null]), { ...column, filter: null });
  }
}

/** promptfoo adds the scores of a column up. */
function addSummary(prompt: Fields, parts: ReadonlyMap<string, LogPart>, prompts: number): void {
  const metrics = fieldsOf(prompt.metrics);
  const sum = numberOf(metrics.score);
  const items = (numberOf(metrics.testPassCount) ?? 0) + (numberOf(metrics.testFailCount) ?? 0);
  const part = parts.get(textOf(prompt.provider) ?? '');
  if (sum === null || items === 0 || part === undefined) return;
  const filter = prompts > 1 ? promptOf(prompt.label, prompt.id) : null;
  part.summaries.push({ task: null, metric: 'score', filter, value: sum / items, items });
}
