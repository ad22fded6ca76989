import { gzipSync } from 'node:zlib';
import type { SimulatedBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { call, type ServerProcess } from './server-process.ts';

/** The wide CSV of a simulated benchmark. */
export function wideCsv({ models, items, scores }: SimulatedBenchmark): Buffer {
  const nItems = items.length;
  const rows = models.flatMap((model, m) => [
    Buffer.from(model),
    cellsOf(scores.subarray(m * nItems, (m + 1) * nItems)),
    Buffer.from('\n'),
  ]);
  return Buffer.concat([Buffer.from(`model,${items.map(({ item }) => item).join(',')}\n`), ...rows]);
}

/** Zeros and ones, each behind a comma; as bytes, since there are tens of millions of them. */
function cellsOf(scores: Uint8Array): Buffer {
  const text = Buffer.alloc(2 * scores.length, ',0');
  for (let k = 0; k < scores.length; k++) text[2 * k + 1] += scores[k];
  return text;
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
