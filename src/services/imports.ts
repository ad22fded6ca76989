import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { GivenFile } from '../importers/files/log-file.ts';
import { peek } from '../importers/files/peek.ts';
import {
  chooseMeasures,
  type MeasureChoice,
  refuseQuestions,
  type TaskMeasures,
} from '../importers/logs/choose-measures.ts';
import { headOf } from '../importers/logs/head.ts';
import type { LogFormat } from '../importers/logs/log-format.ts';
import { ItemMatcher, KnownItems } from '../importers/logs/match-items.ts';
import { nameModels } from '../importers/logs/name-models.ts';
import { type MatrixFile, matrixFormat, readLogs } from '../importers/logs/read-logs.ts';
import type { ReducerName } from '../importers/logs/reducers.ts';
import type { LogItem, Measure, ScoreLog } from '../importers/logs/score-log.ts';
import { type TakenRun, takeScores } from '../importers/logs/take-scores.ts';
import { finishInTurns } from '../in-turns.ts';
import type { ConflictPolicy } from '../scores/merge-rows.ts';
import { orNull } from '../scores/packed-row.ts';
import type { ScoreTable } from '../scores/score-table.ts';
import { summariseTable } from '../scores/table-summary.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import type { ItemIdentity } from '../storage/items.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { MergeOutcome } from '../storage/scores.ts';
import type { Seal } from '../storage/seal.ts';
import type { ImportMemory } from './import-memory.ts';
import {
  countMissing,
  type ImportReport,
  maxExamples,
  nothingRead,
  type ReportedModel,
  type ReportedRemapping,
  reportTasks,
  summariesOf,
} from './import-report.ts';
import { fillTable } from './matrix-files.ts';
import { createTurns } from './turns.ts';
import { withUnpacked } from './unpack.ts';
import { openUpload, type UploadLimits } from './uploads.ts';

/** What a caller says about a log that it does not say itself, or leaves open. */
export interface LogOptions extends MeasureChoice {
  readonly model: string | null;
  readonly task: string | null;
  /** The field of a sample's metadata that is its group. */
  readonly group: string | null;
  readonly reducer: ReducerName;
  /** Whether ids are taken at their word, whatever the content. */
  readonly ignoresContent: boolean;
}

export interface ImportOptions extends LogOptions {
  readonly policy: ConflictPolicy;
  readonly isDryRun: boolean;
}

export interface Imports {
  /**
   * Adds the history in logs of harnesses, or in one score matrix, all or nothing. A dry run says what would be added.
   * @param seal runs in the transaction that stores it; not in a dry run
   * @throws DomainError unreadable-log, ambiguous-log, content-mismatch, duplicate, and what the score store throws
   */
  add(
    benchmark: string,
    files: readonly GivenFile[],
    options: ImportOptions,
    seal?: Seal<ImportReport>,
  ): Promise<ImportReport>;
  /**
   * The same of one file as it arrives: a matrix as CSV or NDJSON is read on the way, whatever its size, anything else
   * kept until it is there.
   */
  addStream(
    benchmark: string,
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    options: ImportOptions,
    seal?: Seal<ImportReport>,
  ): Promise<ImportReport>;
}

export function createImports(
  { benchmarks, items, models, scores }: Stores,
  memory: ImportMemory,
  limits: UploadLimits,
): Imports {
  // What the items are is read before the scores are merged: no other log may come in between.
  const turns = createTurns();

  /** Merges what was read, and completes the report of it. */
  async function merge(
    { id }: Benchmark,
    table: ScoreTable,
    source: string,
    { policy, isDryRun }: ImportOptions,
    report: ImportReport,
    seal: Seal<ImportReport> | undefined,
  ): Promise<ImportReport> {
    if (isDryRun) return { ...report, conflicts: await scores.conflictsOf(id, table, policy, source) };
    const complete = (outcome: MergeOutcome) => ({ ...report, outcome });
    const sealMerged = seal && ((outcome: MergeOutcome) => seal(complete(outcome)));
    return complete(await scores.merge(id, table, policy, source, sealMerged));
  }

  async function modelsIn(benchmark: Benchmark, table: ScoreTable, missing: ReadonlyMap<string, number>) {
    const stored = new Set((await models.all(benchmark.id)).map(({ model }) => model));
    const { rows } = await finishInTurns(summariseTable(table));
    return Array.from(rows, ([model, { scored, mean }]): ReportedModel => {
      return {
        model,
        scoredItems: scored,
        missingItems: missing.get(model) ?? 0,
        meanScore: orNull(mean),
        isNew: !stored.has(model),
      };
    });
  }

  async function addMatrix(
    benchmark: Benchmark,
    matrix: MatrixFile,
    options: ImportOptions,
    table: ScoreTable,
    seal: Seal<ImportReport> | undefined,
  ): Promise<ImportReport> {
    await fillTable(table, matrix, benchmark.scoreRange, options.model);
    const before = new Set(await items.names(benchmark.id));
    const reported = await modelsIn(benchmark, table, new Map());
    const { path } = matrix.file;
    const report: ImportReport = {
      ...emptyReport(benchmark, options),
      files: [{ file: path, format: matrix.format, records: table.models.size, note: null }],
      tasks: [
        {
          task: null,
          items: table.items.length,
          newItems: table.items.filter((item) => !before.has(item)).length,
          measures: [],
          chosen: null,
          question: null,
        },
      ],
      models: reported,
      groups: countGroups(table),
    };
    return merge(benchmark, table, matrix.format, options, report, seal);
  }

  async function addLog(
    benchmark: Benchmark,
    log: ScoreLog,
    options: ImportOptions,
    table: ScoreTable,
    seal: Seal<ImportReport> | undefined,
  ): Promise<ImportReport> {
    const named = nameModels(log, options.model);
    const identities = await items.identities(benchmark.id);
    const known = new KnownItems(identities);
    const tasks = chooseMeasures(log, options, benchmark.scoreRange, (task) => known.measureOf(task));
    const matcher = new ItemMatcher(log.items, known, options);
    const report: ImportReport = {
      ...emptyReport(benchmark, options),
      question: tasks.find(({ question }) => question !== null)?.question ?? null,
      files: log.files,
      tasks: reportTasks(log, tasks, (index) => matcher.isKnown(index)),
      missing: countMissing(log),
      summaries: summariesOf(log, named, tasks),
    };
    if (options.isDryRun && report.question !== null) return { ...report, notes: [...log.notes] };
    refuseQuestions(tasks);
    const runs = takeScores(log, tasks, named, known, matcher, options.reducer);
    const filled = await fillFromLog(table, log, runs, tasks, identities);
    const formats = new Set(log.parts.map(({ format }) => format));
    const full: ImportReport = {
      ...report,
      notes: [...log.notes],
      remapped: filled.remapped,
      models: await modelsIn(benchmark, table, filled.missing),
      groups: countGroups(table),
    };
    return merge(benchmark, table, [...formats].join('+'), options, full, seal);
  }

  async function add(
    name: string,
    files: readonly GivenFile[],
    options: ImportOptions,
    seal?: Seal<ImportReport>,
  ): Promise<ImportReport> {
    const benchmark = await benchmarks.get(name);
    return withUnpacked(files, async (unpacked, unpacking) => {
      const read = await readLogs(unpacked, options, unpacking);
      return 'matrix' in read
        ? memory.use((table) => addMatrix(benchmark, read.matrix, options, table, seal))
        : turns.take(name, () => memory.use((table) => addLog(benchmark, read.log, options, table, seal)));
    });
  }

  return {
    add,
    async addStream(name, path, bytes, options, seal) {
      const benchmark = await benchmarks.get(name);
      const file = await peek(path, bytes);
      const format = matrixFormat(headOf(file.head, path));
      if (format === 'csv' || format === 'ndjson') {
        return memory.use((table) => addMatrix(benchmark, { file, format }, options, table, seal));
      }
      const upload = await openUpload(limits);
      try {
        await upload.add(path, file.given);
        return await add(name, upload.files, options, seal);
      } finally {
        await upload.close();
      }
    },
  };
}

function emptyReport(benchmark: Benchmark, { isDryRun }: ImportOptions): ImportReport {
  return {
    isDryRun,
    benchmark: benchmark.name,
    question: null,
    ...nothingRead,
    models: [],
    groups: [],
    conflicts: [],
    outcome: null,
  };
}

interface FilledTable {
  /** Items without a score, by model. */
  readonly missing: ReadonlyMap<string, number>;
  readonly remapped: ImportReport['remapped'];
}

/** Run by run, others in between: all at once would keep the event loop for seconds. */
async function fillFromLog(
  table: ScoreTable,
  log: ScoreLog,
  runs: Iterable<TakenRun>,
  tasks: readonly TaskMeasures[],
  identities: readonly ItemIdentity[],
): Promise<FilledTable> {
  const missing = new Map<string, number>();
  const groups = new Map(identities.map(({ item, group }) => [item, group]));
  const examples: ReportedRemapping[] = [];
  let count = 0;
  const measures = new Map(tasks.map(({ task, chosen }) => [task, chosen]));
  for (const { model, scores, remapped } of runs) {
    await yieldToOthers();
    const row = table.row(model);
    const moved = new Set(remapped.map(({ to }) => to));
    for (const [name, { index, score, part }] of scores) {
      if (Number.isNaN(score)) {
        missing.set(model, (missing.get(model) ?? 0) + 1);
        continue;
      }
      const position = table.itemIndex(name);
      table.set(row, position, score);
      const { task, group } = log.items[index];
      // What a sample that lay under another id says of itself is of that id.
      if (!moved.has(name))
        table.metadata[position] ??= describeItem(log.items[index], part.format, measures.get(task) ?? null);
      // A group that somebody gave it stays.
      if (group !== null && (groups.get(name) ?? null) === null) table.groups[position] ??= group;
    }
    count += remapped.length;
    examples.push(
      ...remapped.slice(0, maxExamples - examples.length).map((remapping) => ({ model, ...remapping })),
    );
  }
  return { missing, remapped: { count, examples } };
}

/** What an item's metadata keep, so that it is found again and its scores stay of one kind. */
function describeItem({ task, id, hash }: LogItem, harness: LogFormat, measure: Measure | null) {
  return {
    harness,
    ...(task !== null && { task }),
    native_id: id,
    ...(hash !== null && { content_hash: hash }),
    ...(measure !== null && { metric: measure.metric }),
    ...(measure?.filter != null && { filter: measure.filter }),
  };
}

function countGroups(table: ScoreTable): ImportReport['groups'] {
  const counts = new Map<string, number>();
  for (const group of table.groups) if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
  return Array.from(counts, ([group, itemCount]) => ({ group, itemCount }));
}
