import autocannon from 'autocannon';
import { type SimulatedBenchmark, simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { prepareEvaluations } from './evaluation-fixture.ts';
import { runs } from './measure.ts';
import { progress, type Row, rateRow } from './report.ts';
import { call, type ServerProcess, startBare, startOurs } from './server-process.ts';
import { sendHistory } from './stored-history.ts';

const shape = { models: 448, items: 12_032 };
const connections = 16;
const seconds = 2;

type Measured = readonly [ours: number, reference: number];

/**
 * The whole service over HTTP on a durable database, against a server that does next to nothing. Each run has processes of
 * its own: what the compiler makes of the same code, and where memory happens to lie, is worth a fifth between one process and the next.
 */
export async function serviceRows(): Promise<Row[]> {
  const simulated = simulateBenchmark({ ...shape, groups: 5, seed: 448 });
  const measured: Measured[][] = [];
  for (let run = 1; run <= runs; run++) {
    progress(`the service beside a bare server, pair ${run} of ${runs}`);
    measured.push(await measurePair(simulated));
  }
  return paths.map(({ path, referenceName, leastShare }, line) => {
    const figures = measured.map((pair) => pair[line]);
    return rateRow(
      { path, size: `n = 50, ${connections} connections`, referenceName },
      { ours: figures.map(([ours]) => ours), reference: figures.map(([, reference]) => reference) },
      leastShare,
    );
  });
}

/** The paths in the order in which a pair is measured. */
const paths = [
  {
    path: 'POST evaluation, durable',
    referenceName: 'bare Fastify + zod + one durable insert',
    leastShare: 0.6,
  },
  { path: 'GET evaluation', referenceName: 'bare Fastify, the same bytes', leastShare: 0.7 },
  { path: 'GET core set', referenceName: 'bare Fastify, the same bytes', leastShare: 0.7 },
];

async function measurePair(simulated: SimulatedBenchmark): Promise<Measured[]> {
  using folder = temporaryFolder();
  await using ours = await startOurs(folder.path('ours.db'));
  await sendHistory(ours, 'speed', simulated);
  const fixture = await prepareEvaluations(ours.address, 'speed', simulated);
  const { bodies, coreSetPath, evaluationPath } = fixture;
  await using bare = await startBare(folder.path('bare.db'), fixture.rowBytes);
  const post = await rates(
    { url: `${ours.address}${coreSetPath}/evaluations`, bodies },
    { url: `${bare.address}/evaluations`, bodies },
  );
  return [post, await getRates(ours, bare, evaluationPath), await getRates(ours, bare, coreSetPath)];
}

async function getRates(ours: ServerProcess, bare: ServerProcess, path: string): Promise<Measured> {
  const url = `${ours.address}${path}`;
  const twin = `${bare.address}/kept/answer`;
  await call('PUT', twin, Buffer.from(await call('GET', url)), {
    'content-type': 'application/octet-stream',
  });
  return rates({ url }, { url: twin });
}

interface Load {
  readonly url: string;
  /** Sent by POST, one after the other. */
  readonly bodies?: readonly string[];
}

const warmUpSeconds = 1;

/** Requests a second of ours and the reference, after a run each that does not count. */
async function rates(ours: Load, reference: Load): Promise<Measured> {
  await requestRate(reference, warmUpSeconds);
  await requestRate(ours, warmUpSeconds);
  const rate = await requestRate(reference, seconds);
  return [await requestRate(ours, seconds), rate];
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
