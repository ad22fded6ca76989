import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { SingleBar } from 'cli-progress';
import type { z } from 'zod';
import { DomainError } from '../../errors.ts';
import {
  backtestRequest,
  type backtest as backtestSchema,
  toBacktestRequest,
  toWireBacktest,
} from '../../http/schemas/backtests.ts';
import { benchmarkSettings, toSettings } from '../../http/schemas/benchmarks.ts';
import { openServices, type Services } from '../../services/open-services.ts';
import { renderBacktest } from './table.ts';

export const backtestUsage = `usage: benchcast backtest FILE [options]

Treats models of a score matrix as if they were new, and tells how far off each method would have been.
FILE is CSV (wide or long) or NDJSON, also gzipped: what POST /v1/benchmarks/{benchmark}/scores takes.

  --sizes 20,50,100         items of the core sets (50)
  --designs NAME,NAME       how they are chosen (informative)
  --methods NAME,NAME       what estimates (those that an evaluation answers with)
  --splits NAME,NAME        interpolation, extrapolation (both)
  --repeats N               how often models and items are drawn anew (20)
  --seed N                  the same file, options and seed give the same table (drawn)
  --level L                 nominal coverage of the intervals (0.95)
  --score-range LOW,HIGH    the scores a benchmark can give (0,1)
  --include-duplicates      counts models too that equal one of their sources on every item
  --json                    the back-test as GET /v1/backtests/{id} has it
  --help

for example: benchcast backtest gsm.csv.gz --sizes 20,50,100 --seed 7`;

const benchmark = 'matrix';

/** A back-test of a file, without a server. Progress on stderr, the table on stdout. */
export async function backtest(flags: readonly string[]): Promise<void> {
  const { values, positionals } = parseFlags(flags);
  if (values.help) {
    console.log(backtestUsage);
    return;
  }
  if (positionals.length !== 1) throw invalid('give one file');
  const request = toBacktestRequest(readRequest(values));
  const services = openServices(':memory:', (error) => console.error(error));
  try {
    await services.benchmarks.put(benchmark, toSettings(readSettings(values)));
    await importFile(services, positionals[0]);
    const result = await run(services, request);
    if (values.json) console.log(JSON.stringify(result, null, 2));
    else console.log(renderBacktest(result));
  } finally {
    await services.close();
  }
}

type Flags = ReturnType<typeof parseFlags>['values'];

function parseFlags(flags: readonly string[]) {
  const text = { type: 'string' } as const;
  const yes = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...flags],
      allowPositionals: true,
      options: {
        sizes: text,
        designs: text,
        methods: text,
        splits: text,
        repeats: text,
        seed: text,
        level: text,
        'score-range': text,
        'include-duplicates': yes,
        json: yes,
        help: { ...yes, short: 'h' },
      },
    });
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

/** The flags as the body of a request, so that they are checked, and complained about, alike. */
function readRequest(values: Flags): z.infer<typeof backtestRequest> {
  const list = (text: string | undefined) => text?.split(',').map((entry) => entry.trim());
  const number = (name: 'repeats' | 'seed' | 'level') => {
    const text = values[name];
    return text === undefined ? undefined : toNumber(name, text);
  };
  const body = {
    sizes: list(values.sizes)?.map((text) => toNumber('sizes', text)),
    designs: list(values.designs),
    methods: list(values.methods),
    splits: list(values.splits),
    repeats: number('repeats'),
    seed: number('seed'),
    level: number('level'),
    include_duplicates: values['include-duplicates'],
  };
  const parsed = backtestRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw invalid(`--${String(path[0]).replaceAll('_', '-')}: ${message}`);
}

function readSettings(values: Flags): z.infer<typeof benchmarkSettings> {
  const range = values['score-range']?.split(',').map((text) => toNumber('score-range', text.trim()));
  const parsed = benchmarkSettings.safeParse({ score_range: range });
  if (parsed.success) return parsed.data;
  throw invalid(`--score-range: ${parsed.error.issues[0].message}`);
}

function toNumber(flag: string, text: string): number {
  const value = Number(text);
  // Number('') is 0, which nobody meant.
  if (text === '' || Number.isNaN(value)) throw invalid(`--${flag}: "${text}" is not a number`);
  return value;
}

async function importFile(services: Services, path: string): Promise<void> {
  const bytes = openFile(path);
  const { size } = bytes;
  const bar = progressBar('reading   [{bar}] {percentage} %');
  bar.start(size, 0);
  bytes.stream.on('data', (chunk) => bar.increment(chunk.length));
  try {
    const { stream: raw } = bytes;
    // Errors of either are told when it is read.
    const stream = path.endsWith('.gz') ? pipeline(raw, createGunzip(), () => {}) : raw;
    await services.scores.add(benchmark, { format: formatOf(path), bytes: stream }, 'error');
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw invalid(`${path} cannot be read: ${(error as Error).message}`);
  } finally {
    bar.stop();
  }
}

function openFile(path: string) {
  try {
    const file = statSync(path);
    if (file.isFile()) return { size: file.size, stream: createReadStream(path) };
  } catch (error) {
    throw invalid((error as Error).message);
  }
  throw invalid(`${path} is not a file`);
}

function formatOf(path: string): 'csv' | 'ndjson' {
  return /\.(ndjson|jsonl)(\.gz)?$/.test(path) ? 'ndjson' : 'csv';
}

async function run(
  { backtests }: Services,
  request: ReturnType<typeof toBacktestRequest>,
): Promise<z.infer<typeof backtestSchema>> {
  const { backtest: created, trials } = await backtests.create(benchmark, request);
  const bar = progressBar('replaying [{bar}] {percentage} % | {done} of {trials} trials | {left}');
  bar.start(1, 0, { done: 0, trials, left: '' });
  try {
    for await (const { progress } of backtests.follow(created.id, new AbortController().signal)) {
      const { share, trials: done, secondsLeft } = progress;
      bar.update(share, { done, left: secondsLeft === null ? '' : `${Math.ceil(secondsLeft)} s left` });
    }
  } finally {
    bar.stop();
  }
  const settled = await backtests.get(created.id);
  if (settled.status === 'failed') throw new DomainError('insufficient-data', settled.backtest.error!);
  return toWireBacktest(settled);
}

/** Draws on a terminal only. */
function progressBar(format: string): SingleBar {
  return new SingleBar({ format, hideCursor: true, barsize: 30, stream: process.stderr });
}

function invalid(message: string): DomainError {
  return new DomainError('invalid-configuration', `${message}; see benchcast backtest --help`);
}
