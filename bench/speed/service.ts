import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import autocannon from 'autocannon';
import { parse } from 'csv-parse';
import { type SimulatedBenchmark, simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { toCsv } from '../matrices.ts';
import { median, mediansInTurn, once } from './measure.ts';
import { durationRow, progress, type Row, rateRow } from './report.ts';
import { call, type ServerProcess, startServer } from './server-process.ts';

const shape = { models: 448, items: 12_032 };
const coreSetSize = 50;
const connections = 16;
const bodyCount = 64;
const leastPostShare = 0.4;
const root = join(import.meta.dirname, '../..');

/** The whole service over HTTP on a durable database, against a server that does next to nothing. */
export async function serviceRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'benchcast-speed-'));
  try {
    await using ours = await startServer(join(root, 'src/main.ts'), ['serve'], {
      BENCHCAST_HOST: '127.0.0.1',
      BENCHCAST_PORT: '0',
      BENCHCAST_DATABASE: join(folder, 'ours.db'),
      BENCHCAST_LOG_LEVEL: 'info',
      // How fast it is, not how fast one may ask.
      BENCHCAST_RATE_LIMIT: '0',
    });
    const simulated = simulateBenchmark({ ...shape, groups: 5, seed: 448 });
    const imported = await importRow(ours, simulated);
    const fixture = await prepareEvaluations(ours, simulated);
    const bareArguments = [join(folder, 'bare.db'), String(fixture.rowBytes)];
    await using bare = await startServer(join(root, 'bench/reference/bare-server.ts'), bareArguments);
    return [
      await postRow(ours, bare, fixture),
      await getRow(ours, bare, 'GET evaluation', fixture.evaluationPath),
      await getRow(ours, bare, 'GET core set', fixture.coreSetPath),
      imported,
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Leaves the history in the service, as benchmark speed-0 and others. */
async function importRow(ours: ServerProcess, { models, items, scores }: SimulatedBenchmark): Promise<Row> {
  progress(`importing ${shape.models} x ${shape.items.toLocaleString('en')} scores as gzipped CSV`);
  const csv = toCsv({
    name: 'speed',
    models,
    items: items.map(({ item }) => item),
    matrix: { nModels: shape.models, nItems: shape.items, cells: scores },
  });
  const gzipped = gzipSync(csv);
  let benchmarks = 0;
  const [import_, reading] = await mediansInTurn(3, [
    once(async () => {
      const url = `${ours.address}/v1/benchmarks/speed-${benchmarks++}`;
      await call('PUT', url);
      const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
      await call('POST', `${url}/scores`, gzipped, headers);
    }),
    once(() => readCsv(csv)),
  ]);
  const size = `${shape.models} x ${shape.items.toLocaleString('en')}, ${(csv.length / 1e6).toFixed(1)} MB`;
  return durationRow(
    { path: 'import over HTTP, gzipped CSV', size, referenceName: 'csv-parse, doing nothing' },
    import_,
    reading,
  );
}

async function readCsv(csv: Buffer): Promise<void> {
  const parser = parse({ relax_column_count: true });
  parser.end(csv);
  let cells = 0;
  for await (const record of parser) cells += record.length;
  if (cells !== (shape.models + 1) * (shape.items + 1)) throw new Error('csv-parse lost cells');
}

interface Fixture {
  readonly coreSetPath: string;
  readonly evaluationPath: string;
  /** Reports of several new models. */
  readonly bodies: readonly string[];
  /** About what one evaluation adds to the database. */
  readonly rowBytes: number;
}

async function prepareEvaluations(ours: ServerProcess, simulated: SimulatedBenchmark): Promise<Fixture> {
  const request = { size: coreSetSize, seed: 7 };
  const drawn = JSON.parse(await call('POST', `${ours.address}/v1/benchmarks/speed-0/core-sets`, request));
  const coreSetPath = `/v1/core-sets/${drawn.id}`;
  const indices = new Map(simulated.items.map(({ item }, index) => [item, index]));
  const bodies = Array.from({ length: bodyCount }, (_, k) => {
    const answers = simulated.newModel(-2 + (4 * k) / bodyCount, k);
    const results = drawn.items.map(({ item }: { item: string }) => ({
      item,
      score: answers[indices.get(item)!],
    }));
    return JSON.stringify({ model: `new-model-${k}`, results });
  });
  const url = `${ours.address}${coreSetPath}/evaluations`;
  const answer = await call('POST', url, JSON.parse(bodies[0]));
  return {
    coreSetPath,
    evaluationPath: `/v1/evaluations/${JSON.parse(answer).id}`,
    bodies,
    rowBytes: answer.length + Float64Array.BYTES_PER_ELEMENT * coreSetSize,
  };
}

async function postRow(ours: ServerProcess, bare: ServerProcess, fixture: Fixture): Promise<Row> {
  progress('POST evaluation');
  const [rate, bareRate] = await ratesInTurn(
    { url: `${ours.address}${fixture.coreSetPath}/evaluations`, bodies: fixture.bodies },
    { url: `${bare.address}/evaluations`, bodies: fixture.bodies },
    3,
  );
  return rateRow(serviceLabels('POST evaluation, durable'), rate, bareRate, leastPostShare);
}

async function getRow(ours: ServerProcess, bare: ServerProcess, name: string, path: string): Promise<Row> {
  progress(name);
  const url = `${ours.address}${path}`;
  const twin = `${bare.address}/kept/answer`;
  await call('PUT', twin, JSON.parse(await call('GET', url)));
  const [rate, bareRate] = await ratesInTurn({ url }, { url: twin }, 2);
  return rateRow(serviceLabels(name), rate, bareRate);
}

function serviceLabels(path: string) {
  const size = `n = ${coreSetSize}, ${connections} connections`;
  return { path, size, referenceName: 'bare Fastify' };
}

interface Load {
  readonly url: string;
  /** Sent by POST, one after the other. */
  readonly bodies?: readonly string[];
}

const warmUpSeconds = 2;
const rounds = 4;

/** Median requests per second of ours and the reference: a run each that does not count, then several in turn. */
async function ratesInTurn(ours: Load, reference: Load, seconds: number): Promise<[number, number]> {
  const rates: number[] = [];
  const referenceRates: number[] = [];
  await requestRate(reference, warmUpSeconds);
  await requestRate(ours, warmUpSeconds);
  for (let round = 0; round < rounds; round++) {
    referenceRates.push(await requestRate(reference, seconds));
    rates.push(await requestRate(ours, seconds));
  }
  return [median(rates), median(referenceRates)];
}

async function requestRate({ url, bodies }: Load, seconds: number): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    ...(bodies && { requests: bodies.map((body) => ({ method: 'POST', body, headers })) }),
  });
  if (result.errors + result.non2xx > 0) {
    throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} answers that are no success`);
  }
  return result['2xx'] / result.duration;
}
