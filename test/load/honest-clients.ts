import { setTimeout as delay } from 'node:timers/promises';
import type { Caller } from './caller.ts';
import { historyCsv, resultsOn } from './history.ts';

/** One turn of a client, again and again. @param n which of its kind it is */
export type Client = (caller: Caller, n: number) => () => Promise<void>;

export const benchmark = 'load';
/** An export of it is more than the buffers of a connection hold. */
export const wideBenchmark = 'wide';

const csv = { 'content-type': 'text/csv' };

function post(path: string, headers: Record<string, string>, body: string): [string, RequestInit] {
  return [path, { method: 'POST', headers, body }];
}

/** Asks again and again for what is there. */
export const poller: Client = (caller) => {
  let evaluations: string[] = [];
  return async () => {
    const list = await caller.ask('poll', `/v1/benchmarks/${benchmark}/evaluations?limit=5`);
    if (list.status === 200) evaluations = list.json().data.map(({ id }: { id: string }) => id);
    for (const id of evaluations) await caller.ask('poll', `/v1/evaluations/${id}`);
    await caller.ask('poll', `/v1/benchmarks/${benchmark}`);
  };
};

const maxKept = 20;

/** Evaluates new models, some by methods of other threads, and deletes its earlier evaluations. */
export const evaluator: Client = (caller, n) => {
  let coreSet: { id: string; items: { item: string }[] } | undefined;
  const kept: string[] = [];
  let count = 0;
  return async () => {
    if (coreSet === undefined) {
      const drawn = await caller.askJson('core set', 'POST', `/v1/benchmarks/${benchmark}/core-sets`, {
        size: 50,
      });
      if (drawn.status === 201) coreSet = drawn.json();
      return;
    }
    const body = { model: `new-${n}-${count++}`, results: resultsOn(coreSet.items) };
    const path = `/v1/core-sets/${coreSet.id}/evaluations`;
    const made = await (count % 10 === 0
      ? caller.askJson('evaluate by pca', 'POST', `${path}?methods=aipw,pca`, body)
      : caller.askJson('evaluate', 'POST', path, body));
    if (made.status === 201) kept.push(made.json().id);
    if (kept.length > maxKept) await caller.askJson('delete', 'DELETE', `/v1/evaluations/${kept.shift()}`);
  };
};

const maxCoreSets = 30;

/** Draws core sets of a benchmark of its own, which goes with them and comes anew. */
export const drawer: Client = (caller, n) => {
  const own = `/v1/benchmarks/drawn-${n}`;
  let left = 0;
  return async () => {
    if (left === 0) {
      await caller.askJson('delete', 'DELETE', own);
      await caller.askJson('create', 'PUT', own, {});
      const { status } = await caller.ask('import', ...post(`${own}/scores`, csv, historyCsv()));
      if (status === 200) left = maxCoreSets;
      return;
    }
    left--;
    await caller.askJson('core set', 'POST', `${own}/core-sets`, { size: 20 + left, design: 'balanced' });
  };
};

/** Imports the same history with other scores: every revision is another one to be loaded. */
export const importer: Client = (caller, n) => {
  const own = `/v1/benchmarks/imported-${n}`;
  let count = 0;
  let isThere = false;
  return async () => {
    if (!isThere) {
      isThere = (await caller.askJson('create', 'PUT', own, {})).status < 300;
      return;
    }
    const body = historyCsv(count++);
    await caller.ask('import', ...post(`${own}/scores?on_conflict=replace`, csv, body));
    const form = new FormData();
    form.append('file', new Blob([body]), 'history.csv');
    await caller.ask('import', `${own}/imports?on_conflict=replace`, { method: 'POST', body: form });
    await caller.ask('map', `${own}/similarity-map`);
    await caller.ask('map', `${own}/heat-map`);
  };
};

export const exporter: Client = (caller, n) => async () => {
  const accept = n % 2 === 0 ? 'text/csv' : 'application/x-ndjson';
  await caller.ask('export', `/v1/benchmarks/${benchmark}/scores`, { headers: { accept } });
};

/** Back-tests, follows and cancels. */
export const tester: Client = (caller) => async () => {
  const request = { sizes: [20], repeats: 3, splits: ['interpolation'] };
  const made = await caller.askJson('back-test', 'POST', `/v1/benchmarks/${benchmark}/backtests`, request);
  if (made.status !== 202) return;
  const path = `/v1/backtests/${made.json().id}`;
  // The second time it is over, or cancelled.
  await caller.ask('events', `${path}/events`);
  await caller.askJson('delete', 'DELETE', path);
  await delay(100);
};
