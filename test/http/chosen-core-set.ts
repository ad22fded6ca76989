import { setTimeout as delay } from 'node:timers/promises';
import {
  expectStatus,
  itemsOf,
  smallResults,
  type WireCoreSet,
  type WireResult,
} from '../support/fixtures.ts';
import type { Harness, Reply } from '../support/open-harness.ts';

/** Any answer that came over the wire. */
export type Wire = Reply['json'];

export const purposiveDesigns = [
  'k-center',
  'anchor-points',
  'anchor-points-absolute',
  'random-search',
  'lasso',
  'double-optimize',
  'irt-clusters',
] as const;

export const commonMethods = ['aipw', 'random-sampling', 'random-sampling-learn'];

export const allMethods = [
  ...commonMethods,
  'random-search-learn',
  'lasso',
  'double-optimize',
  'pca',
  'anchor-points-weighted',
  'anchor-points-predictor',
  'p-irt',
  'gp-irt',
  'k-center',
  'aipw-paper',
];

const maxTries = 2000;

/** Asks until the items are chosen, or cannot be; gives up after some 20 seconds. */
export async function settled(harness: Harness, id: string): Promise<Wire> {
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const set = expectStatus(await harness.send('GET', `/v1/core-sets/${id}`), 200);
    if (set.status !== 'pending' && set.status !== 'running') return set;
    await delay(10);
  }
  throw new Error(`core set ${id} is still being chosen`);
}

export async function startChoosing(harness: Harness, name: string, request: object): Promise<Wire> {
  return expectStatus(await harness.send('POST', `/v1/benchmarks/${name}/core-sets`, request), 202);
}

/** A core set of a purposive design, once it is ready. */
export async function choose(harness: Harness, name: string, request: object): Promise<WireCoreSet> {
  const set = await settled(harness, (await startChoosing(harness, name, request)).id);
  if (set.status !== 'ready') throw new Error(`${set.status}: ${set.error}`);
  return set;
}

export async function report(
  harness: Harness,
  set: WireCoreSet,
  results: readonly WireResult[] = smallResults(itemsOf(set), 19),
  { model = 'new', query = '', ...rest }: { model?: string; query?: string; [field: string]: unknown } = {},
): Promise<Wire> {
  const body = { model, results, ...rest };
  return expectStatus(await harness.send('POST', `/v1/core-sets/${set.id}/evaluations${query}`, body), 201);
}

export function byMethod(evaluation: Wire, method: string): Wire {
  return evaluation.estimates.find((estimate: Wire) => estimate.method === method);
}

export function codesOf({ warnings }: Wire): string[] {
  return warnings.map(({ code }: Wire) => code);
}

/** An evaluation without what must differ between two of them. */
export function answerOf({ id, created_at, updated_at, from_evaluation, core_set, ...answer }: Wire): Wire {
  return answer;
}

/** The type of a refusal and what it complains of first. */
export function refusal(reply: Reply): string {
  if (reply.status < 400) return `${reply.status} ${reply.text}`;
  const { type, errors } = reply.json;
  const [first] = errors ?? [];
  return `${reply.status} ${type.replace('/problems/', '')}${first === undefined ? '' : ` ${first.path}`}`;
}
