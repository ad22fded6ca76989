import { setTimeout as delay } from 'node:timers/promises';
import { Command, Option } from 'commander';
import type { z } from 'zod';
import type { coreSet as coreSetSchema } from '../../http/schemas/core-sets.ts';
import { runnable } from '../../http/schemas/runnables.ts';
import type { Client } from '../client.ts';
import { print, printJson, say } from '../console.ts';
import { CallerError } from '../failures.ts';
import { refusalOf, sendFiles } from '../import/import.ts';
import { renderFindings } from '../import/report.ts';
import {
  addJsonOption,
  addReadingOptions,
  misused,
  type ReadingFlags,
  toList,
  toNumber,
  toRange,
  wholeNumber,
  withExamples,
} from '../options.ts';
import { progressBar } from '../progress.ts';
import { figureOrNone, renderRows } from '../tables.ts';
import { addTargetOptions, checkTarget, type TargetFlags, withTarget } from '../target.ts';
import { findUploads } from '../uploads.ts';
import { writeFiles } from './write-files.ts';

type CoreSet = z.infer<typeof coreSetSchema>;

interface CoreSetFlags extends TargetFlags, ReadingFlags {
  readonly benchmark?: string;
  readonly id?: string;
  readonly size?: number;
  readonly halfWidth?: number;
  readonly design?: string;
  readonly seed?: number;
  readonly level?: number;
  readonly groups?: readonly string[];
  readonly excludeModels?: readonly string[];
  readonly group?: string;
  readonly scoreRange?: readonly [number, number];
  readonly format?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** A core set as files that an evaluation harness takes. */
type Export = z.infer<typeof runnable>;

const pollMilliseconds = 250;

/** Where `--output -` writes. */
const standardOutput = '-';

/** `benchcast core-set`: the items to run a new model on. */
export function coreSetCommand(): Command {
  const notDrawn = [
    'size',
    'halfWidth',
    'design',
    'seed',
    'level',
    'groups',
    'excludeModels',
    'benchmark',
    'history',
  ];
  const command = new Command('core-set')
    .description(
      'Draws the items to run a new model on, and prints them or writes them as files for an evaluation harness.',
    )
    .option('--benchmark <name>', 'the benchmark to draw from (with --history not needed)')
    .addOption(new Option('--id <id>', 'a core set that is there already').conflicts(notDrawn))
    .addOption(new Option('--size <n>', 'items to draw').argParser(wholeNumber).conflicts('halfWidth'))
    .option('--half-width <number>', 'as many items as make intervals that narrow, score units', toNumber)
    .option('--design <name>', 'how the items are chosen (default: informative)')
    .option('--seed <n>', 'the same history, design, size and seed give the same items', wholeNumber)
    .option('--level <number>', 'coverage of the intervals of --half-width (default: 0.95)', toNumber)
    .option('--groups <list>', 'only items of these groups, by comma', toList)
    .option('--exclude-models <list>', 'models that are not to be sources, by comma', toList)
    .addOption(
      new Option('--format <name>', 'write files for this harness (default: print the items)').choices(
        runnable.shape.format.options,
      ),
    )
    .option('--output <folder>', 'where to (default: the current folder); - prints the first file alone')
    .option('--force', 'overwrite files that have another content');
  addTargetOptions(command, true);
  addReadingOptions(command)
    .option('--group <key>', 'the field of the records of --history that groups items')
    .option('--score-range <low,high>', 'lowest and highest score in --history (default: 0,1)', toRange);
  addJsonOption(command);
  withExamples(
    command,
    'benchcast core-set --benchmark gsm8k --size 50 --format lm-eval --output run/',
    'benchcast core-set --history history.csv.gz --half-width 0.03 --seed 7 --json',
    'benchcast core-set --id ID --format txt --output - | head',
  );
  return command.action(async (flags: CoreSetFlags) => {
    check(command, flags);
    await withTarget(flags, 'refuse', (client) => giveCoreSet(client, flags));
  });
}

function check(command: Command, flags: CoreSetFlags): void {
  checkTarget(command, flags);
  const { id, benchmark, history, size, halfWidth, format, output, json } = flags;
  if (id === undefined && benchmark === undefined && history === undefined) {
    misused(command, 'give --benchmark and --size or --half-width, or the --id of a core set');
  }
  if (id === undefined && size === undefined && halfWidth === undefined) {
    misused(command, 'give --size or --half-width');
  }
  if (output !== undefined && format === undefined) misused(command, '--output goes with --format');
  if (flags.force && format === undefined) misused(command, '--force goes with --format');
  if (output === standardOutput && json) misused(command, '--json and --output - both want standard output');
}

async function giveCoreSet(client: Client, flags: CoreSetFlags): Promise<void> {
  const { format, json } = flags;
  if (flags.history !== undefined) await importHistory(client, flags, flags.history);
  const drawn = flags.id === undefined ? await draw(client, flags) : await read(client, flags.id);
  const ready = await waitFor(client, drawn);
  if (format !== undefined) return giveFiles(client, ready, flags, format);
  if (json) printJson(ready);
  else print(renderCoreSet(ready));
}

/** What a benchmark in memory is called. */
const defaultBenchmark = 'benchmark';

async function importHistory(client: Client, flags: CoreSetFlags, paths: readonly string[]): Promise<void> {
  const { benchmark = defaultBenchmark, scoreRange } = flags;
  await client.put(`/v1/benchmarks/${encodeURIComponent(benchmark)}`, { score_range: scoreRange });
  const report = await sendFiles(client, benchmark, flags, findUploads(paths, undefined));
  for (const line of renderFindings(report)) say(line);
  if (report.outcome === null) throw new CallerError(refusalOf(report), report.conflicts);
}

function draw(client: Client, flags: CoreSetFlags): Promise<CoreSet> {
  const { benchmark = defaultBenchmark } = flags;
  return client.post(`/v1/benchmarks/${encodeURIComponent(benchmark)}/core-sets`, {
    size: flags.size,
    half_width: flags.halfWidth,
    level: flags.level,
    design: flags.design,
    seed: flags.seed,
    groups: flags.groups,
    exclude_models: flags.excludeModels,
  });
}

function read(client: Client, id: string): Promise<CoreSet> {
  return client.get(`/v1/core-sets/${encodeURIComponent(id)}`);
}

/** Purposive designs choose in the background. */
async function waitFor(client: Client, drawn: CoreSet): Promise<CoreSet> {
  let current = drawn;
  const bar = progressBar('choosing [{bar}] {percentage} %');
  if (current.status !== 'ready') bar.start(100, 0);
  try {
    while (current.status === 'pending' || current.status === 'running') {
      bar.update(Math.round(100 * current.progress));
      await delay(pollMilliseconds);
      current = await read(client, drawn.id);
    }
  } finally {
    bar.stop();
  }
  if (current.status === 'failed') {
    throw new CallerError(`the core set ${current.id} could not be chosen: ${current.error}`);
  }
  return current;
}

async function giveFiles(
  client: Client,
  { id }: CoreSet,
  { output = '.', force = false, json }: CoreSetFlags,
  format: string,
): Promise<void> {
  const made: Export = await client.get(`/v1/core-sets/${encodeURIComponent(id)}`, { format });
  if (output === standardOutput) {
    say(`core set ${id}`);
    print(made.files[0].content);
    return;
  }
  const manifest = { name: `${id}.manifest.json`, content: `${JSON.stringify(made.manifest, null, 2)}\n` };
  const paths = writeFiles(output, [...made.files, manifest], force);
  if (json) printJson(made);
  else print(renderExport(id, made, output, paths));
}

function renderExport(
  id: string,
  { commands, notes }: Export,
  folder: string,
  paths: readonly string[],
): string {
  return [
    `core set      ${id}`,
    ...paths.map((path) => `wrote         ${path}`),
    ...notes.map((note) => `note          ${note}`),
    ...(commands.length === 0 ? [] : [`run, in ${folder}`, ...commands.map((line) => `  ${line}`)]),
  ].join('\n');
}

function renderCoreSet(coreSet: CoreSet): string {
  const { id, benchmark, size, population, design, seed, source_models: sources } = coreSet;
  return [
    `core set ${id}: ${size} of ${population} items of ${benchmark}`,
    `design ${design}, seed ${seed}, from ${sources} models, revision ${coreSet.revision}`,
    renderRows(
      ['item', 'inclusion probability', 'group', 'difficulty'],
      coreSet.items.map((entry) => [
        entry.item,
        entry.inclusion_probability === null ? 'none' : entry.inclusion_probability.toPrecision(4),
        entry.group ?? '',
        figureOrNone(entry.difficulty),
      ]),
      coreSet.items.length,
    ),
  ].join('\n');
}
