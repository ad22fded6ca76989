import { createHash } from 'node:crypto';
import { type Fields, fieldsOf, isObject, listOf, numberOf, textOf } from '../../fields.ts';
import type { LogFile } from '../../files/log-file.ts';
import { unreadable } from '../../files/unreadable.ts';
import { openZip } from '../../files/zip.ts';
import { readJson, readJsonValues } from '../../text/json-values.ts';
import { nonFinite } from '../../text/non-finite.ts';
import { groupOf } from '../group-of.ts';
import { hasKeys } from '../head.ts';
import type { LogReader, ReadContext, ReadOutcome } from '../log-reader.ts';
import { countMissing, type Reading, readScore, record, recordUnscored } from '../record-score.ts';
import { LogPart, type Summary } from '../score-log.ts';

const sampleFields = [
  'id',
  'epoch',
  'scores',
  'score',
  'error',
  'input',
  'target',
  'metadata',
  'invalidation',
];
/** Summaries cut longer texts off, whole samples do not: those would not give the same hash. */
const maxHashedCharacters = 1000;
const maxSamples = 1_000_000;

/** Whether a zip archive is a log of Inspect, finished or not. */
export function isInspectArchive(names: readonly string[]): boolean {
  return names.includes('header.json') || names.includes('_journal/start.json');
}

/** Inspect: .json and .eval logs. */
export const inspect: LogReader = {
  format: 'inspect',
  hasRepeats: true,
  recognises(head) {
    if (head.kind === 'zip') return 'scores';
    return hasKeys(head, 'eval', 'status') && head.kind === 'object' ? 'scores' : null;
  },
  async read(file, head, context) {
    const run = head.kind === 'zip' ? await readArchive(file, context) : await readDocument(file, context);
    return addRun(run, file, context);
  },
};

/** What is needed of a log, wherever it stood. */
interface InspectRun {
  status: string;
  eval: Fields;
  results: Fields;
  /** By id and epoch: of a sample that was tried again, the last. */
  readonly samples: Map<string, InspectSample>;
  readonly reductions: Fields[];
}

/** What is kept of a sample: its texts are long, and there are many. */
interface InspectSample {
  readonly id: string;
  readonly hash: string | null;
  /** As the caller asks for; its task is known later. */
  readonly group: string | null;
  readonly isErrored: boolean;
  /** By scorer, null for the one that old logs do not name, and by key. */
  readonly readings: readonly (readonly [scorer: string | null, key: string | null, Reading])[];
}

function emptyRun(): InspectRun {
  return { status: 'started', eval: {}, results: {}, samples: new Map(), reductions: [] };
}

async function readDocument(file: LogFile, context: ReadContext): Promise<InspectRun> {
  const run = emptyRun();
  const paths = [
    'status',
    'eval',
    'results',
    'reductions.*',
    ...sampleFields.map((field) => `samples.*.${field}`),
  ];
  let sample: Record<string, unknown> = {};
  let index: unknown = null;
  for await (const { path, value } of readJsonValues(
    file.read(),
    paths.map((path) => `$.${path}`),
    file.path,
  )) {
    if (path[0] === 'samples') {
      if (path[1] !== index) {
        if (index !== null) addSample(run, sample, `${file.path}, samples.${index}`, context);
        sample = {};
        index = path[1];
      }
      sample[String(path[2])] = value;
    } else if (path[0] === 'reductions') run.reductions.push(fieldsOf(value));
    else if (path[0] === 'status') run.status = String(value);
    else if (path[0] === 'eval') run.eval = fieldsOf(value);
    else run.results = fieldsOf(value);
  }
  if (index !== null) addSample(run, sample, `${file.path}, samples.${index}`, context);
  return run;
}

/** The archive keeps its samples' scores a second time, in summaries: the samples themselves need not be read. */
async function readArchive(file: LogFile, context: ReadContext): Promise<InspectRun> {
  const { unpacking } = context;
  const run = emptyRun();
  const entries = await openZip(await file.stored(), unpacking.budget, file.path);
  const find = (name: string) => entries.filter((entry) => entry.name === name);
  const place = (name: string) => `${file.path}/${name}`;
  const [header] = [...find('header.json'), ...find('_journal/start.json')];
  const document = fieldsOf(await readJson(header.read(), place(header.name)));
  run.status = textOf(document.status) ?? 'started';
  run.eval = fieldsOf(document.eval);
  run.results = fieldsOf(document.results);
  const finished = find('summaries.json');
  const journal = entries.filter(({ name }) => /^_journal\/summaries\/\d+\.json$/.test(name)).sort(byNumber);
  for (const { name, read } of finished.length > 0 ? finished : journal) {
    for await (const { path, value } of readJsonValues(read(), ['$.*'], place(name))) {
      addSample(run, fieldsOf(value), `${place(name)}, ${path.join('.')}`, context);
    }
  }
  for (const { name, read } of find('reductions.json')) {
    for await (const { value } of readJsonValues(read(), ['$.*'], place(name)))
      run.reductions.push(fieldsOf(value));
  }
  return run;
}

function byNumber(a: { name: string }, b: { name: string }): number {
  const number = (name: string) => Number(/\d+/.exec(name)?.[0]);
  return number(a.name) - number(b.name);
}

function addSample(run: InspectRun, sample: Fields, place: string, context: ReadContext): void {
  const { id, epoch = 1 } = sample;
  checkId(id, place);
  const { samples } = run;
  if (samples.size === maxSamples) throw unreadable(place, `is one of more than ${maxSamples} samples`);
  samples.set(JSON.stringify([normaliseId(id), epoch]), {
    id: normaliseId(id),
    hash: hashOf(sample),
    group: context.group === null ? null : groupOf(context, sample.metadata, null),
    isErrored: sample.error !== null && sample.error !== undefined,
    readings: readingsOf(sample),
  });
}

function readingsOf(sample: Fields): InspectSample['readings'] {
  const isInvalid = isObject(sample.invalidation);
  const scores: [string | null, unknown][] = isObject(sample.score)
    ? [[null, sample.score]]
    : Object.entries(fieldsOf(sample.scores));
  return scores.flatMap(([scorer, score]) =>
    readValue(isObject(score) ? score.value : score).map(
      ([key, reading]) => [scorer, key, isInvalid ? { missing: 'invalidated' } : reading] as const,
    ),
  );
}

/** @throws DomainError unreadable-log: no text, and no whole number that could be told from others */
function checkId(id: unknown, place: string): void {
  const isText = textOf(id) !== null && id !== nonFinite;
  if (isText || Number.isSafeInteger(id)) return;
  throw unreadable(
    place,
    `id is ${typeof id === 'number' ? id : typeof id}, neither a whole number nor a text`,
  );
}

/** To Inspect 7, "7" and "007" are the same sample. */
function normaliseId(id: unknown): string {
  const text = String(id);
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text;
}

function addRun(run: InspectRun, file: LogFile, context: ReadContext): ReadOutcome {
  const task = textOf(run.eval.task) ?? context.task;
  if (task === null) throw unreadable(file.path, 'has no eval.task');
  const part = new LogPart({ file: file.path, format: 'inspect', model: textOf(run.eval.model) });
  const scorer = textOf(fieldsOf(run.results.scorer).name) ?? 'score';
  const unscored: number[] = [];
  for (const sample of run.samples.values()) {
    const item = addScores(part, sample, task, scorer, file.path, context);
    if (sample.readings.length === 0) unscored.push(item);
  }
  recordUnscored(part, unscored);
  const hasScores = [...part.columns.values()].some(({ items }) => items.length > 0);
  const records = hasScores ? run.samples.size : addReductions(part, run, task, file.path, context);
  part.summaries.push(...summariesOf(run.results, task));
  const isScored = [...part.columns.values()].some(
    ({ scores, unusable }) => scores.length > 0 || unusable !== null,
  );
  if (!isScored) return { records, note: emptyNote(run) };
  context.log.parts.push(part);
  const notes = [
    ...(run.status === 'success'
      ? []
      : [`its status is "${run.status}": what is missing is not missing at random`]),
    ...(hasScores ? [] : ['has no scored samples; the values reduced over epochs were taken']),
  ];
  return { records, note: notes.length === 0 ? null : notes.join('; ') };
}

function emptyNote({ samples, status }: InspectRun): string {
  if (samples.size === 0)
    return `holds no samples (status "${status}"): log with --log-samples, or send the whole log`;
  return `holds ${samples.size} samples and no scores: score them with "inspect score"`;
}

/** @returns the index of the item */
function addScores(
  part: LogPart,
  { id, hash, group, isErrored, readings }: InspectSample,
  task: string,
  scorer: string,
  file: string,
  context: ReadContext,
): number {
  const item = context.log.itemIndex({
    task,
    id,
    hash,
    group: context.group === null ? groupOf(context, null, task) : group,
  });
  if (readings.length === 0) countMissing(part, item, isErrored ? 'errored' : 'unscored');
  for (const [name, key, reading] of readings) {
    record(
      part,
      part.column(task, name ?? scorer, key),
      item,
      reading,
      `${file}, sample ${id}, ${name ?? scorer}`,
    );
  }
  return item;
}

const letters = new Map([
  ['C', 1],
  ['P', 0.5],
  ['I', 0],
  ['N', 0],
]);
const words = new Map([
  ['yes', 1],
  ['true', 1],
  ['no', 0],
  ['false', 0],
]);

/** A value by Inspect's own rules (value_to_float); one with several keys is a value for each. */
function readValue(value: unknown): [key: string | null, Reading][] {
  if (isObject(value)) return Object.entries(value).map(([key, part]) => [key, readPlain(part)]);
  return [[null, readPlain(value)]];
}

function readPlain(value: unknown): Reading {
  const reading = readScore(value);
  if (typeof value !== 'string' || 'missing' in reading) return reading;
  const known = letters.get(value) ?? words.get(value.toLowerCase());
  if (known !== undefined) return { score: known };
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? { score: number } : reading;
}

/** Samples that were left out, or not kept: what Inspect made of them over the epochs. */
function addReductions(
  part: LogPart,
  run: InspectRun,
  task: string,
  file: string,
  context: ReadContext,
): number {
  let records = 0;
  const old = listOf(run.results.sample_reductions).map(fieldsOf);
  const reductions = [...run.reductions, ...old];
  const scorers = reductions.map(({ scorer }) => scorer);
  for (const { scorer, samples, reducer } of reductions) {
    const isOneOfSeveral = scorers.indexOf(scorer) !== scorers.lastIndexOf(scorer);
    for (const [index, sample] of listOf(samples).map(fieldsOf).entries()) {
      checkId(sample.sample_id, `${file}, reductions, samples.${index}`);
      const id = normaliseId(sample.sample_id);
      const item = context.log.itemIndex({ task, id, hash: null, group: groupOf(context, null, task) });
      for (const [key, reading] of readValue(sample.value)) {
        const filter = isOneOfSeveral
          ? [key, textOf(reducer)].filter((name) => name !== null).join(', ')
          : key;
        const column = part.column(task, textOf(scorer) ?? 'score', filter);
        record(part, column, item, reading, `${file}, reductions, sample ${id}`);
      }
      records++;
    }
    const name = textOf(reducer);
    if (name !== null && name !== 'mean') {
      context.log.notes.add(`${file}: values were reduced over epochs by ${name}, which is not their mean`);
    }
  }
  return records;
}

function summariesOf(results: Fields, task: string): Summary[] {
  return listOf(results.scores)
    .map(fieldsOf)
    .flatMap(({ name, scorer, metrics }) => {
      const found = fieldsOf(metrics);
      const value = numberOf(fieldsOf(found.accuracy ?? found.mean).value);
      const metric = textOf(scorer) ?? textOf(name);
      if (value === null || metric === null) return [];
      const filter = textOf(name) === metric ? null : textOf(name);
      return [{ task, metric, filter, value, items: null }];
    });
}

function hashOf({ input, target }: Fields): string | null {
  const text = textOf(input) ?? messagesOf(input);
  if (text === null) return null;
  const hashed = JSON.stringify([text, target]);
  if (hashed.length > maxHashedCharacters) return null;
  return `inspect:${createHash('sha256').update(hashed).digest('hex')}`;
}

function messagesOf(input: unknown): string | null {
  const contents = listOf(input).map((message) => textOf(fieldsOf(message).content));
  return contents.length > 0 && contents.every((content) => content !== null) ? contents.join('\n') : null;
}
