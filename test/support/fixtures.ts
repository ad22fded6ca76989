import type { Reply, Sender } from './open-harness.ts';

/** A small benchmark whose every score follows from a formula: 12 models, 40 items, three groups and four items without. */
export const smallModels = numbered('model', 12);
export const smallItems = numbered('item', 40);

export const csvType = { 'content-type': 'text/csv' };
export const ndjsonType = { 'content-type': 'application/x-ndjson' };

/** 16 algebra, 12 geometry, 8 logic, and 4 items in no group. */
export function smallGroup(item: number): string | null {
  if (item < 16) return 'algebra';
  if (item < 28) return 'geometry';
  return item < 36 ? 'logic' : null;
}

/** 1 where ability beats the item's difficulty and some noise that is not random; model m has ability 8 + 2 m. */
export function smallScore(ability: number, item: number): number {
  const difficulty = (item * 17) % 40;
  const noise = ((item * 7 + ability * 13) % 11) - 5;
  return difficulty + noise < ability ? 1 : 0;
}

export function abilityOf(model: number): number {
  return 8 + 2 * model;
}

export const smallWideCsv = lines([
  ['model', ...smallItems],
  ...smallModels.map((model, m) => [model, ...smallItems.map((_, j) => smallScore(abilityOf(m), j))]),
]);

export const smallLongCsv = lines([
  ['model', 'item', 'score', 'group'],
  ...smallModels.flatMap((model, m) =>
    smallItems.map((item, j) => [model, item, smallScore(abilityOf(m), j), smallGroup(j) ?? '']),
  ),
]);

export interface WireResult {
  item: string;
  score: number;
}

/** What a new model of some ability answers on some items of the small benchmark. */
export function smallResults(items: readonly string[], ability: number): WireResult[] {
  return items.map((item) => ({ item, score: smallScore(ability, smallItems.indexOf(item)) }));
}

/** A benchmark with a history from CSV. */
export async function addBenchmark(
  harness: Sender,
  name: string,
  csv: string | Buffer,
  settings: object = {},
): Promise<void> {
  expectStatus(await harness.send('PUT', `/v1/benchmarks/${name}`, settings), 201);
  expectStatus(await harness.send('POST', `/v1/benchmarks/${name}/scores`, csv, csvType), 200);
}

/** The answer's body; an answer of another status fails with its text, which says more than two numbers. */
export function expectStatus(reply: Reply, status: number): Reply['json'] {
  if (reply.status !== status) throw new Error(`expected ${status}, got ${reply.status}: ${reply.text}`);
  return reply.json;
}

/** `name-00`, `name-01`, ... */
export function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${String(index).padStart(2, '0')}`);
}

/** CSV without quoting. */
export function lines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.join(',')}\n`).join('');
}

export interface WireCoreSet {
  id: string;
  design: string;
  size: number;
  seed: number;
  population: number;
  source_models: number;
  groups: string[] | null;
  revision: number;
  created_at: string;
  items: { item: string; inclusion_probability: number; group: string | null; difficulty: number | null }[];
}

export async function drawCoreSet(harness: Sender, name: string, request: object): Promise<WireCoreSet> {
  return expectStatus(await harness.send('POST', `/v1/benchmarks/${name}/core-sets`, request), 201);
}

export function itemsOf(coreSet: WireCoreSet): string[] {
  return coreSet.items.map(({ item }) => item);
}
