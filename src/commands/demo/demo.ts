import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { type Config, readConfig } from '../../config.ts';
import { type SimulatedBenchmark, simulateBenchmark } from '../../simulation/simulate-benchmark.ts';
import { renderBacktest } from '../backtest/table.ts';
import type { Client } from '../client.ts';
import { withExamples } from '../options.ts';
import { startOwnService } from '../own-service.ts';
import { renderComparison, renderEvaluation, type Truth } from '../report.ts';
import { startService } from '../start-service.ts';

const models = 120;
const items = 1000;
const groups = 5;
const coreSetSize = 50;
const seed = 7;
const coreSetSeed = 2;
const backtestRepeats = 10;
const pollMilliseconds = 200;

const newModels = [
  { model: 'ordinary-model', ability: 0.4, seed: 101, description: 'an ordinary new model' },
  {
    model: 'frontier-model',
    ability: 3.2,
    seed: 202,
    description: 'a frontier model, better than all before',
  },
];

/** `benchcast demo`: the whole job on a made-up benchmark. */
export function demoCommand(): Command {
  const command = new Command('demo').description(
    'Shows the whole job over HTTP, in a few seconds, on a simulated benchmark whose truth is known. Leaves nothing behind.',
  );
  command.option('--page', 'then serve the page with all of it, until stopped');
  withExamples(command, 'benchcast demo', 'benchcast demo > report.txt', 'benchcast demo --page');
  return command.action(demo);
}

/** Progress on stderr, the tables on stdout. */
async function demo({ page = false }: { readonly page?: boolean }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'benchcast-demo-'));
  const progress = createProgress(8 + newModels.length);
  try {
    progress(`simulating ${models} models on ${items} items in ${groups} groups`);
    const benchmark = simulateBenchmark({ models, items, groups, seed });

    progress('starting the service on a free port');
    const config: Config = {
      ...readConfig({}),
      port: 0,
      database: join(folder, 'demo.db'),
      logLevel: 'silent',
    };
    const service = await startOwnService(config);
    try {
      await doTheJob(service.client, benchmark, progress);
      console.log(
        '\nOne core set and two models are one draw: "npm run bench:accuracy" shows averages over many.',
      );
    } finally {
      await service.stop();
    }
    if (page) await servePage(config);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For whoever is on this machine: a browser has no key. */
async function servePage(config: Config): Promise<void> {
  const { address, stop } = await startService(config);
  const stopped = untilStopped();
  console.log(`\nAll of it to look at, until you press Ctrl+C: ${address}/benchmarks/demo`);
  await stopped;
  await stop();
}

/** Ctrl+C or a polite kill. */
async function untilStopped(): Promise<void> {
  const heard = new AbortController();
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal, heard)));
  heard.abort();
}

async function doTheJob(client: Client, benchmark: SimulatedBenchmark, progress: Progress): Promise<void> {
  progress(`creating the benchmark at ${client.address}`);
  await client.put('/v1/benchmarks/demo', { title: 'Simulated benchmark' });

  progress('importing the history as gzipped CSV');
  await client.post('/v1/benchmarks/demo/scores', gzipSync(toCsv(benchmark)), {
    headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
  });

  progress('naming the groups of the items');
  await client.put('/v1/benchmarks/demo/items', { items: benchmark.items });

  progress('trying core sets on the history itself, as if its models were new');
  const backtest = await tryOnHistory(client);
  console.log(renderBacktest(backtest));

  progress(`drawing a core set of ${coreSetSize} items`);
  const coreSet = await client.post('/v1/benchmarks/demo/core-sets', {
    size: coreSetSize,
    seed: coreSetSeed,
  });
  const position = new Map(benchmark.items.map(({ item }, index) => [item, index]));

  const evaluations: string[] = [];
  const scores: number[] = [];
  for (const { model, ability, seed: modelSeed, description } of newModels) {
    progress(`running ${description} on the core set and asking what it is worth`);
    const answers = benchmark.newModel(ability, modelSeed);
    const results = coreSet.items.map(({ item }: { item: string }) => ({
      item,
      score: answers[position.get(item)!],
    }));
    const evaluation = await client.post(`/v1/core-sets/${coreSet.id}/evaluations`, { model, results });
    const truth = truthOf(benchmark, answers);
    console.log(`\n${renderEvaluation(evaluation, `${model}: ${description}`, truth)}`);
    evaluations.push(evaluation.id);
    scores.push(truth.full);
  }

  progress('comparing the two');
  const [b, a] = evaluations;
  const comparison = await client.post('/v1/evaluations/compare', { a, b });
  console.log(`\n${renderComparison(comparison, scores[1] - scores[0])}`);
}

/** A back-test, to its end. */
async function tryOnHistory(client: Client) {
  const request = { sizes: [coreSetSize], repeats: backtestRepeats, seed };
  const { id } = await client.post('/v1/benchmarks/demo/backtests', request);
  for (;;) {
    const found = await client.get(`/v1/backtests/${id}`);
    if (found.status === 'ready') return found;
    if (found.error !== null) throw new Error(found.error);
    await delay(pollMilliseconds);
  }
}

/** The exact scores, which only a simulation knows. */
function truthOf({ items: all }: SimulatedBenchmark, answers: Uint8Array): Truth {
  const meanOf = (scores: Uint8Array) => scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return {
    full: meanOf(answers),
    ofGroup: (group) => meanOf(answers.filter((_, index) => all[index].group === group)),
  };
}

type Progress = (what: string) => void;

function createProgress(steps: number): Progress {
  let step = 0;
  return (what) => {
    step++;
    process.stderr.write(`[${step}/${steps}] ${what}\n`);
  };
}

function toCsv({ items: columns, models: names, scores }: SimulatedBenchmark): string {
  const header = ['model', ...columns.map(({ item }) => item)].join(',');
  const rows = names.map(
    (name, m) => `${name},${scores.subarray(m * columns.length, (m + 1) * columns.length).join(',')}`,
  );
  return `${[header, ...rows].join('\n')}\n`;
}
