import { readFileSync } from 'node:fs';
import { defaultThresholds } from '../../src/estimation/similarity/similarity.ts';
import { defaultScoreRange } from '../../src/scores/score-range.ts';
import { ScoreTable } from '../../src/scores/score-table.ts';
import { type SimulatedBenchmark, simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { openStores } from '../../src/storage/open-stores.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { boundRow, progress, type Row } from './report.ts';
import { call, startOurs } from './server-process.ts';

const shape = { models: 4500, items: 12_032 };
const runs = 3;
const evaluations = 100;
const megabyte = 2 ** 20;

/** What the process takes once it has answered for a large benchmark. */
export async function memoryRows(): Promise<Row[]> {
  progress('memory');
  using folder = temporaryFolder();
  const simulated = simulateBenchmark({ ...shape, groups: 5, seed: 9 });
  await store(folder.path('large.db'), simulated);
  const resident: number[] = [];
  for (let run = 0; run < runs; run++) resident.push(await serve(folder.path('large.db'), simulated));
  const packed = (shape.models * shape.items) / megabyte;
  const named = {
    path: 'memory, serving one benchmark',
    size: `${shape.models.toLocaleString('en')} x ${shape.items.toLocaleString('en')}, ${packed.toFixed(0)} MB packed`,
    referenceName: '1.5 times packed + 120 MB',
  };
  return [boundRow(named, resident, 1.5 * packed + 120, 'MB')];
}

async function store(path: string, { models, items, scores }: SimulatedBenchmark): Promise<void> {
  const stores = openStores(path);
  const { benchmark } = await stores.benchmarks.put('large', {
    title: null,
    description: null,
    scoreRange: defaultScoreRange,
    similarityThresholds: defaultThresholds,
  });
  const table = new ScoreTable();
  for (const { item } of items) table.itemIndex(item);
  models.forEach((model, m) => {
    const row = table.row(model);
    for (let j = 0; j < items.length; j++) row.set(j, scores[m * items.length + j]);
  });
  await stores.scores.merge(benchmark.id, table, 'error', 'bench');
  stores.close();
}

/** Core sets and evaluations as teams ask for them; megabytes. */
async function serve(path: string, simulated: SimulatedBenchmark): Promise<number> {
  await using service = await startOurs(path);
  const url = `${service.address}/v1`;
  const request = { size: 100, seed: 3, design: 'balanced' };
  const drawn = JSON.parse(await call('POST', `${url}/benchmarks/large/core-sets`, request));
  const indices = new Map(simulated.items.map(({ item }, index) => [item, index]));
  for (let k = 0; k < evaluations; k++) {
    const answers = simulated.newModel(-2 + (4 * k) / evaluations, k);
    const results = drawn.items.map(({ item }: { item: string }) => ({
      item,
      score: answers[indices.get(item)!],
    }));
    await call('POST', `${url}/core-sets/${drawn.id}/evaluations`, { model: `new-${k}`, results });
  }
  return residentMegabytes(service.pid);
}

/** As Linux tells. */
function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
