import { join } from 'node:path';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { inThreeRuns, type Sampler } from './measure.ts';
import { durationRow, progress, type Row } from './report.ts';
import { type ServerProcess, startOurs, startServer } from './server-process.ts';
import { sendHistory } from './stored-history.ts';

const benchmarks = 50;
const rounds = 2;
const mostOfBare = 1.5;

/** From the command to the address in the log, when it answers. */
export async function startRows(): Promise<Row[]> {
  progress('starting');
  using folder = temporaryFolder();
  const database = folder.path('start.db');
  await fill(database);
  const bare = join(import.meta.dirname, '../reference/bare-start.ts');
  const runs = await inThreeRuns(
    timeOf(() => startOurs(database)),
    timeOf(() => startServer(bare, [])),
    rounds,
  );
  const first = await inThreeRuns(
    timeOf(() => startOurs(database, { NODE_DISABLE_COMPILE_CACHE: '1' })),
    timeOf(() => startServer(bare, [])),
  );
  const named = {
    size: `${benchmarks} benchmarks of 100 x 1,000`,
    referenceName: 'the same dependencies, 30 empty routes',
  };
  return [
    durationRow({ path: 'start to ready', ...named }, runs, mostOfBare),
    durationRow({ path: 'start to ready, nothing compiled yet', ...named }, first),
  ];
}

async function fill(database: string): Promise<void> {
  await using service = await startOurs(database);
  const simulated = simulateBenchmark({ models: 100, items: 1000, groups: 3, seed: 5 });
  for (let k = 0; k < benchmarks; k++) await sendHistory(service, `stored-${k}`, simulated);
}

function timeOf(start: () => Promise<ServerProcess>): Sampler {
  return async () => {
    const begin = performance.now();
    await using server = await start();
    const milliseconds = performance.now() - begin;
    // The address is there, and somebody is at home.
    await fetch(server.address);
    return milliseconds;
  };
}
