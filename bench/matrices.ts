import { simulateBenchmark } from '../src/simulation/simulate-benchmark.ts';
import { datasetNames, hasShared, type NamedMatrix, readMatrix } from '../test/support/shared.ts';

/** The public matrices where they are at hand, else simulated ones of like shapes. */
export function benchMatrices(): NamedMatrix[] {
  if (hasShared) return datasetNames.map(readMatrix);
  return [
    { models: 83, items: 500 },
    { models: 87, items: 300 },
    { models: 218, items: 1000 },
  ].map((shape, index) => simulatedMatrix(shape, index));
}

export function simulatedMatrix(shape: { models: number; items: number }, seed: number): NamedMatrix {
  const { models, items, scores } = simulateBenchmark({ ...shape, groups: 5, seed });
  return {
    name: `simulated-${shape.models}x${shape.items}`,
    models,
    items: items.map(({ item }) => item),
    matrix: { nModels: shape.models, nItems: shape.items, cells: scores },
  };
}

/** Wide CSV, as POST /v1/benchmarks/{benchmark}/scores takes it. */
export function toCsv({ models, items, matrix }: NamedMatrix): Buffer {
  const { nItems, cells } = matrix;
  const rows = models.map((model, m) => [model, ...cells.subarray(m * nItems, (m + 1) * nItems)]);
  return Buffer.from([['model', ...items], ...rows].map((row) => `${row.join(',')}\n`).join(''));
}
