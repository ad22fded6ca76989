import { Command, Option } from 'commander';
import type { Client, Query } from '../client.ts';
import { print, printJson, say } from '../console.ts';
import { CallerError, ServerProblem } from '../failures.ts';
import type { Upload } from '../multipart.ts';
import {
  addJsonOption,
  addReadingOptions,
  inputNameOption,
  needed,
  type ReadingFlags,
  toRange,
  withExamples,
} from '../options.ts';
import { addTargetOptions, checkTarget, openMemoryTarget, type TargetFlags, withTarget } from '../target.ts';
import { readingQuery, uploadFiles } from '../upload.ts';
import { checkInput, findUploads } from '../uploads.ts';
import { type ImportReport, renderImport } from './report.ts';

export interface ImportFlags extends TargetFlags, ReadingFlags {
  readonly benchmark: string;
  readonly group?: string;
  readonly onConflict?: string;
  readonly dryRun?: boolean;
  readonly title?: string;
  readonly scoreRange?: readonly [number, number];
  readonly filename?: string;
  readonly json?: boolean;
}

/** `benchcast import`: the scores of earlier models, from the files that they are in. */
export function importCommand(): Command {
  const command = new Command('import')
    .description(
      'Stores scores of models already evaluated: score tables (CSV, NDJSON, also gzipped) or the logs of evaluation harnesses. All files go in together or not at all.',
    )
    .argument('<files...>', 'files, folders of files, or - for standard input')
    .option('--benchmark <name>', 'the benchmark they are of (needed); created where it is not there')
    .option('--model <name>', 'what the model is called, where the files are of one')
    .option('--group <key>', 'the field of the records that groups items')
    .addOption(
      new Option(
        '--on-conflict <rule>',
        'what becomes of scores stored with another value (default: error)',
      ).choices(['error', 'replace', 'skip']),
    )
    .option('--dry-run', 'say what would be stored, and store nothing')
    .option('--title <text>', 'title of a new benchmark')
    .option('--score-range <low,high>', 'lowest and highest score of a new benchmark (default: 0,1)', toRange)
    .addOption(inputNameOption());
  addReadingOptions(command);
  addTargetOptions(command);
  addJsonOption(command);
  withExamples(
    command,
    'benchcast import history.csv.gz --benchmark gsm8k',
    'benchcast import logs/ --benchmark mmlu --metric acc --dry-run',
    'zcat scores.csv.gz | benchcast import - --filename scores.csv --benchmark gsm8k --url http://127.0.0.1:8080',
  );
  return command.action(async (paths: string[], flags: ImportFlags) => {
    needed(command, '--benchmark <name>', flags.benchmark);
    checkTarget(command, flags);
    checkInput(command, paths, flags.filename);
    const files = findUploads(paths, flags.filename);
    const whenAbsent = flags.dryRun ? 'memory' : 'create';
    const report = await withTarget(flags, whenAbsent, (client) => importInto(client, flags, files));
    if (flags.json) printJson(report);
    else print(renderImport(report));
    if (report.outcome === null && !flags.dryRun) throw new CallerError(refusalOf(report));
  });
}

async function importInto(
  client: Client,
  flags: ImportFlags,
  files: readonly Upload[],
): Promise<ImportReport> {
  const isThere = await checkBenchmark(client, flags);
  if (isThere || !flags.dryRun) {
    return isThere ? sendFiles(client, flags.benchmark, flags, files) : fillNew(client, flags, files);
  }
  // What a new benchmark would hold can be said without making one.
  const scratch = await openMemoryTarget();
  try {
    await createBenchmark(scratch.client, flags);
    return await sendFiles(scratch.client, flags.benchmark, flags, files);
  } finally {
    await scratch.close();
  }
}

/** What is refused leaves no empty benchmark behind. */
async function fillNew(client: Client, flags: ImportFlags, files: readonly Upload[]): Promise<ImportReport> {
  await createBenchmark(client, flags);
  try {
    return await sendFiles(client, flags.benchmark, flags, files);
  } catch (error) {
    await removeEmpty(client, flags.benchmark, error);
    throw error;
  }
}

/** Of an answer that was lost nobody knows whether it was a refusal; and others may have filled it meanwhile. */
async function removeEmpty(client: Client, name: string, error: unknown): Promise<void> {
  if (!(error instanceof ServerProblem)) return;
  const found = await findBenchmark(client, name);
  if (found?.model_count !== 0) return;
  await client.remove(`/v1/benchmarks/${encodeURIComponent(name)}`);
  say(`removed the benchmark "${name}" again`);
}

/** Settings of a benchmark that is there are not for an import to change. */
async function checkBenchmark(
  client: Client,
  { benchmark, title, scoreRange }: ImportFlags,
): Promise<boolean> {
  const found = await findBenchmark(client, benchmark);
  if (found === null) return false;
  const [low, high] = found.score_range;
  if (scoreRange !== undefined && (scoreRange[0] !== low || scoreRange[1] !== high)) {
    throw new CallerError(`the benchmark "${benchmark}" has the score range ${low},${high} already`);
  }
  if (title !== undefined && title !== found.title) {
    throw new CallerError(`the benchmark "${benchmark}" is there already, with another title`);
  }
  return true;
}

async function findBenchmark(client: Client, name: string) {
  try {
    return await client.get(`/v1/benchmarks/${encodeURIComponent(name)}`);
  } catch (error) {
    if (error instanceof ServerProblem && error.code === 'benchmark-not-found') return null;
    throw error;
  }
}

type NewBenchmark = Pick<ImportFlags, 'benchmark' | 'title' | 'scoreRange' | 'dryRun'>;

async function createBenchmark(client: Client, flags: NewBenchmark): Promise<void> {
  const { benchmark, title, scoreRange, dryRun: isDry } = flags;
  const settings = { title, score_range: scoreRange };
  await client.put(`/v1/benchmarks/${encodeURIComponent(benchmark)}`, settings);
  if (isDry) say(`there is no benchmark "${benchmark}" yet: it would be created`);
  else say(`created the benchmark "${benchmark}"`);
}

type SendFlags = ReadingFlags & Pick<ImportFlags, 'group' | 'onConflict' | 'dryRun'>;

/** Sends files of scores in one request, all or nothing. */
export function sendFiles(
  client: Client,
  benchmark: string,
  flags: SendFlags,
  files: readonly Upload[],
): Promise<ImportReport> {
  const { group, onConflict, dryRun } = flags;
  const query: Query = {
    ...readingQuery(flags),
    group,
    on_conflict: onConflict,
    dry_run: dryRun || undefined,
  };
  return uploadFiles(client, `/v1/benchmarks/${encodeURIComponent(benchmark)}/imports`, query, files);
}

/** Why nothing was stored. */
export function refusalOf({ question, conflicts }: ImportReport): string {
  const reason = question ?? (conflicts.length === 0 ? 'see above' : `${conflicts.length} conflicts`);
  return `nothing was stored: ${reason}`;
}
