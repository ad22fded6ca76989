import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { CompressionCodec, DecodedArray, SchemaElement } from 'hyparquet';
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer';
import tar from 'tar-stream';
import { DomainError } from '../../src/errors.ts';
import { storedFile } from '../../src/importers/files/expand.ts';
import type { GivenFile } from '../../src/importers/files/log-file.ts';
import { chooseMeasures, refuseQuestions } from '../../src/importers/logs/choose-measures.ts';
import {
  ItemMatcher,
  type KnownItem,
  KnownItems,
  type Remapping,
} from '../../src/importers/logs/match-items.ts';
import { nameModels } from '../../src/importers/logs/name-models.ts';
import { readLogs } from '../../src/importers/logs/read-logs.ts';
import type { ReadFile, ScoreLog } from '../../src/importers/logs/score-log.ts';
import { type CheckedSummary, checkSummaries } from '../../src/importers/logs/summaries.ts';
import { meanOfPart, takeScores } from '../../src/importers/logs/take-scores.ts';
import { ScoreTable } from '../../src/scores/score-table.ts';
import type { ImportOptions } from '../../src/services/imports.ts';
import { fillTable } from '../../src/services/matrix-files.ts';
import { openServices, type Services } from '../../src/services/open-services.ts';
import { withUnpacked } from '../../src/services/unpack.ts';
import { writeZip, type ZipSource } from './zip.ts';

/** A file of a log, as somebody would send it. */
export interface LogSource {
  readonly path: string;
  readonly content: string | Buffer;
}

const chunkBytes = 64 * 1024;

/** A file in memory as the importers take it; `onRead` is told of every byte that is read. */
export function givenFile(
  { path, content }: LogSource,
  onRead: (bytes: number) => void = () => {},
): GivenFile {
  const bytes = Buffer.from(content);
  function* pieces(start: number, end: number): Generator<Buffer> {
    for (let at = start; at < end; at += chunkBytes) {
      // A copy: what reads a file may change what it was given.
      const piece = Buffer.from(bytes.subarray(at, Math.min(end, at + chunkBytes)));
      onRead(piece.length);
      yield piece;
    }
  }
  const stream = (start: number, end: number) =>
    Readable.from(pieces(start, Math.min(end, bytes.length)), { objectMode: false });
  return { size: bytes.length, ...storedFile(path, { size: bytes.length, stream }) };
}

export const plainOptions: ImportOptions = {
  metrics: [],
  filters: [],
  model: null,
  task: null,
  group: null,
  reducer: 'mean',
  ignoresContent: false,
  policy: 'error',
  isDryRun: false,
};

/** What an import makes of files, before it meets a database. */
export interface Imported {
  /** `model item score`, in the order of the text; a score of "-" is missing. */
  readonly cells: readonly string[];
  readonly remapped: readonly Remapping[];
  readonly summaries: readonly CheckedSummary[];
  readonly files: readonly ReadFile[];
  readonly notes: readonly string[];
  readonly log: ScoreLog | null;
}

/** Reads files as an import into a benchmark of some known items does. */
export async function importLogs(
  sources: readonly LogSource[],
  options: Partial<ImportOptions> = {},
  known: readonly KnownItem[] = [],
): Promise<Imported> {
  return importGiven(
    sources.map((source) => givenFile(source)),
    options,
    known,
  );
}

export async function importGiven(
  files: readonly GivenFile[],
  options: Partial<ImportOptions> = {},
  known: readonly KnownItem[] = [],
): Promise<Imported> {
  const all = { ...plainOptions, ...options };
  return withUnpacked(files, async (unpacked, unpacking) => {
    const read = await readLogs(unpacked, all, unpacking);
    if ('matrix' in read) {
      const table = new ScoreTable();
      await fillTable(table, read.matrix, { low: 0, high: 1 }, all.model);
      return { cells: tableCells(table), remapped: [], summaries: [], files: [], notes: [], log: null };
    }
    const { log } = read;
    const models = nameModels(log, all.model);
    const items = new KnownItems(known);
    const tasks = chooseMeasures(log, all, { low: 0, high: 1 }, (task) => items.measureOf(task));
    refuseQuestions(tasks);
    const runs = [
      ...takeScores(log, tasks, models, items, new ItemMatcher(log.items, items, all), all.reducer),
    ];
    return {
      cells: runs
        .flatMap(({ model, scores }) => Array.from(scores, ([item, { score }]) => cell(model, item, score)))
        .sort(),
      remapped: runs.flatMap(({ remapped }) => remapped),
      summaries: checkSummaries(log, models, meanOfPart),
      files: log.files,
      notes: [...log.notes],
      log,
    };
  });
}

function tableCells(table: ScoreTable): string[] {
  return Array.from(table.models, ([model, row]) =>
    table.items.map((item, index) => cell(model, item, row.get(index))),
  )
    .flat()
    .filter((text) => !text.endsWith(' -'))
    .sort();
}

export function cell(model: string, item: string, score: number | null): string {
  return `${model} ${item} ${score === null || Number.isNaN(score) ? '-' : score}`;
}

/** What was refused; anything else that is thrown, or nothing, fails the test. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    (value) => new Error(`was not refused: ${JSON.stringify(value)?.slice(0, 300)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof DomainError) return `${error.code}: ${error.message}`;
  throw error;
}

/** 'read' or the code of the refusal; any other error fails the test. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'read';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

/** Services on a database of their own, with an empty benchmark `b` of scores in [0, 1]. */
export async function openBenchmark(): Promise<{ services: Services } & AsyncDisposable> {
  const services = openServices(':memory:');
  await services.benchmarks.put('b', {
    title: null,
    description: null,
    scoreRange: { low: 0, high: 1 },
    similarityThresholds: { low: 0.4, high: 0.8 },
  });
  return { services, [Symbol.asyncDispose]: () => services.close() };
}

/** JSON as Python writes it: NaN, Infinity and -Infinity as they are. */
export function pythonJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(
    value,
    (_, part) => (typeof part === 'number' && !Number.isFinite(part) ? `@@${part}@@` : part),
    indent,
  );
  return text.replaceAll(/"@@(NaN|-?Infinity)@@"/g, '$1');
}

export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${pythonJson(row)}\n`).join('');
}

/** One row of lm-eval: scores by metric; what is undefined is left out. */
export interface LmEvalRow {
  readonly id: unknown;
  readonly scores: Readonly<Record<string, unknown>>;
  readonly filter?: string;
  readonly hash?: string;
  readonly doc?: object;
}

export const lmEvalTime = '2026-01-21T03-44-18.458309';

/** The field set of the versions: 0.4.0 to 0.4.2, 0.4.3 to 0.4.6, 0.4.7 and later. */
export type LmEvalVersion = '0.4.0' | '0.4.3' | '0.4.7';

export function lmEvalRow(
  { id, scores, filter = 'none', hash, doc }: LmEvalRow,
  version: LmEvalVersion = '0.4.7',
) {
  const common = { doc_id: id, doc: doc ?? { question: `q${String(id)}` }, target: 'A' };
  const answer = { resps: [['A']], filtered_resps: ['A'] };
  if (version === '0.4.0') return { ...common, arguments: [['prompt', {}]], ...answer, ...scores };
  const hashed = { ...common, arguments: { gen_args_0: { arg_0: 'prompt' } }, ...answer };
  if (version === '0.4.3') return { ...hashed, doc_hash: hash, ...scores };
  return { ...hashed, filter, metrics: Object.keys(scores), doc_hash: hash, ...scores };
}

export interface LmEvalSamples {
  readonly task: string;
  readonly rows: readonly LmEvalRow[];
  readonly time?: string;
  /** With its slash. */
  readonly folder?: string;
  readonly version?: LmEvalVersion;
}

export function lmEvalSamples({
  task,
  rows,
  time = lmEvalTime,
  folder = '',
  version,
}: LmEvalSamples): LogSource {
  const written = rows.map((row) => lmEvalRow(row, version));
  const isArray = version === '0.4.0';
  return {
    path: `${folder}samples_${task}_${time}.${isArray ? 'json' : 'jsonl'}`,
    content: isArray ? pythonJson(written, 4) : jsonLines(written),
  };
}

export interface LmEvalResults {
  readonly model?: string | null;
  readonly modelArgs?: unknown;
  /** By task, by `metric,filter`. */
  readonly scores?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly effective?: number;
  readonly time?: string;
  readonly folder?: string;
}

export function lmEvalResults({
  model = 'org/model',
  modelArgs = '',
  scores = {},
  effective,
  time = lmEvalTime,
  folder = '',
}: LmEvalResults): LogSource {
  const tasks = Object.keys(scores);
  return {
    path: `${folder}results_${time}.json`,
    content: pythonJson({
      results: scores,
      configs: {},
      versions: {},
      ...(effective !== undefined && {
        'n-samples': Object.fromEntries(tasks.map((task) => [task, { original: effective, effective }])),
      }),
      config: { model: 'hf', model_args: modelArgs },
      ...(model !== null && { model_name: model }),
    }),
  };
}

/** A sample of Inspect; `scores` by scorer, the values alone. */
export interface InspectSample {
  readonly id: unknown;
  readonly epoch?: number;
  readonly scores?: Readonly<Record<string, unknown>> | null;
  readonly input?: unknown;
  readonly target?: unknown;
  readonly [more: string]: unknown;
}

export interface InspectLog {
  readonly task?: string;
  readonly model?: string;
  readonly status?: string;
  readonly samples?: readonly InspectSample[];
  /** By scorer: id and value pairs. */
  readonly reductions?: readonly Readonly<Record<string, unknown>>[];
  readonly results?: Readonly<Record<string, unknown>>;
}

export function inspectSample({ scores, epoch = 1, input, target, ...rest }: InspectSample) {
  return {
    ...rest,
    epoch,
    input: input ?? `question ${String(rest.id)}`,
    target: target ?? 'A',
    ...(scores !== undefined && {
      scores:
        scores &&
        Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, { value, answer: 'A' }])),
    }),
  };
}

function inspectHeader({ task = 'quiz', model = 'org/model', status = 'success', results }: InspectLog) {
  return {
    version: 2,
    status,
    eval: { task, model, dataset: { name: 'd', samples: 3 }, config: {} },
    plan: { steps: [] },
    ...(results !== undefined && { results }),
  };
}

export function inspectDocument(log: InspectLog, path = 'log.json'): LogSource {
  return {
    path,
    content: pythonJson({
      ...inspectHeader(log),
      samples: (log.samples ?? []).map((sample) => inspectSample(sample)),
      ...(log.reductions !== undefined && { reductions: log.reductions }),
    }),
  };
}

export interface ArchiveForm {
  readonly method?: number;
  readonly frames?: number;
  /** Unfinished: nothing but the journal, so many samples in each of its files. */
  readonly journalOf?: number;
  readonly more?: readonly ZipSource[];
}

export function inspectArchive(log: InspectLog, form: ArchiveForm = {}, path = 'log.eval'): LogSource {
  const { method = 8, frames = 1, journalOf, more = [] } = form;
  const samples = (log.samples ?? []).map((sample) => inspectSample(sample));
  const entry = (name: string, value: unknown): ZipSource => ({
    name,
    content: pythonJson(value),
    method,
    frames,
  });
  const header = inspectHeader(log);
  const entries =
    journalOf === undefined
      ? [
          entry('_journal/start.json', header),
          ...samples.map((sample) =>
            entry(`samples/${String(sample.id)}_epoch_${sample.epoch}.json`, sample),
          ),
          entry('summaries.json', samples),
          ...(log.reductions === undefined ? [] : [entry('reductions.json', log.reductions)]),
          entry('header.json', header),
        ]
      : [
          entry('_journal/start.json', { version: 2, eval: header.eval, plan: {} }),
          ...chunksOf(samples, journalOf).map((some, k) => entry(`_journal/summaries/${k + 1}.json`, some)),
        ];
  return { path, content: writeZip([...entries, ...more]) };
}

function chunksOf<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, k) =>
    values.slice(k * size, (k + 1) * size),
  );
}

/** An entry of per_instance_stats.json: means by metric, or whole statistics. */
export interface HelmEntry {
  readonly id: unknown;
  readonly stats: Readonly<Record<string, unknown>>;
  readonly trial?: number;
  readonly split?: string;
  readonly perturbation?: object;
}

export interface HelmRun {
  readonly folder?: string;
  readonly name?: string;
  readonly model?: string;
  readonly entries: readonly HelmEntry[];
  /** Means of the run by metric, of split `test`. */
  readonly means?: Readonly<Record<string, number>>;
}

export function helmRun({ folder = '', name, model = 'org/model', entries, means }: HelmRun): LogSource[] {
  const spec = {
    name: name ?? `quiz:subject=sums,model=${model.replace('/', '_')}`,
    scenario_spec: { class_name: 'x', args: {} },
    adapter_spec: { model, method: 'joint' },
    metric_specs: [],
    groups: ['quiz'],
  };
  return [
    { path: `${folder}run_spec.json`, content: pythonJson(spec) },
    ...(means === undefined
      ? []
      : [
          {
            path: `${folder}stats.json`,
            content: pythonJson(
              Object.entries(means).map(([metric, mean]) => ({
                name: { name: metric, split: 'test' },
                count: 1,
                sum: mean,
                mean,
              })),
            ),
          },
        ]),
    { path: `${folder}per_instance_stats.json`, content: pythonJson(entries.map(helmEntry)) },
  ];
}

function helmEntry({ id, stats, trial = 0, split = 'test', perturbation }: HelmEntry) {
  return {
    instance_id: id,
    train_trial_index: trial,
    ...(perturbation !== undefined && { perturbation }),
    stats: Object.entries(stats).map(([metric, value]) => ({
      name: { name: metric, split, ...(perturbation !== undefined && { perturbation }) },
      ...(typeof value === 'object' && value !== null ? value : { count: 1, sum: value, mean: value }),
    })),
  };
}

/** A line of Every Eval Ever; `more` replaces fields. */
export function eeeRow(id: unknown, score: unknown, more: object = {}) {
  return {
    schema_version: '0.3.0',
    evaluation_id: 'source/model/1',
    model_id: 'org/model',
    evaluation_name: 'quiz',
    sample_id: id,
    interaction_type: 'single_turn',
    input: { raw: 'q', reference: ['A'] },
    answer_attribution: [],
    evaluation: { score, is_correct: score === 1 },
    ...more,
  };
}

export interface PromptfooRow {
  readonly vars?: object;
  readonly provider?: object;
  readonly prompt?: string;
  readonly score?: unknown;
  readonly success?: unknown;
  readonly namedScores?: object;
  readonly metadata?: object;
  readonly description?: string;
  readonly failureReason?: number;
}

export function promptfooRow({
  vars = { q: 1 },
  provider = { id: 'org/model' },
  prompt = 'p',
  score = 1,
  success = true,
  namedScores = {},
  metadata,
  description,
  failureReason = 0,
}: PromptfooRow) {
  return {
    failureReason,
    namedScores,
    prompt: { raw: prompt, label: prompt },
    promptId: `id of ${prompt}`,
    promptIdx: 0,
    provider,
    score,
    success,
    testCase: { vars, assert: [], ...(metadata && { metadata }), ...(description && { description }) },
    testIdx: 0,
    vars,
  };
}

export function promptfooDocument(rows: readonly PromptfooRow[], prompts: readonly object[] = []): LogSource {
  const results = { version: 3, timestamp: '', prompts, results: rows.map(promptfooRow), stats: {} };
  return { path: 'output.json', content: pythonJson({ evalId: 'eval-1', results, config: {} }) };
}

export function openCompassResults(
  details: unknown,
  { accuracy, path = 'results/org-model/sums.json' }: { accuracy?: number; path?: string } = {},
): LogSource {
  return { path, content: pythonJson({ ...(accuracy !== undefined && { accuracy }), details }) };
}

/** Events of OpenAI evals: the specification, `events`, and a final report where there is one. */
export function openAiEvents(events: readonly object[], accuracy?: number): LogSource {
  const run_id = 'r1';
  return {
    path: 'run.jsonl',
    content: jsonLines([
      { spec: { completion_fns: ['org/model'], eval_name: 'sums.dev.v0', base_eval: 'sums', run_id } },
      ...events.map((event, event_id) => ({ run_id, event_id, ...event })),
      ...(accuracy === undefined ? [] : [{ final_report: { accuracy }, run_id }]),
    ]),
  };
}

export interface ParquetColumn {
  readonly name: string;
  readonly data: readonly unknown[];
  readonly type?: BasicType;
}

export function parquetFile(
  columns: readonly ParquetColumn[],
  of: {
    path?: string;
    codec?: CompressionCodec;
    schema?: SchemaElement[];
    rowGroupSize?: number;
  } = {},
): LogSource {
  const { path = 'scores.parquet', ...options } = of;
  const bytes = parquetWriteBuffer({
    columnData: columns.map((column) => ({ ...column, data: column.data as DecodedArray })),
    compressors: { GZIP: gzipSync, ZSTD: zstdCompressSync, BROTLI: brotliCompressSync },
    ...options,
  });
  return { path, content: Buffer.from(bytes) };
}

export interface LightevalRow {
  readonly id: string;
  readonly metrics: Readonly<Record<string, number | bigint | null>>;
  readonly task?: string;
}

/** Details of lighteval: structs of a document and of numbers. */
export function lightevalDetails(
  rows: readonly LightevalRow[],
  {
    path = 'details/org/model/2026-01-01T00-00-00.0/details_mmlu:sums|5_2026-01-01T00-00-00.0.parquet',
    around = '',
  } = {},
): LogSource {
  const metrics = Object.keys(rows[0].metrics);
  const text = (name: string): SchemaElement => ({
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    repetition_type: 'OPTIONAL',
  });
  const isLong = (name: string) => typeof rows[0].metrics[name] === 'bigint';
  return parquetFile(
    [
      {
        name: `${around}doc${around}`,
        data: rows.map(({ id, task = 'mmlu:sums' }) => ({ id, task_name: task })),
      },
      { name: `${around}metric${around}`, data: rows.map((row) => row.metrics) },
    ],
    {
      path,
      schema: [
        { name: 'root', num_children: 2 },
        { name: `${around}doc${around}`, num_children: 2, repetition_type: 'REQUIRED' },
        text('id'),
        text('task_name'),
        { name: `${around}metric${around}`, num_children: metrics.length, repetition_type: 'REQUIRED' },
        ...metrics.map(
          (name): SchemaElement => ({
            name,
            type: isLong(name) ? 'INT64' : 'DOUBLE',
            repetition_type: 'OPTIONAL',
          }),
        ),
      ],
    },
  );
}

/** A tar archive of some files. */
export async function tarOf(sources: readonly LogSource[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { path, content } of sources) pack.entry({ name: path }, Buffer.from(content));
  pack.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of pack) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
