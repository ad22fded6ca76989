import Sqlite from 'better-sqlite3';

/** What is stored, in the form in which the test keeps what it expects. */
export interface Contents {
  readonly benchmarks: Set<string>;
  /** `benchmark/model` to the digits of its scores. */
  readonly models: Map<string, string>;
  readonly coreSets: Map<string, { readonly seed: number }>;
  readonly evaluations: Map<string, { readonly model: string; readonly results: string }>;
}

export function nothing(): Contents {
  return { benchmarks: new Set(), models: new Map(), coreSets: new Map(), evaluations: new Map() };
}

/** Reads all of it past the service, once SQLite has said that the file is whole. */
export function readContents(path: string): Contents {
  const database = new Sqlite(path, { readonly: true });
  try {
    refuseDamage(database);
    const found = nothing();
    const all = <Row>(sql: string) => database.prepare<[], Row>(sql).all();
    for (const { name } of all<{ name: string }>('SELECT name FROM benchmarks')) found.benchmarks.add(name);
    for (const { name, model, scores } of all<{ name: string; model: string; scores: Buffer }>(
      'SELECT name, model, scores FROM models JOIN benchmarks ON benchmarks.id = benchmark_id',
    )) {
      found.models.set(`${name}/${model}`, scores.join(''));
    }
    for (const { id, seed } of all<{ id: string; seed: number }>('SELECT id, seed FROM core_sets')) {
      found.coreSets.set(id, { seed });
    }
    for (const { id, model, results } of all<{ id: string; model: string; results: Buffer }>(
      'SELECT id, model, results FROM evaluations',
    )) {
      found.evaluations.set(id, { model, results: resultsFromBlob(results) });
    }
    return found;
  } finally {
    database.close();
  }
}

function refuseDamage(database: Sqlite.Database): void {
  const damage = database.pragma('integrity_check', { simple: true });
  if (damage !== 'ok') throw new Error(`the integrity check says: ${damage}`);
  const strays = database.pragma('foreign_key_check') as object[];
  if (strays.length > 0) throw new Error(`rows without what they belong to: ${JSON.stringify(strays)}`);
}

function resultsFromBlob(blob: Buffer): string {
  const bytes = blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength) as ArrayBuffer;
  return writeResults(new Float64Array(bytes));
}

/** A digit an item, - where there is none. */
export function writeResults(results: Iterable<number>): string {
  return Array.from(results, (score) => (Number.isNaN(score) ? '-' : String(score))).join('');
}

/** What is there and should not be, or should and is not; at most ten of each kind. */
export function differences(expected: Contents, found: Contents): string[] {
  return [
    ...differing('benchmark', asMap(expected.benchmarks), asMap(found.benchmarks)),
    ...differing('model', expected.models, found.models),
    ...differing('core set', expected.coreSets, found.coreSets),
    ...differing('evaluation', expected.evaluations, found.evaluations),
  ];
}

function asMap(names: ReadonlySet<string>): Map<string, true> {
  return new Map(Array.from(names, (name) => [name, true]));
}

function differing(what: string, expected: Map<string, unknown>, found: Map<string, unknown>): string[] {
  const names = new Set([...expected.keys(), ...found.keys()]);
  const wrong = [...names].filter(
    (name) => JSON.stringify(expected.get(name)) !== JSON.stringify(found.get(name)),
  );
  return wrong
    .slice(0, 10)
    .map(
      (name) =>
        `${what} ${name}: expected ${JSON.stringify(expected.get(name))}, found ${JSON.stringify(found.get(name))}`,
    );
}
