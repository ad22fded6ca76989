import autocannon from 'autocannon';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { type EvaluationFixture, prepareEvaluations } from './evaluation-fixture.ts';
import { inThreeRuns } from './measure.ts';
import { progress, type Row, rateRow } from './report.ts';
import { call, type ServerProcess, startBare, startOurs } from './server-process.ts';
import { sendHistory } from './stored-history.ts';

const shape = { models: 448, items: 12_032 };
const connections = 16;
const seconds = 2;
const leastPostShare = 0.6;
const leastGetShare = 0.7;

/** The whole service over HTTP on a durable database, against a server that does next to nothing. */
export async function serviceRows(): Promise<Row[]> {
  using folder = temporaryFolder();
  await using ours = await startOurs(folder.path('ours.db'));
  const simulated = simulateBenchmark({ ...shape, groups: 5, seed: 448 });
  await sendHistory(ours, 'speed', simulated);
  const fixture = await prepareEvaluations(ours.address, 'speed', simulated);
  await using bare = await startBare(folder.path('bare.db'), fixture.rowBytes);
  return [
    await postRow(ours, bare, fixture),
    await getRow(ours, bare, 'GET evaluation', fixture.evaluationPath),
    await getRow(ours, bare, 'GET core set', fixture.coreSetPath),
  ];
}

async function postRow(ours: ServerProcess, bare: ServerProcess, fixture: EvaluationFixture): Promise<Row> {
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
  return { path, size: `n = 50, ${connections} connections` };
}

interface Load {
  readonly url: string;
  /** Sent by POST, one after the other. */
  readonly bodies?: readonly string[];
}

const warmUpSeconds = 1;

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
