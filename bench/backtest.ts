/**
 * A back-test through the service: how long it takes beside the same fits by scikit-learn (Debian: python3-sklearn), and what
 * it does to a client that polls an evaluation meanwhile.
 *
 *   npm run bench:backtest -- --dataset ifeval --repeats 100 --size 50 --seconds 10 --python /usr/bin/python3
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { NamedMatrix } from '../test/support/shared.ts';
import { benchMatrices, toCsv } from './matrices.ts';
import { call, startServer } from './speed/server-process.ts';

const { values: options } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'ifeval' },
    repeats: { type: 'string', default: '100' },
    size: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '10' },
    python: { type: 'string', default: 'python3' },
  },
});
const root = join(import.meta.dirname, '..');
const size = Number(options.size);
const repeats = Number(options.repeats);
const matrices = benchMatrices();
const named = matrices.find(({ name }) => name === options.dataset) ?? matrices[matrices.length - 1];
const csv = gzipSync(toCsv(named));
const threads = Math.max(1, availableParallelism() - 1);

const folder = await mkdtemp(join(tmpdir(), 'benchcast-backtest-'));
try {
  await using service = await startServer(join(root, 'src/main.ts'), ['serve'], {
    BENCHCAST_PORT: '0',
    BENCHCAST_DATABASE: join(folder, 'backtest.db'),
  });
  const benchmark = `${service.address}/v1/benchmarks/b`;
  await call('PUT', benchmark);
  await call('POST', `${benchmark}/scores`, csv, { 'content-type': 'text/csv', 'content-encoding': 'gzip' });
  console.log(
    `${named.name}: ${named.models.length} models x ${named.items.length} items, core sets of ${size}, ${repeats} repeats x 2 splits x 3 methods, ${threads} thread(s)`,
  );
  await compareTimes(service.address);
  if (Number(options.seconds) > 0) await compareLatencies(service.address, named);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function compareTimes(address: string): Promise<void> {
  const sklearn = await timeSklearn();
  for (const design of ['random', 'informative']) {
    // Both have been at it before: neither loading nor compiling counts, on either side.
    await finished(address, (await startBacktest(address, { designs: [design], repeats: 20 })).id);
    const start = performance.now();
    const { id } = await startBacktest(address, { designs: [design], repeats });
    const { rows } = await finished(address, id);
    const seconds = (performance.now() - start) / 1000;
    const aipw = rows.filter(({ method }: { method: string }) => method === 'aipw');
    const error = mean(aipw.map((row: { mean_absolute_error: number }) => row.mean_absolute_error));
    console.log(`\n${design}: ${seconds.toFixed(1)} s; AIPW off by ${error.toFixed(4)}`);
    if (sklearn === undefined) continue;
    const { one_by_one: oneByOne, at_once: atOnce, mean_absolute_error: theirs } = sklearn;
    console.log(
      `  scikit-learn, random core sets, a fit for each target as the paper has it: ${oneByOne.toFixed(1)} s (AIPW off by ${theirs.toFixed(4)}); ours takes ${(seconds / oneByOne).toFixed(3)} of it`,
    );
    console.log(
      `  scikit-learn, all targets of a trial in one fit: ${atOnce.toFixed(1)} s; ours takes ${(seconds / atOnce).toFixed(2)} of it`,
    );
  }
}

interface SklearnTimes {
  readonly one_by_one: number;
  readonly at_once: number;
  readonly mean_absolute_error: number;
}

async function timeSklearn(): Promise<SklearnTimes | undefined> {
  const matrix = join(folder, 'matrix.csv.gz');
  await writeFile(matrix, csv);
  const script = join(root, 'bench/reference/sklearn-fits.py');
  try {
    const { stdout } = await promisify(execFile)(options.python, [
      script,
      matrix,
      options.repeats,
      options.size,
    ]);
    return JSON.parse(stdout);
  } catch (error) {
    console.log(`scikit-learn is not at hand: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
}

/** In turn without a back-test and with one, twice. */
async function compareLatencies(address: string, { items }: NamedMatrix): Promise<void> {
  const coreSet = JSON.parse(await call('POST', `${address}/v1/benchmarks/b/core-sets`, { size, seed: 1 }));
  const results = coreSet.items.map(({ item }: { item: string }) => ({
    item,
    score: items.indexOf(item) % 2,
  }));
  const url = `${address}/v1/core-sets/${coreSet.id}/evaluations`;
  const { id: evaluation } = JSON.parse(await call('POST', url, { model: 'polled', results }));
  const milliseconds = 1000 * Number(options.seconds);
  const idle: number[] = [];
  const busy: number[] = [];
  await poll(address, evaluation, 2000);
  for (let round = 0; round < 2; round++) {
    idle.push(...(await poll(address, evaluation, milliseconds)));
    const { id } = await startBacktest(address, { repeats: 1000 });
    busy.push(...(await poll(address, evaluation, milliseconds)));
    await call('DELETE', `${address}/v1/backtests/${id}`);
  }
  for (const share of [0.5, 0.99]) {
    const [without, during] = [idle, busy].map((times) => percentile(times, share));
    console.log(
      `${share === 0.5 ? '\n' : ''}polling an evaluation, p${100 * share}: ${without.toFixed(2)} ms without a back-test, ${during.toFixed(2)} ms with one, ${(during / without).toFixed(2)} times`,
    );
  }
}

async function startBacktest(address: string, request: object): Promise<{ id: string }> {
  const body = { sizes: [size], seed: 7, include_duplicates: true, ...request };
  return JSON.parse(await call('POST', `${address}/v1/benchmarks/b/backtests`, body));
}

/** Its rows, as soon as its events say that it is over. */
async function finished(address: string, id: string) {
  await call('GET', `${address}/v1/backtests/${id}/events`);
  const found = JSON.parse(await call('GET', `${address}/v1/backtests/${id}`));
  if (found.status !== 'ready') throw new Error(`it is ${found.status}: ${found.error}`);
  return found;
}

/** Milliseconds of each answer. */
async function poll(address: string, evaluation: string, milliseconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const start = performance.now();
    await call('GET', `${address}/v1/evaluations/${evaluation}`);
    times.push(performance.now() - start);
    await sleep(5);
  }
  return times;
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
