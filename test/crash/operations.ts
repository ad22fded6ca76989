import { randomUUID } from 'node:crypto';
import { formOf } from '../support/forms.ts';
import { type Contents, writeResults } from './snapshot.ts';

export type Kind = 'import' | 'core set' | 'evaluation' | 'results' | 'deletion' | 'benchmark';

export interface Request {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer | undefined;
}

/** One write, and how to tell what has become of it. */
export interface Operation {
  readonly kind: Kind;
  readonly request: Request;
  /** Whether it carries an Idempotency-Key and may be sent again. */
  readonly isKeyed: boolean;
  /** Whether its effect is there; `half` is what must never be. */
  traceIn(found: Contents): 'done' | 'not done' | 'half';
  /** What it has created by an id that the service chose. */
  idsIn?(found: Contents): string[];
  /** Its effect from now on belongs to what is expected. */
  expect(ids: readonly string[]): void;
  /** What its answer must say. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer as it came over the wire
  check(answer: any): boolean;
}

export const items = Array.from({ length: 60 }, (_, index) => `item-${index}`);
export const mainBenchmark = 'main';
const modelsPerImport = 3;
const csv = { 'content-type': 'text/csv' };
const json = { 'content-type': 'application/json' };

let counter = 0;

function nextNumber(): number {
  counter++;
  return counter;
}

/** A digit an item, another row for every name. */
function rowOf(number: number): number[] {
  return items.map((_, index) => ((index * 31 + number * 17 + ((index * number) % 13)) % 7 < 4 ? 1 : 0));
}

/** What one client has made and may change: no two change the same, so that it is known what is to be there. */
export interface Belongings {
  readonly models: string[];
  readonly evaluations: { readonly id: string; readonly results: Float64Array }[];
  readonly benchmarks: string[];
}

export interface World {
  readonly expected: Contents;
  /** The core set that is evaluated on. */
  readonly coreSet: string;
  readonly coreSetItems: readonly string[];
}

/** Some write that makes sense now. */
export function chooseOperation(world: World, own: Belongings): Operation {
  const dice = Math.random();
  if (own.models.length > 12 || (own.models.length > 0 && dice < 0.1)) return deleteModel(world, own);
  if (own.evaluations.length > 12 || (own.evaluations.length > 0 && dice < 0.2)) {
    return deleteEvaluation(world, own);
  }
  if (own.benchmarks.length > 0 && dice < 0.3) return deleteBenchmark(world, own);
  if (dice < 0.35) return createBenchmark(world, own);
  if (dice < 0.55) return importModels(world, own);
  if (dice < 0.6) return createCoreSet(world);
  if (own.evaluations.length > 0 && dice < 0.8) return addResults(world, own);
  return evaluate(world, own);
}

function post(
  path: string,
  headers: Record<string, string>,
  body: string | Buffer,
): Pick<Operation, 'request' | 'isKeyed'> {
  const isKeyed = Math.random() < 0.7;
  const key: Record<string, string> = isKeyed ? { 'idempotency-key': randomUUID() } : {};
  return { request: { method: 'POST', path, headers: { ...headers, ...key }, body }, isKeyed };
}

function importModels({ expected }: World, own: Belongings): Operation {
  const benchmark = own.benchmarks.length > 0 && Math.random() < 0.3 ? own.benchmarks[0] : mainBenchmark;
  const models = Array.from({ length: modelsPerImport }, () => {
    const number = nextNumber();
    return { name: `model-${number}`, row: rowOf(number) };
  });
  const text = [
    ['model', ...items].join(','),
    ...models.map(({ name, row }) => [name, ...row].join(',')),
    '',
  ].join('\n');
  const asForm = Math.random() < 0.4;
  const form = formOf([{ path: 'scores.csv', content: text }]);
  const sent = asForm
    ? post(`/v1/benchmarks/${benchmark}/imports`, form.headers, form.body)
    : post(`/v1/benchmarks/${benchmark}/scores`, csv, text);
  const pathOf = (name: string) => `${benchmark}/${name}`;
  return {
    kind: 'import',
    ...sent,
    traceIn({ models: found }) {
      const count = models.filter(({ name, row }) => found.get(pathOf(name)) === row.join('')).length;
      const any = models.some(({ name }) => found.has(pathOf(name)));
      if (count === models.length) return 'done';
      return any ? 'half' : 'not done';
    },
    expect() {
      for (const { name, row } of models) expected.models.set(pathOf(name), row.join(''));
      if (benchmark === mainBenchmark) own.models.push(...models.map(({ name }) => name));
    },
    // Done twice, it would have added none the second time.
    check: (answer) => (answer.outcome ?? answer).models_added === models.length,
  };
}

function createCoreSet({ expected }: World): Operation {
  const seed = nextNumber();
  const body = JSON.stringify({ size: 10, seed, design: 'random' });
  const findAll = (found: Contents) => [...found.coreSets].filter(([, entry]) => entry.seed === seed);
  return {
    kind: 'core set',
    ...post(`/v1/benchmarks/${mainBenchmark}/core-sets`, json, body),
    traceIn: (found) => traceOfOne(findAll(found).length),
    idsIn: (found) => findAll(found).map(([id]) => id),
    expect(ids) {
      for (const id of ids) expected.coreSets.set(id, { seed });
    },
    check: (answer) => answer.seed === seed && answer.items.length === 10,
  };
}

function evaluate({ expected, coreSet, coreSetItems }: World, own: Belongings): Operation {
  const number = nextNumber();
  const model = `new-${number}`;
  const results = new Float64Array(coreSetItems.length).fill(Number.NaN);
  for (let index = 0; index < 5; index++) results[index] = (number + index) % 2;
  const body = JSON.stringify({ model, results: resultList(coreSetItems, results) });
  const findAll = (found: Contents) => [...found.evaluations].filter(([, entry]) => entry.model === model);
  return {
    kind: 'evaluation',
    ...post(`/v1/core-sets/${coreSet}/evaluations`, json, body),
    traceIn(found) {
      const there = findAll(found);
      return there.every(([, entry]) => entry.results === writeResults(results))
        ? traceOfOne(there.length)
        : 'half';
    },
    idsIn: (found) => findAll(found).map(([id]) => id),
    expect(ids) {
      for (const id of ids) {
        expected.evaluations.set(id, { model, results: writeResults(results) });
        own.evaluations.push({ id, results });
      }
    },
    check: (answer) => answer.model === model && answer.observed_items === 5,
  };
}

function addResults({ expected, coreSetItems }: World, own: Belongings): Operation {
  const evaluation = own.evaluations[Math.floor(Math.random() * own.evaluations.length)];
  const { id, results } = evaluation;
  const added = new Float64Array(results.length).fill(Number.NaN);
  const first = Math.floor(Math.random() * (results.length - 4));
  for (let index = first; index < first + 4; index++) added[index] = Math.random() < 0.5 ? 0 : 1;
  const after = results.map((score, index) => (Number.isNaN(added[index]) ? score : added[index]));
  const before = writeResults(results);
  const { model } = expected.evaluations.get(id)!;
  return {
    kind: 'results',
    ...post(
      `/v1/evaluations/${id}/results`,
      json,
      JSON.stringify({ results: resultList(coreSetItems, added) }),
    ),
    traceIn(found) {
      const now = found.evaluations.get(id)?.results;
      if (now === writeResults(after)) return 'done';
      return now === before ? 'not done' : 'half';
    },
    expect() {
      expected.evaluations.set(id, { model, results: writeResults(after) });
      results.set(after);
    },
    check: (answer) => answer.id === id,
  };
}

function deleteModel({ expected }: World, own: Belongings): Operation {
  const model = own.models.shift()!;
  const path = `${mainBenchmark}/${model}`;
  return {
    ...removal(`/v1/benchmarks/${mainBenchmark}/models/${model}`),
    traceIn: ({ models }) => (models.has(path) ? 'not done' : 'done'),
    expect: () => void expected.models.delete(path),
  };
}

function deleteEvaluation({ expected }: World, own: Belongings): Operation {
  const { id } = own.evaluations.shift()!;
  return {
    ...removal(`/v1/evaluations/${id}`),
    traceIn: ({ evaluations }) => (evaluations.has(id) ? 'not done' : 'done'),
    expect: () => void expected.evaluations.delete(id),
  };
}

function createBenchmark({ expected }: World, own: Belongings): Operation {
  const name = `other-${nextNumber()}`;
  return {
    kind: 'benchmark',
    isKeyed: false,
    request: { method: 'PUT', path: `/v1/benchmarks/${name}`, headers: json, body: '{}' },
    traceIn: ({ benchmarks }) => (benchmarks.has(name) ? 'done' : 'not done'),
    expect() {
      expected.benchmarks.add(name);
      own.benchmarks.push(name);
    },
    check: (answer) => answer.name === name,
  };
}

function deleteBenchmark({ expected }: World, own: Belongings): Operation {
  const name = own.benchmarks.shift()!;
  const modelsOf = ({ models }: Contents) => [...models.keys()].filter((path) => path.startsWith(`${name}/`));
  return {
    ...removal(`/v1/benchmarks/${name}`),
    traceIn(found) {
      if (found.benchmarks.has(name)) {
        return modelsOf(found).length === modelsOf(expected).length ? 'not done' : 'half';
      }
      return modelsOf(found).length === 0 ? 'done' : 'half';
    },
    expect() {
      expected.benchmarks.delete(name);
      for (const path of modelsOf(expected)) expected.models.delete(path);
    },
  };
}

function removal(path: string): Pick<Operation, 'kind' | 'isKeyed' | 'request' | 'check'> {
  const request = { method: 'DELETE', path, headers: {}, body: undefined } as const;
  return { kind: 'deletion', isKeyed: false, request, check: () => true };
}

function traceOfOne(count: number): 'done' | 'not done' | 'half' {
  return (['not done', 'done'] as const)[count] ?? 'half';
}

function resultList(names: readonly string[], results: Float64Array) {
  return names
    .map((item, index) => ({ item, score: results[index] }))
    .filter(({ score }) => !Number.isNaN(score));
}
