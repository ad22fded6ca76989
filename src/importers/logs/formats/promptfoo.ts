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
  hasRepeats: true,
  recognises(head) {
    const isRow =
      hasKeys(head, 'promptIdx', 'testIdx') || hasKeys(head, 'gradingResult', 'promptId', 'testCase');
    const isDocument = hasKeys(head, 'results') && (head.keys.has('evalId') || head.keys.has('shareableUrl'));
    return isRow || isDocument ? 'scores' : null;
  },
  async read(file, head, context) {
    const prompts: Fields[] = [];
    const rows: Row[] = [];
    for await (const { row, place } of rowsOf(file, head, prompts)) rows.push(toRow(row, place, context));
    if (rows.length === 0) {
      return {
        records: 0,
        note: 'holds no rows under results.results: version 3 is read, export older evaluations anew',
      };
    }
    refuseSharedNames(rows, file.path);
    const parts = addRows(rows, file.path, context);
    for (const prompt of prompts) addSummary(prompt, parts, shortNames(rows));
    context.log.parts.push(...parts.values());
    return { records: rows.length, note: null };
  },
};

/** What is needed of a row; the texts may be long. */
interface Row {
  readonly place: string;
  readonly model: string;
  /** Its label, else its hash. */
  readonly prompt: string;
  /** The column that it stood in: one of a provider and a prompt. */
  readonly column: unknown;
  /** From the metadata; null without any. */
  readonly id: string | null;
  readonly description: string | null;
  /** Of the variables. */
  readonly hash: string;
  readonly group: string | null;
  readonly readings: readonly (readonly [metric: string, Reading])[];
}

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

function toRow(row: Fields, place: string, context: ReadContext): Row {
  const provider = fieldsOf(row.provider);
  const model = textOf(provider.label) ?? textOf(provider.id);
  if (model === null) throw unreadable(place, 'has no provider');
  const test = fieldsOf(row.testCase);
  const metadata = fieldsOf(test.metadata);
  const key = idKeys.find(
    (candidate) => textOf(metadata[candidate]) ?? numberOf(metadata[candidate]) !== null,
  );
  const vars = isObject(row.vars) ? row.vars : fieldsOf(test.vars);
  const isFailed = row.failureReason === providerFailed;
  const measured = { ...fieldsOf(row.namedScores), score: row.score, success: row.success };
  return {
    place,
    model,
    prompt: promptOf(fieldsOf(row.prompt).label, row.promptId),
    column: row.promptIdx,
    id: key === undefined ? null : String(metadata[key]),
    description: textOf(test.description),
    hash: createHash('sha256').update(canonicalJson(vars)).digest('hex'),
    group: groupOf(context, metadata, context.task),
    readings: Object.entries(measured).map(([metric, value]) => [
      metric,
      isFailed ? { missing: 'provider failed' } : readScore(value),
    ]),
  };
}

function promptOf(label: unknown, id: unknown): string {
  return textOf(label) ?? textOf(id) ?? '';
}

/** @throws DomainError unreadable-log: two providers cannot be told apart */
function refuseSharedNames(rows: readonly Row[], file: string): void {
  const columns = new Map<string, unknown>();
  for (const { model, prompt, column } of rows) {
    const key = JSON.stringify([model, prompt]);
    const known = columns.get(key) ?? column;
    columns.set(key, known);
    if (known !== column) {
      throw unreadable(file, `two providers, or two prompts, are both called "${model}": give them labels`);
    }
  }
}

/** Prompts are long: they are called by their number, unless there is one only. */
function shortNames(rows: readonly Row[]): ReadonlyMap<string, string | null> {
  const prompts = [...new Set(rows.map(({ prompt }) => prompt))];
  return new Map(
    prompts.map((prompt, index) => [prompt, prompts.length === 1 ? null : `prompt-${index + 1}`]),
  );
}

function addRows(rows: readonly Row[], file: string, context: ReadContext): Map<string, LogPart> {
  const parts = new Map<string, LogPart>();
  const names = shortNames(rows);
  for (const [prompt, name] of names) {
    if (name !== null) context.log.notes.add(`${file}: ${name} is ${JSON.stringify(prompt.slice(0, 120))}`);
  }
  const descriptions = new Map<string, Set<string>>();
  for (const { description, hash } of rows) {
    if (description === null) continue;
    descriptions.set(description, (descriptions.get(description) ?? new Set()).add(hash));
  }
  for (const { model, prompt, place, id, description, hash, group, readings } of rows) {
    const part = parts.get(model) ?? new LogPart({ file, format: 'promptfoo', model });
    parts.set(model, part);
    // A description that several tests share tells none of them.
    const isTelling = description !== null && descriptions.get(description)?.size === 1;
    const item = context.log.itemIndex({
      task: context.task,
      id: id ?? (isTelling ? description : `vars-${hash.slice(0, 16)}`),
      hash: `promptfoo:${hash}`,
      group,
    });
    for (const [metric, reading] of readings) {
      record(
        part,
        part.column(context.task, metric, names.get(prompt)!),
        item,
        reading,
        `${place}, ${metric}`,
      );
    }
  }
  return parts;
}

/** promptfoo adds the scores of a column up. */
function addSummary(
  prompt: Fields,
  parts: ReadonlyMap<string, LogPart>,
  names: ReadonlyMap<string, string | null>,
): void {
  const metrics = fieldsOf(prompt.metrics);
  const sum = numberOf(metrics.score);
  const items = (numberOf(metrics.testPassCount) ?? 0) + (numberOf(metrics.testFailCount) ?? 0);
  const part = parts.get(textOf(prompt.provider) ?? '');
  const filter = names.get(promptOf(prompt.label, prompt.id));
  if (sum === null || items === 0 || part === undefined || filter === undefined) return;
  part.summaries.push({ task: null, metric: 'score', filter, value: sum / items, items });
}
