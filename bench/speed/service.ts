import autocannon from 'autocannon';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { inThreeRuns } from './measure.ts';
import { progress, type Row, rateRow } from './report.ts';
import { call, type ServerProcess, startBare, startOurs } from './server-process.ts';
import { sendHistory } from './stored-history.ts';

const shape = { models: 448, items: 12_032 };
const coreSetSize = 50;
const connections = 16;
const bodyCount = 64;
const seconds = 3;
const leastPostShare = 0.6;
const leastGetShare = 0.7;

/** The whole service over HTTP on a durable database, against a server that does next to nothing. */
export async function serviceRows(): Promise<Row[]> {
  using folder = temporaryFolder();
  await using ours = await startOurs(folder.path('ours.db'));
  const simulated = simulateBenchmark({ ...shape, groups: 5, seed: 448 });
  await sendHistory(ours, 'speed', simulated);
  const fixture = await prepareEvaluations(ours, simulated);
  await using bare = await startBare(folder.path('bare.db'), fixture.rowBytes);
  return [
    await postRow(ours, bare, fixture),
    await getRow(ours, bare, 'GET evaluation', fixture.evaluationPath),
    await getRow(ours, bare, 'GET core set', fixture.coreSetPath),
  ];
}

interface Fixture {
  readonly coreSetPath: string;
  readonly evaluationPath: string;
  /** Reports of several new models. */
  readonly bodies: readonly string[];
  /** About what one evaluation adds to the database. */
  readonly rowBytes: number;
}

async function prepareEvaluations(
  ours: ServerProcess,
  simulated: ReturnType<typeof simulateBenchmark>,
): Promise<Fixture> {
  const request = { size: coreSetSize, seed: 7 };
  const drawn = JSON.parse(await call('POST', `${ours.address}/v1/benchmarks/speed/core-sets`, request));
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
  const { bodies, coreSetPath } = fixture;
  return rateRow(
    { ...labels('POST evaluation, durable'), referenceName: 'bare Fastify + zod + one durable insert' },
    await rates(
      { url: `${ours.address}${coreSetPath}/evaluations`, bodies },
      { url: `${bare.address}/evaluations`, bodies },
    ),
    leastPostShare,
  );
}

async function getRow(ours: ServerProcess, bare: ServerProcess, name: string, path: string): Promise<Row> {
  progress(name);
  const url = `${ours.address}${path}`;
  const twin = `${bare.address}/kept/answer`;
  await call('PUT', twin, Buffer.from(await call('GET', url)), {
    'content-type': 'application/octet-stream',
  });
  return rateRow(
    { ...labels(name), referenceName: 'bare Fastify, the same bytes' },
    await rates({ url }, { url: twin }),
    leastGetShare,
  );
}

function labels(path: string) {
  return { path, size: `n = ${coreSetSize}, ${connections} connections` };
}

interface Load {
  readonly url: string;
  /** Sent by POST, one after the other. */
  readonly bodies?: readonly string[];
}

const warmUpSeconds = 2;

/** Requests a second of ours and the reference, after a run each that does not count. */
async function rates(ours: Load, reference: Load) {
  await requestRate(reference, warmUpSeconds);
  await requestRate(ours, warmUpSeconds);
  return inThreeRuns(
    () => requestRate(ours, seconds),
    () => requestRate(reference, seconds),
  );
}

async function requestRate({ url, bodies }: Load, duration: number): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const result = await autocannon({
    url,
    connections,
    duration,
    ...(bodies && { requests: bodies.map((body) => ({ method: 'POST', body, headers })) }),
  });
  if (result.errors + result.non2xx > 0) {
    throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} answers that are no success`);
  }
  return result['2xx'] / result.duration;
}
