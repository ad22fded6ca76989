import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';

export const historyModels = 100;
export const historyItems = 2000;

const simulated = simulateBenchmark({ models: historyModels, items: historyItems, groups: 4, seed: 11 });

/** A history as wide CSV. @param shift a model of it answers as the one so many places on: another one of the same shape */
export function historyCsv(shift = 0): string {
  const { models, items, scores } = simulated;
  const rows = models.map((model, m) => {
    const start = ((m + shift) % models.length) * items.length;
    return `${model},${Array.from(scores.slice(start, start + items.length)).join()}\n`;
  });
  return `model,${items.map(({ item }) => item).join()}\n${rows.join('')}`;
}

/** What some new model answers. */
export function resultsOn(items: readonly { readonly item: string }[]) {
  return items.map(({ item }) => ({ item, score: Number(Math.random() < 0.6) }));
}

/** Some twelve megabytes. */
export function wideCsv(): string {
  const items = Array.from({ length: 10_000 }, (_, j) => `q${j}`);
  const row = items.map((_, j) => (j % 3 === 0 ? 1 : 0)).join();
  return `model,${items.join()}\n${Array.from({ length: 600 }, (_, m) => `m${m},${row}\n`).join('')}`;
}
