import {
  addBenchmark,
  csvType,
  expectStatus,
  smallItems,
  smallModels,
  smallResults,
  smallWideCsv,
} from '../../support/fixtures.ts';
import { bearer, keyOf, withHeaders } from '../../support/keys.ts';
import { type Harness, openHarness, type Sender } from '../../support/open-harness.ts';

/** What stands in a benchmark, by the beginning of the address it has. */
export interface Things {
  readonly 'core-sets': string;
  readonly evaluations: string;
  readonly backtests: string;
}

export const mine = 'mine';
export const theirs = 'theirs';

/** Everyone who knocks. The last two may do anything, but with one benchmark only. */
export const callers = [
  'no key',
  'wrong key',
  'revoked key',
  'read',
  'write',
  'admin',
  'admin of another benchmark',
  'admin of this benchmark',
] as const;

export type CallerName = (typeof callers)[number];

export interface World extends AsyncDisposable {
  readonly harness: Harness;
  readonly headers: Readonly<Record<CallerName, Record<string, string>>>;
  /** Puts back what was deleted, and answers with things that are there. */
  renew(): Promise<Things>;
}

/** Two benchmarks with something of every kind in each, and keys of every kind. */
export async function openWorld(): Promise<World> {
  const harness = await openHarness();
  const headers = await makeKeys(harness);
  const admin = withHeaders(harness, headers.admin);
  await addBenchmark(admin, mine, smallWideCsv);
  await addBenchmark(admin, theirs, smallWideCsv);
  await addThings(admin, theirs);
  let things = await addThings(admin, mine);

  async function isComplete(): Promise<boolean> {
    const model = `benchmarks/${mine}/models/${smallModels[0]}`;
    const urls = [model, ...Object.entries(things).map(([kind, id]) => `${kind}/${id}`)];
    const found = await Promise.all(urls.map((url) => admin.send('GET', `/v1/${url}`)));
    return found.every(({ status }) => status === 200);
  }

  return {
    harness,
    headers,
    async renew() {
      if (await isComplete()) return things;
      await admin.send('PUT', `/v1/benchmarks/${mine}`, {});
      const url = `/v1/benchmarks/${mine}/scores?on_conflict=replace`;
      expectStatus(await admin.send('POST', url, smallWideCsv, csvType), 200);
      things = await addThings(admin, mine);
      return things;
    },
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  };
}

async function makeKeys(harness: Harness): Promise<World['headers']> {
  const { keys } = harness.services;
  const revoked = await keys.create({ name: 'revoked', scope: 'admin', benchmarks: null });
  await keys.revoke(revoked.key.id);
  const known = await keyOf(harness, 'admin');
  return {
    'no key': {},
    // The id is right, the secret is not.
    'wrong key': bearer(`${known.authorization.slice('Bearer '.length, -43)}${'A'.repeat(43)}`),
    'revoked key': bearer(revoked.text),
    read: await keyOf(harness, 'read'),
    write: await keyOf(harness, 'write'),
    admin: known,
    'admin of another benchmark': await keyOf(harness, 'admin', [theirs]),
    'admin of this benchmark': await keyOf(harness, 'admin', [mine]),
  };
}

const backtest = { designs: ['random'], methods: ['random-sampling'], sizes: [5], repeats: 1 };

async function addThings(sender: Sender, benchmark: string): Promise<Things> {
  const at = `/v1/benchmarks/${benchmark}`;
  const coreSet = expectStatus(await sender.send('POST', `${at}/core-sets`, { size: 10 }), 201);
  const items = coreSet.items.map(({ item }: { item: string }) => item);
  const evaluation = expectStatus(
    await sender.send('POST', `/v1/core-sets/${coreSet.id}/evaluations`, {
      model: `${benchmark}-new`,
      results: smallResults(items, 20),
    }),
    201,
  );
  const { id } = expectStatus(await sender.send('POST', `${at}/backtests`, backtest), 202);
  return { 'core-sets': coreSet.id, evaluations: evaluation.id, backtests: id };
}

/** A value for every parameter of an address. A new kind of address fails here until it is told what to take. */
export function addressOf(url: string, things: Things): string {
  const kind = /^\/v1\/([a-z-]+)\//.exec(url)?.[1] ?? '';
  const values: Readonly<Record<string, string>> = {
    benchmark: mine,
    model: smallModels[0],
    code: 'not-ready',
    ...(kind in things && { id: things[kind as keyof Things] }),
    ...(url.startsWith('/v1/') ? {} : { id: 'any' }),
  };
  return url.replace('*', 'x').replace(/:([a-z]+)/g, (_, name: string) => {
    if (!(name in values)) throw new Error(`what stands for :${name} in ${url}?`);
    return values[name];
  });
}

/** Bodies where the examples of the document lead nowhere. */
export function ownBody(url: string, things: Things): unknown {
  if (url === '/v1/evaluations/compare') return { a: things.evaluations, b: { model: smallModels[0] } };
  if (url === '/v1/core-sets/:id/evaluations') {
    return { model: 'newest', results: smallResults(smallItems, 20) };
  }
  if (url === '/v1/benchmarks/:benchmark/backtests') return backtest;
  return undefined;
}
