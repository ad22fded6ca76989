import { DomainError, type Issue } from '../errors.ts';
import type { GivenFile } from '../importers/files/log-file.ts';
import { chooseMeasures, refuseQuestions } from '../importers/logs/choose-measures.ts';
import { ItemMatcher, KnownItems } from '../importers/logs/match-items.ts';
import { nameModels } from '../importers/logs/name-models.ts';
import { type MatrixFile, readLogs } from '../importers/logs/read-logs.ts';
import type { ScoreLog } from '../importers/logs/score-log.ts';
import { takeScores } from '../importers/logs/take-scores.ts';
import type { ScoreTable } from '../scores/score-table.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import type { ItemIdentity } from '../storage/items.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Access } from './access.ts';
import type { CoreSets } from './core-sets.ts';
import type { ImportMemory } from './import-memory.ts';
import {
  countMissing,
  type LogReport,
  maxExamples,
  nothingRead,
  reportTasks,
  summariesOf,
} from './import-report.ts';
import type { LogOptions } from './imports.ts';
import { fillTable } from './matrix-files.ts';
import type { Result } from './results.ts';
import { withUnpacked } from './unpack.ts';

export interface ResultOptions extends LogOptions {
  /** What happens to samples that were not asked for: a full log, say, for a core set. */
  readonly extra: 'refuse' | 'ignore';
}

/** Names, the first hundred, and how many there are. */
export interface NamedItems {
  readonly count: number;
  readonly items: readonly string[];
}

export interface ResultReport extends LogReport {
  /** Items that were asked for and have no score here. */
  readonly lacking: NamedItems;
  /** Items that were not asked for. */
  readonly extra: NamedItems;
}

/** One model's results, as a log of its harness has them. */
export interface ReadResults {
  readonly model: string;
  readonly results: readonly Result[];
  readonly report: ResultReport;
}

export interface LogResults {
  /**
   * What a log says of the items of a core set.
   * @throws DomainError unknown-item: samples that were not asked for, unless they are to be ignored; missing-scores: none
   *   that were; and what Imports.add throws of logs
   */
  ofCoreSet(
    id: string,
    files: readonly GivenFile[],
    options: ResultOptions,
    access: Access,
  ): Promise<ReadResults>;
  /** What a log says of the items of a benchmark. @throws DomainError as ofCoreSet */
  ofBenchmark(name: string, files: readonly GivenFile[], options: ResultOptions): Promise<ReadResults>;
}

const maxNames = 100;

export function createLogResults(
  { benchmarks, items }: Stores,
  coreSets: CoreSets,
  memory: ImportMemory,
): LogResults {
  async function read(
    benchmark: Benchmark,
    files: readonly GivenFile[],
    options: ResultOptions,
    wanted: ReadonlySet<string>,
    where: string,
    identities: readonly ItemIdentity[],
  ): Promise<ReadResults> {
    return withUnpacked(files, async (unpacked, unpacking) => {
      const found = await readLogs(unpacked, options, unpacking);
      const run =
        'matrix' in found
          ? await memory.use((table) => fromMatrix(table, found.matrix, benchmark, options))
          : fromLog(found.log, benchmark, new KnownItems(identities), options, wanted);
      const extra = [...run.scores.keys()].filter((item) => !wanted.has(item));
      if (options.extra === 'refuse') refuseExtra(extra, where);
      const results = [...run.scores]
        .filter(([item, score]) => wanted.has(item) && !Number.isNaN(score))
        .map(([item, score]) => ({ item, score }));
      if (results.length === 0) throw nothingWanted(run.scores, where);
      const there = new Set(results.map(({ item }) => item));
      const lacking = [...wanted].filter((item) => !there.has(item));
      return {
        model: run.model,
        results,
        report: { ...run.report, lacking: toNamed(lacking), extra: toNamed(extra) },
      };
    });
  }

  return {
    async ofCoreSet(id, files, options, access) {
      const { coreSet, benchmark } = await coreSets.findReady(id, access);
      const wanted = new Set(coreSet.items);
      const identities = await items.identitiesAt(benchmark.id, coreSet.positions);
      return read(benchmark, files, options, wanted, 'the core set', identities);
    },
    async ofBenchmark(name, files, options) {
      const benchmark = await benchmarks.get(name);
      const identities = await items.identities(benchmark.id);
      const wanted = new Set(identities.map(({ item }) => item));
      return read(benchmark, files, options, wanted, 'the benchmark', identities);
    },
  };
}

interface OneRun {
  readonly model: string;
  /** NaN = missing. */
  readonly scores: ReadonlyMap<string, number>;
  readonly report: LogReport;
}

function fromLog(
  log: ScoreLog,
  benchmark: Benchmark,
  known: KnownItems,
  options: ResultOptions,
  wanted: ReadonlySet<string>,
): OneRun {
  const models = nameModels(log, options.model);
  const tasks = chooseMeasures(log, options, benchmark.scoreRange, (task) => known.measureOf(task));
  refuseQuestions(tasks);
  const matcher = new ItemMatcher(log.items, known, { ...options, wanted });
  const runs = [...takeScores(log, tasks, models, known, matcher, options.reducer)];
  refuseSeveral(runs.map(({ model }) => model));
  const [{ model, scores, remapped }] = runs;
  return {
    model,
    scores: new Map(Array.from(scores, ([item, { score }]) => [item, score])),
    report: {
      files: log.files,
      tasks: reportTasks(log, tasks, (index) => matcher.isKnown(index)),
      missing: countMissing(log),
      remapped: {
        count: remapped.length,
        examples: remapped.slice(0, maxExamples).map((remapping) => ({ model, ...remapping })),
      },
      summaries: summariesOf(log, models, tasks),
      notes: [...log.notes],
    },
  };
}

async function fromMatrix(
  table: ScoreTable,
  matrix: MatrixFile,
  { scoreRange }: Benchmark,
  { model }: ResultOptions,
): Promise<OneRun> {
  await fillTable(table, matrix, scoreRange, model);
  const names = [...table.models.keys()];
  if (model !== null && !table.models.has(model)) {
    throw new DomainError(
      'ambiguous-log',
      `there is no model "${model}" in ${matrix.file.path}; there are ${names.slice(0, 10).join(', ')}`,
    );
  }
  if (model === null) refuseSeveral(names);
  const name = model ?? names[0];
  const row = table.models.get(name)!;
  const there = table.items.map((item, index) => [item, row.get(index)] as const);
  return {
    model: name,
    scores: new Map(there.filter(([, score]) => !Number.isNaN(score))),
    report: {
      ...nothingRead,
      files: [{ file: matrix.file.path, format: matrix.format, records: names.length, note: null }],
    },
  };
}

function refuseSeveral(models: readonly string[]): void {
  if (models.length <= 1) return;
  const message = `these are results of ${models.length} models (${models.slice(0, 10).join(', ')}): send those of one`;
  throw new DomainError('ambiguous-log', `${message}; nothing was stored`, [{ path: 'model', message }]);
}

function refuseExtra(extra: readonly string[], where: string): void {
  if (extra.length === 0) return;
  const issues: Issue[] = extra.map((item) => ({ path: `item ${item}`, message: `is not in ${where}` }));
  throw new DomainError(
    'unknown-item',
    `${extra.length} samples are of items that are not in ${where} (${extra.slice(0, 3).join(', ')}${extra.length > 3 ? ', ...' : ''}): extra=ignore leaves them out; nothing was stored`,
    issues,
  );
}

function nothingWanted(scores: ReadonlyMap<string, number>, where: string): DomainError {
  const samples = [...scores.keys()].slice(0, 3).join(', ');
  return new DomainError(
    'missing-scores',
    `none of the ${scores.size} samples is a scored item of ${where} (they are ${samples}); nothing was stored`,
  );
}

function toNamed(items: readonly string[]): NamedItems {
  return { count: items.length, items: items.slice(0, maxNames) };
}
