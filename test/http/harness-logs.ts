import { createHash } from 'node:crypto';
import { abilityOf, smallScore } from '../support/fixtures.ts';
import type { SentFile } from '../support/forms.ts';

/** Three tasks of 40 documents; two documents of the first are the same. */
export const tasks = ['sums', 'word_order', 'logic'] as const;
export type Task = (typeof tasks)[number];
export const docsPerTask = 40;
/** Of the first task. */
export const copies = [7, 23] as const;

export const modelNames = Array.from({ length: 12 }, (_, m) => `org/model-${String(m).padStart(2, '0')}`);

export interface Doc {
  readonly question: string;
  readonly answer: string;
  readonly subject: string;
}

export function docOf(task: Task, index: number): Doc {
  const content = contentOf(task, index);
  return {
    question: `Frage ${content} \u2013 ${task}?`,
    answer: String(content % 4),
    subject: content % 2 === 0 ? 'even' : 'odd',
  };
}

function contentOf(task: Task, index: number): number {
  return task === tasks[0] && index === copies[1] ? copies[0] : index;
}

/** What a model of some ability scores: copies of a document alike. */
export function docScore(ability: number, task: Task, index: number): number {
  return smallScore(ability, (contentOf(task, index) + 5 * tasks.indexOf(task)) % docsPerTask);
}

export function itemNameOf(task: string, index: number | string): string {
  return `${task}/${index}`;
}

/** Task and index of an item named as imports name them. */
export function placeOf(item: string): [task: Task, index: number] {
  const slash = item.lastIndexOf('/');
  return [item.slice(0, slash) as Task, Number(item.slice(slash + 1))];
}

/** By lm-eval's recipe, of documents without floats. */
export function docHash(doc: Doc): string {
  return sha256(JSON.stringify(doc, null, 2));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** One row of lm-eval's log. */
export function lmEvalRow(
  task: Task,
  index: number,
  score: unknown,
  fields: Record<string, unknown> = {},
): Record<string, unknown> {
  const doc = docOf(task, index);
  return {
    doc_id: index,
    doc,
    target: doc.answer,
    arguments: { gen_args_0: { arg_0: doc.question, arg_1: {} } },
    resps: [['x']],
    filtered_resps: ['x'],
    filter: 'none',
    metrics: ['acc'],
    doc_hash: docHash(doc),
    prompt_hash: sha256(doc.question),
    target_hash: sha256(doc.answer),
    acc: score,
    ...fields,
  };
}

export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

export interface RunOptions {
  readonly tasks?: readonly Task[];
  /** Of each task; all where not given. */
  readonly indices?: (task: Task) => readonly number[];
  readonly time?: string;
  /** Changes the rows of a task before they are written. */
  readonly change?: (row: Record<string, unknown>, task: Task, index: number) => Record<string, unknown>;
}

const every = Array.from({ length: docsPerTask }, (_, index) => index);

/** What a run of lm-eval leaves of one model. */
export function lmEvalRun(model: string, ability: number, options: RunOptions = {}): SentFile[] {
  const { change = (row) => row, indices = () => every, time = timeOf(model) } = options;
  const folder = model.replaceAll('/', '__');
  const run = (options.tasks ?? tasks).filter((task) => indices(task).length > 0);
  const samples = run.map((task) => ({
    path: `${folder}/samples_${task}_${time}.jsonl`,
    content: jsonLines(
      indices(task).map((index) =>
        change(lmEvalRow(task, index, docScore(ability, task, index)), task, index),
      ),
    ),
  }));
  return [
    { path: `${folder}/results_${time}.json`, content: resultsOf(model, ability, run, indices) },
    ...samples,
  ];
}

function timeOf(model: string): string {
  return `2026-01-21T03-44-18.${sha256(model).replaceAll(/\D/g, '').padEnd(6, '0').slice(0, 6)}`;
}

function resultsOf(
  model: string,
  ability: number,
  run: readonly Task[],
  indices: (task: Task) => readonly number[],
): string {
  const mean = (task: Task) =>
    indices(task).reduce((sum, index) => sum + docScore(ability, task, index), 0) / indices(task).length;
  const byTask = <Value>(of: (task: Task) => Value) =>
    Object.fromEntries(run.map((task) => [task, of(task)]));
  return JSON.stringify({
    results: byTask((task) => ({ alias: task, 'acc,none': mean(task), 'acc_stderr,none': 0.1 })),
    configs: byTask((task) => ({ task })),
    versions: byTask(() => 1),
    'n-shot': byTask(() => 0),
    'n-samples': byTask((task) => ({ original: docsPerTask, effective: indices(task).length })),
    config: { model: 'hf', model_args: `pretrained=${model}` },
    model_name: model,
    model_name_sanitized: model.replaceAll('/', '__'),
  });
}

/** The logs of all models, a run each. */
export const history: readonly SentFile[] = modelNames.flatMap((model, m) => lmEvalRun(model, abilityOf(m)));

/** The same as a matrix: long CSV with the task as the group. */
export const historyCsv = `model,item,score,group\n${modelNames
  .flatMap((model, m) =>
    tasks.flatMap((task) =>
      every.map(
        (index) => `${model},${itemNameOf(task, index)},${docScore(abilityOf(m), task, index)},${task}\n`,
      ),
    ),
  )
  .join('')}`;
