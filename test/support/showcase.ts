import { type SimulatedBenchmark, simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { csvType, drawCoreSet, expectStatus, lines, type WireCoreSet } from './fixtures.ts';
import type { Sender } from './open-harness.ts';

/** A service with something to show in every view of the page, made up but whole. */
export interface Showcase {
  readonly benchmark: string;
  readonly coreSet: string;
  readonly purposiveCoreSet: string;
  /** Evaluations by what they are examples of. */
  readonly ordinary: string;
  readonly frontier: string;
  readonly partial: string;
  readonly backtest: string;
}

const title = 'Reasoning in eight subjects';
const size = 60;

export async function fillShowcase(sender: Sender): Promise<Showcase> {
  const world = simulateBenchmark({ models: 60, items: 800, groups: 4, seed: 7 });
  await addHistory(sender, 'reasoning', world);
  const coreSet = await drawCoreSet(sender, 'reasoning', { size, seed: 2 });
  const evaluate = async (model: string, ability: number, share = 1) => {
    const results = resultsOf(world, coreSet, world.newModel(ability, 101)).slice(0, share * size);
    const url = `/v1/core-sets/${coreSet.id}/evaluations`;
    return expectStatus(await sender.send('POST', url, { model, results }), 201).id as string;
  };
  const partial = await evaluate('ordinary-model, on its way', 0.5, 0.8);
  const ordinary = await evaluate('ordinary-model', 0.4);
  const frontier = await evaluate('frontier-model', 3.2);
  const chosen = expectStatus(
    await sender.send('POST', '/v1/benchmarks/reasoning/core-sets', {
      size: 20,
      design: 'k-center',
      seed: 1,
    }),
    202,
  );
  const request = { sizes: [20, 60, 120], repeats: 5, seed: 3 };
  const backtest = expectStatus(
    await sender.send('POST', '/v1/benchmarks/reasoning/backtests', request),
    202,
  );
  await ready(sender, `/v1/core-sets/${chosen.id}`);
  await ready(sender, `/v1/backtests/${backtest.id}`);
  expectStatus(await sender.send('PUT', '/v1/benchmarks/empty', { title: 'Nothing yet' }), 201);
  return {
    benchmark: 'reasoning',
    coreSet: coreSet.id,
    purposiveCoreSet: chosen.id,
    ordinary,
    frontier,
    partial,
    backtest: backtest.id,
  };
}

async function addHistory(sender: Sender, name: string, world: SimulatedBenchmark): Promise<void> {
  const { items, models, scores } = world;
  const rows = models.map((model, m) => [
    model,
    ...scores.subarray(m * items.length, (m + 1) * items.length),
  ]);
  const csv = lines([['model', ...items.map(({ item }) => item)], ...rows]);
  expectStatus(await sender.send('PUT', `/v1/benchmarks/${name}`, { title }), 201);
  expectStatus(await sender.send('POST', `/v1/benchmarks/${name}/scores`, csv, csvType), 200);
  expectStatus(await sender.send('PUT', `/v1/benchmarks/${name}/items`, { items }), 200);
}

function resultsOf({ items }: SimulatedBenchmark, coreSet: WireCoreSet, answers: Uint8Array) {
  const positions = new Map(items.map(({ item }, at) => [item, at]));
  return coreSet.items.map(({ item }) => ({ item, score: answers[positions.get(item)!] }));
}

/** Waits for what takes its time. */
async function ready(sender: Sender, url: string): Promise<void> {
  for (;;) {
    const { status, error } = (await sender.send('GET', url)).json;
    if (status === 'ready') return;
    if (error !== null) throw new Error(error);
    await new Promise((done) => setTimeout(done, 100));
  }
}
