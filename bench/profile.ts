/**
 * Where the time of a path goes: the service under load with V8's sampling profiler. Prints the functions with the most
 * time of their own, and draws a flame graph.
 *
 *   npm run bench:profile -- --path post-evaluation --out post-evaluation.svg
 *   npm run bench:profile -- --path import-long --root ../earlier --title 'Importing, before'
 *
 * Paths: post-evaluation, get-evaluation, get-core-set, import-wide, import-long, export.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { simulateBenchmark } from '../src/simulation/simulate-benchmark.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { type CpuProfile, callTree, ownTimes } from './profile/cpu-profile.ts';
import { renderFlameGraph } from './profile/flame-graph.ts';
import { prepareEvaluations } from './speed/evaluation-fixture.ts';
import { call } from './speed/server-process.ts';
import { longCsv, sendHistory, wideCsv } from './speed/stored-history.ts';

const { values: options } = parseArgs({
  options: {
    path: { type: 'string', default: 'post-evaluation' },
    root: { type: 'string', default: join(import.meta.dirname, '..') },
    title: { type: 'string' },
    out: { type: 'string' },
  },
});
const seconds = 6;
const shown = 15;
const benchmark = 'profiled';

const simulated = simulateBenchmark({ models: 448, items: 12_032, groups: 5, seed: 448 });

type Load = (address: string) => Promise<() => Promise<unknown>>;

/** Each prepares what it needs and answers what is then profiled. */
const loads: Readonly<Record<string, Load>> = {
  'post-evaluation': async (address) => {
    const { coreSetPath, bodies } = await prepareEvaluations(address, benchmark, simulated);
    return () => cannon(`${address}${coreSetPath}/evaluations`, bodies);
  },
  'get-evaluation': async (address) => {
    const { evaluationPath } = await prepareEvaluations(address, benchmark, simulated);
    return () => cannon(`${address}${evaluationPath}`);
  },
  'get-core-set': async (address) => {
    const { coreSetPath } = await prepareEvaluations(address, benchmark, simulated);
    return () => cannon(`${address}${coreSetPath}`);
  },
  'import-wide': async (address) => importer(address, wideCsv(simulated)),
  'import-long': async (address) => importer(address, longCsv(simulated)),
  export: async (address) => () =>
    repeatedly(() => call('GET', `${address}/v1/benchmarks/${benchmark}/scores`)),
};

async function cannon(url: string, bodies?: readonly string[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const requests = bodies?.map((body) => ({ method: 'POST' as const, body, headers }));
  await autocannon({ url, connections: 16, duration: seconds, ...(requests && { requests }) });
}

async function repeatedly(work: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) await work();
}

function importer(address: string, csv: Buffer): () => Promise<void> {
  let count = 0;
  return () =>
    repeatedly(async () => {
      const url = `${address}/v1/benchmarks/imported-${count++}`;
      await call('PUT', url);
      await call('POST', `${url}/scores`, csv, { 'content-type': 'text/csv' });
    });
}

/** Microseconds of the clock that profiles use. */
const now = () => Number(process.hrtime.bigint() / 1000n);

async function profile(load: Load): Promise<ReturnType<typeof callTree>> {
  using folder = temporaryFolder();
  const main = join(resolve(options.root), 'src/main.ts');
  const child = spawn(
    process.execPath,
    ['--cpu-prof', `--cpu-prof-dir=${folder.path('')}`, '--cpu-prof-interval=200', main, 'serve'],
    {
      env: {
        ...process.env,
        BENCHCAST_DATABASE: folder.path('profile.db'),
        BENCHCAST_PORT: '0',
        BENCHCAST_RATE_LIMIT: '0',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const address = await addressOf(createInterface({ input: child.stdout }));
  await sendHistory({ address }, benchmark, simulated);
  const run = await load(address);
  // Once before, so that what is profiled is compiled.
  await run();
  const from = now();
  await run();
  const to = now();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  const written = readdirSync(folder.path('')).filter((name) => name.endsWith('.cpuprofile'));
  const profiles = written.map((name): CpuProfile => JSON.parse(readFileSync(folder.path(name), 'utf8')));
  // That of the main thread: others have profiles of their own.
  profiles.sort((a, b) => a.startTime - b.startTime);
  return callTree(profiles[0], from, to);
}

async function addressOf(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const { address } = JSON.parse(line) as { address?: string };
    if (address !== undefined) return address;
  }
  throw new Error('the service ended before it listened');
}

if (!Object.hasOwn(loads, options.path)) {
  console.error(`there is no path ${options.path}; there are ${Object.keys(loads).join(', ')}`);
  process.exit(2);
}
const tree = await profile(loads[options.path]);
for (const { name, share } of ownTimes(tree).slice(0, shown)) {
  console.log(`${(100 * share).toFixed(1).padStart(5)} %  ${name}`);
}
if (options.out !== undefined) {
  writeFileSync(options.out, renderFlameGraph(tree, options.title ?? options.path));
  console.log(`flame graph: ${options.out}`);
}
