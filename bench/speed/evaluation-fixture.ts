import type { SimulatedBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { call } from './server-process.ts';

const coreSetSize = 50;
const bodyCount = 64;

/** A core set in a service, one evaluation on it, and reports of several new models. */
export interface EvaluationFixture {
  readonly coreSetPath: string;
  readonly evaluationPath: string;
  readonly bodies: readonly string[];
  /** About what one evaluation adds to the database. */
  readonly rowBytes: number;
}

/** @param benchmark holds the simulated history */
export async function prepareEvaluations(
  address: string,
  benchmark: string,
  simulated: SimulatedBenchmark,
): Promise<EvaluationFixture> {
  const request = { size: coreSetSize, seed: 7 };
  const drawn = JSON.parse(await call('POST', `${address}/v1/benchmarks/${benchmark}/core-sets`, request));
  const coreSetPath = `/v1/core-sets/${drawn.id}`;
  const indices = new Map(simulated.items.map(({ item }, index) => [item, index]));
  const bodies = Array.from({ length: bodyCount }, (_, k) => {
    const answers = simulated.newModel(-2 + (4 * k) / bodyCount, k);
    const results = drawn.items.map(({ item }: { item: string }) => ({
      item,
      score: answers[indices.get(item)!],
    }));
    return JSON.stringify({ model: `new-model-${k}`, results });
  });
  const url = `${address}${coreSetPath}/evaluations`;
  const answer = await call('POST', url, JSON.parse(bodies[0]));
  return {
    coreSetPath,
    evaluationPath: `/v1/evaluations/${JSON.parse(answer).id}`,
    bodies,
    rowBytes: answer.length + Float64Array.BYTES_PER_ELEMENT * coreSetSize,
  };
}
