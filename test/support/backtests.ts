import { setTimeout as delay } from 'node:timers/promises';
import { type SimulatedBenchmark, simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { expectStatus, lines } from './fixtures.ts';
import type { Reply, Sender } from './open-harness.ts';

/** A back-test as it came over the wire. */
export type WireBacktest = Reply['json'];

/** Enough models to divide, small enough for trials of some ten milliseconds. */
export const simulated = simulateBenchmark({ models: 40, items: 100, groups: 3, seed: 3 });

/** @param scale length of the score range, from 0 */
export function simulatedCsv({ models, items, scores }: SimulatedBenchmark = simulated, scale = 1): string {
  return lines([
    ['model', 'item', 'score', 'group'],
    ...models.flatMap((model, m) =>
      items.map(({ item, group }, j) => [model, item, scale * scores[m * items.length + j], group]),
    ),
  ]);
}

/** What a new model of some ability answers on some items of the simulated benchmark. */
export function simulatedResults(items: readonly string[], ability: number, scale = 1) {
  const answers = simulated.newModel(ability, 17);
  const places = new Map(simulated.items.map(({ item }, j) => [item, j]));
  return items.map((item) => ({ item, score: scale * answers[places.get(item)!] }));
}

/** A trial of it takes a tenth of a second and there are two thousand: it is not done before it is cancelled. */
export const endless = { designs: ['random'], methods: ['pca'], sizes: [30], repeats: 1000, seed: 1 };

export async function startBacktest(
  sender: Sender,
  name: string,
  request: object = {},
): Promise<WireBacktest> {
  return expectStatus(await sender.send('POST', `/v1/benchmarks/${name}/backtests`, request), 202);
}

export async function readBacktest(sender: Sender, id: string): Promise<WireBacktest> {
  return expectStatus(await sender.send('GET', `/v1/backtests/${id}`), 200);
}

const maxSeconds = 45;

/** Asks again and again until the answer is as it should be. */
export async function until<Answer>(
  ask: () => Answer | Promise<Answer>,
  isSo: (answer: Answer) => boolean,
): Promise<Answer> {
  const giveUp = performance.now() + 1000 * maxSeconds;
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    if (performance.now() > giveUp) throw new Error(`still so: ${JSON.stringify(answer)?.slice(0, 1000)}`);
    await delay(10);
  }
}

/** As soon as it says so. */
export function backtestAt(
  sender: Sender,
  id: string,
  isSo: (backtest: WireBacktest) => boolean,
): Promise<WireBacktest> {
  return until(() => readBacktest(sender, id), isSo);
}

/** As soon as threads are at it, and something is done. */
export function backtestUnderWay(sender: Sender, id: string, trials = 1): Promise<WireBacktest> {
  return backtestAt(sender, id, ({ status, trials: { done } }) => status === 'running' && done >= trials);
}

export function backtestOver(sender: Sender, id: string): Promise<WireBacktest> {
  return backtestAt(sender, id, ({ status }) => status !== 'pending' && status !== 'running');
}

/** A finished one. */
export async function makeBacktest(
  sender: Sender,
  name: string,
  request: object = {},
): Promise<WireBacktest> {
  const made = await backtestOver(sender, (await startBacktest(sender, name, request)).id);
  if (made.status !== 'ready') throw new Error(`${made.status}: ${made.error}`);
  return made;
}

/** What it found, without what must differ between two of them. */
export function foundBy({ rows, learning_curves, targets }: WireBacktest): WireBacktest {
  return { rows, learning_curves, targets };
}
