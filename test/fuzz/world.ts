import { setTimeout as sleep } from 'node:timers/promises';
import { numbered, smallItems, smallLongCsv, smallModels, smallResults } from '../support/fixtures.ts';
import type { Operation } from './api-document.ts';
import type { Answer, Shot, ShotSender } from './sender.ts';
import type { Vocabulary } from './values.ts';

/** What is there for requests to be about: it is stocked now and then, and learns from answers. */
export interface World {
  /** Puts back what requests may have taken away. */
  stock(): Promise<void>;
  vocabularyFor(operation: Operation): Vocabulary;
  learn(shot: Pick<Shot, 'method' | 'path'>, answer: Answer): void;
  /** Waits until nothing goes on in the background: what is promised by a 202 is settled, or given up. */
  settle(answer: Answer): Promise<void>;
}

type Json = Record<string, unknown>;

const main = 'alpha';
/** These may be deleted. */
const spare = numbered('spare', 6);
const newModels = numbered('new', 8);
const most = 12;
const patienceMilliseconds = 30_000;
/** A long back-test is given up. */
const roundsOfPatience = 30;

export function createWorld(sender: ShotSender): World {
  const ids = { cs: [] as string[], ev: [] as string[], bt: [] as string[] };
  const cursors = ['MQ'];
  /** A core set that has every item. */
  let whole = '';

  async function call(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<Json> {
    const bytes =
      body === undefined ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const headers: Record<string, string> = bytes === null ? {} : { 'content-type': type };
    const answer = await sender.send({ method, path, headers, body: bytes });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    learn({ method, path }, answer);
    return answer.body.length === 0 ? {} : JSON.parse(answer.body.toString());
  }

  function forget(path: string): void {
    for (const kind of Object.keys(ids) as (keyof typeof ids)[]) {
      ids[kind] = ids[kind].filter((id) => !path.endsWith(id));
    }
  }

  function remember(pool: string[], id: string): void {
    if (!pool.includes(id)) pool.unshift(id);
    pool.length = Math.min(pool.length, most);
  }

  function learn({ method, path }: Pick<Shot, 'method' | 'path'>, answer: Answer): void {
    const { status, headers, body } = answer;
    if (method === 'DELETE' && status === 204) forget(path);
    if (status >= 300 || body.length === 0 || !String(headers['content-type']).includes('/json')) return;
    const { id, next_cursor } = JSON.parse(body.toString()) as Json;
    const pool = ids[String(id).slice(0, 2) as keyof typeof ids];
    if (pool !== undefined) remember(pool, String(id));
    if (typeof next_cursor === 'string') remember(cursors, next_cursor);
  }

  async function settle(path: string): Promise<void> {
    const giveUp = performance.now() + patienceMilliseconds;
    for (let round = 0; performance.now() < giveUp; round++) {
      const { status, body } = await sender.send({ method: 'GET', path, headers: {}, body: null });
      if (status === 404 || !['pending', 'running'].includes(JSON.parse(body.toString()).status)) return;
      if (round === roundsOfPatience && path.includes('/backtests/')) {
        await sender.send({ method: 'DELETE', path, headers: {}, body: null });
      }
      await sleep(10);
    }
    throw new Error(`${path} does not settle`);
  }

  async function fill(name: string): Promise<void> {
    const address = `/v1/benchmarks/${name}`;
    // Its score range may have been changed to one that it does not come back from.
    await call('PUT', address, {}).catch(() => call('DELETE', address).then(() => call('PUT', address, {})));
    await call('POST', `/v1/benchmarks/${name}/scores?on_conflict=replace`, smallLongCsv, 'text/csv');
  }

  /** New models on a core set, whose id it answers. */
  async function evaluate(request: object): Promise<string> {
    const { id, items } = await call('POST', `/v1/benchmarks/${main}/core-sets`, request);
    const names = (items as { item: string }[]).map(({ item }) => item);
    const known = names.filter((item) => smallItems.includes(item));
    for (const [k, model] of newModels.slice(0, 3).entries()) {
      const results = smallResults(known, 15 + 4 * k);
      await call('POST', `/v1/core-sets/${id}/evaluations`, { model, results });
    }
    return String(id);
  }

  return {
    learn,
    async stock() {
      for (const name of [main, spare[0]]) await fill(name);
      whole = await evaluate({ size: smallItems.length, seed: 1 });
      // This one leaves items to extend it by.
      await evaluate({ size: 10, seed: 2 });
      const backtests = `/v1/benchmarks/${main}/backtests`;
      const { id } = await call('POST', backtests, { designs: ['random'], sizes: [10], repeats: 1, seed: 3 });
      await settle(`/v1/backtests/${id}`);
    },

    vocabularyFor({ operationId, path }) {
      const isDeletion = operationId.startsWith('delete');
      const ofPath = path.startsWith('/v1/core-sets') ? ids.cs : path.includes('backtests') ? ids.bt : ids.ev;
      const words: Record<string, readonly unknown[]> = {
        benchmark: isDeletion ? spare : [...Array(8).fill(main), ...Array(3).fill(spare[0]), ...spare],
        id: operationId === 'createEvaluation' ? [...ofPath, ...Array(most).fill(whole)] : ofPath,
        item: smallItems,
        model: [...newModels, ...smallModels],
        exclude_model: smallModels,
        group: ['algebra', 'geometry', 'logic'],
        a: ids.ev,
        b: ids.ev,
        from_evaluation: ids.ev,
        cursor: cursors,
        score: [0, 1, 0.5, 1, 0],
        inclusion_probability: [0.25, 0.5, 1],
        methods: ['aipw', 'aipw,random-sampling', 'random-sampling-learn', 'pca', 'aipw,k-center'],
        size: [5, 10, 20],
        repeats: [1, 2, 3],
        half_width: [0.1, 0.2, 0.3],
        add: [1, 5],
        code: ['invalid-request', 'too-large', 'internal-error'],
        score_range: [0, 1],
      };
      return (name) => (Object.hasOwn(words, name) ? words[name] : []);
    },

    settle: ({ headers }) => settle(String(headers.location)),
  };
}
