import { gzipSync } from 'node:zlib';
import type { SimulatedBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { toCsv } from '../matrices.ts';
import { call, type ServerProcess } from './server-process.ts';

/** The wide CSV of a simulated benchmark. */
export function wideCsv({ models, items, scores }: SimulatedBenchmark): Buffer {
  return toCsv({
    name: 'simulated',
    models,
    items: items.map(({ item }) => item),
    matrix: { nModels: models.length, nItems: items.length, cells: scores },
  });
}

/** The long CSV of the same. */
export function longCsv({ models, items, scores }: SimulatedBenchmark): Buffer {
  const pieces = models.map((model, m) =>
    Buffer.from(items.map(({ item }, j) => `${model},${item},${scores[m * items.length + j]}\n`).join('')),
  );
  return Buffer.concat([Buffer.from('model,item,score\n'), ...pieces]);
}

/** Makes a benchmark of it in a service. */
export async function sendHistory(
  { address }: Pick<ServerProcess, 'address'>,
  benchmark: string,
  simulated: SimulatedBenchmark,
): Promise<void> {
  await call('PUT', `${address}/v1/benchmarks/${benchmark}`);
  const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
  const body = gzipSync(wideCsv(simulated), { level: 1 });
  await call('POST', `${address}/v1/benchmarks/${benchmark}/scores`, body, headers);
}
