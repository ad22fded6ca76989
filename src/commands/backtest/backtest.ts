import type { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import type { z } from 'zod';
import { DomainError } from '../../errors.ts';
import {
  backtestRequest,
  type backtest as backtestSchema,
  toBacktestRequest,
  toWireBacktest,
} from '../../http/schemas/backtests.ts';
import { benchmarkSettings, toSettings } from '../../http/schemas/benchmarks.ts';
import { importQuery, toImportOptions } from '../../http/schemas/imports.ts';
import type { GivenFile } from '../../importers/files/log-file.ts';
import { everything } from '../../services/access.ts';
import type { ImportOptions } from '../../services/imports.ts';
import { openServices, type Services } from '../../services/open-services.ts';
import { print, printJson } from '../console.ts';
import {
  addJsonOption,
  addReadingOptions,
  misused,
  type ReadingFlags,
  toList,
  toNumber,
  toNumbers,
  toRange,
  withExamples,
} from '../options.ts';
import { progressBar } from '../progress.ts';
import { readingQuery, readReading } from '../upload.ts';
import { findLocalFiles } from '../uploads.ts';
import { renderBacktest } from './table.ts';

const benchmark = 'matrix';

interface BacktestFlags extends ReadingFlags {
  readonly sizes?: number[];
  readonly designs?: string[];
  readonly methods?: string[];
  readonly splits?: string[];
  readonly repeats?: number;
  readonly seed?: number;
  readonly level?: number;
  readonly scoreRange?: [number, number];
  readonly includeDuplicates?: boolean;
  readonly json?: boolean;
}

/** `benchcast backtest`: a back-test of files, without a server. */
export function backtestCommand(): Command {
  const command = new Command('backtest')
    .description(
      'Treats models of a score matrix as if they were new, and tells how far off each method would have been.',
    )
    .argument('<files...>', 'a score table (CSV, NDJSON, Parquet), or logs of a harness, folders of them too')
    .option('--sizes <list>', 'items of the core sets, by comma (default: 50)', toNumbers)
    .option('--designs <list>', 'how they are chosen, by comma (default: informative)', toList)
    .option(
      '--methods <list>',
      'what estimates, by comma (default: those an evaluation answers with)',
      toList,
    )
    .option('--splits <list>', 'interpolation, extrapolation (default: both)', toList)
    .option('--repeats <n>', 'how often models and items are drawn anew (default: 20)', toNumber)
    .option('--seed <n>', 'the same file, options and seed give the same table (default: drawn)', toNumber)
    .option('--level <number>', 'nominal coverage of the intervals (default: 0.95)', toNumber)
    .option('--score-range <low,high>', 'the scores a benchmark can give (default: 0,1)', toRange)
    .option('--include-duplicates', 'count models too that equal one of their sources on every item');
  addReadingOptions(command);
  addJsonOption(command);
  withExamples(
    command,
    'benchcast backtest gsm.csv.gz --sizes 20,50,100 --seed 7',
    'benchcast backtest logs/ --metric exact_match --designs informative,random --json',
  );
  return command.action(async (paths: string[], flags: BacktestFlags) => {
    const options = toImportOptions(readReading(command, importQuery, readingQuery(flags)));
    const request = toBacktestRequest(readRequest(command, flags));
    const settings = readSettings(command, flags);
    const result = await backtest(paths, options, request, settings);
    if (flags.json) printJson(result);
    else print(renderBacktest(result));
  });
}

async function backtest(
  paths: readonly string[],
  options: ImportOptions,
  request: Request,
  settings: z.infer<typeof benchmarkSettings>,
) {
  const services = openServices(':memory:', (error) => console.error(error));
  try {
    await services.benchmarks.put(benchmark, toSettings(settings));
    await importFiles(services, paths, options);
    return await run(services, request);
  } finally {
    await services.close();
  }
}

type Request = ReturnType<typeof toBacktestRequest>;

/** The flags as the body of a request, so that they are checked, and complained about, alike. */
function readRequest(command: Command, flags: BacktestFlags): z.infer<typeof backtestRequest> {
  const { sizes, designs, methods, splits, repeats, seed, level, includeDuplicates } = flags;
  const asked = { sizes, designs, methods, splits, repeats, seed, level };
  const parsed = backtestRequest.safeParse({ ...asked, include_duplicates: includeDuplicates });
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  return misused(command, `--${String(path[0]).replaceAll('_', '-')}: ${message}`);
}

function readSettings(command: Command, { scoreRange }: BacktestFlags): z.infer<typeof benchmarkSettings> {
  const parsed = benchmarkSettings.safeParse({ score_range: scoreRange });
  if (parsed.success) return parsed.data;
  return misused(command, `--score-range: ${parsed.error.issues[0].message}`);
}

async function importFiles(
  { imports }: Services,
  paths: readonly string[],
  options: ImportOptions,
): Promise<void> {
  const files = findLocalFiles(paths);
  const bar = progressBar('reading   [{bar}] {percentage} %');
  bar.start(
    files.reduce((sum, { size }) => sum + size, 0),
    0,
  );
  try {
    const [only] = files;
    if (files.length > 1) await imports.add(benchmark, files, options);
    else await imports.addStream(benchmark, only.path, counted(only, bar), options);
  } finally {
    bar.stop();
  }
}

async function* counted(file: GivenFile, bar: SingleBar): AsyncGenerator<Uint8Array> {
  for await (const chunk of file.read()) {
    bar.increment(chunk.length);
    yield chunk;
  }
}

async function run({ backtests }: Services, request: Request): Promise<z.infer<typeof backtestSchema>> {
  const { backtest: created, trials } = await backtests.create(benchmark, request);
  const bar = progressBar('replaying [{bar}] {percentage} % | {done} of {trials} trials | {left}');
  bar.start(1, 0, { done: 0, trials, left: '' });
  try {
    for await (const { progress } of backtests.follow(created.id, async () => true, everything)) {
      const { share, trials: done, secondsLeft } = progress;
      bar.update(share, { done, left: secondsLeft === null ? '' : `${Math.ceil(secondsLeft)} s left` });
    }
  } finally {
    bar.stop();
  }
  const settled = await backtests.get(created.id, everything);
  if (settled.status === 'failed') throw new DomainError('insufficient-data', settled.backtest.error!);
  return toWireBacktest(settled);
}
