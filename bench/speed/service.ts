import autocannon from 'autocannon';
import { type SimulatedBenchmark, simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { type EvaluationFixture, prepareEvaluations } from './evaluation-fixture.ts';
import { runs } from './measure.ts';
import { progress, type Row, rateRow } from './report.ts';
import { call, startBare, startOurs } from './server-process.ts';
import { sendHistory } from './stored-history.ts';

const shape = { models: 448, items: 12_032 };
const connections = 16;
const seconds = 2;

/** Requests a second by the paths of the table. */
type Rates = readonly number[];

/**
 * The whole service over HTTP on a durable database, against a server that does next to nothing. Each run has a process of
 * its own for either, one after the other: the same code differs by a fifth between one process and the next, and both
 * are slower while the other one lives.
 */
export async function serviceRows(): Promise<Row[]> {
  const simulated = simulateBenchmark({ ...shape, groups: 5, seed: 448 });
  const ours: Rates[] = [];
  const reference: Rates[] = [];
  for (let run = 1; run <= runs; run++) {
    progress(`the service, run ${run} of ${runs}`);
    const { rates, sent } = await measureOurs(simulated);
    ours.push(rates);
    progress(`the bare server, run ${run} of ${runs}`);
    reference.push(await measureBare(sent));
  }
  return paths.map(({ path, referenceName, leastShare }, line) =>
    rateRow(
      { path, size: `n = 50, ${connections} connections`, referenceName },
      { ours: ours.map((rates) => rates[line]), reference: reference.map((rates) => rates[line]) },
      leastShare,
    ),
  );
}

/** In the order in which they are measured. */
const paths = [
  {
    path: 'POST evaluation, durable',
    referenceName: 'bare Fastify + zod + one durable insert',
    leastShare: 0.6,
  },
  { path: 'GET evaluation', referenceName: 'bare Fastify, the same bytes', leastShare: 0.7 },
  { path: 'GET core set', referenceName: 'bare Fastify, the same bytes', leastShare: 0.7 },
];

/** What the service was sent and sends, which the bare server is to deal with as well. */
interface Sent extends Pick<EvaluationFixture, 'bodies' | 'rowBytes'> {
  readonly answers: readonly Buffer[];
}

async function measureOurs(simulated: SimulatedBenchmark): Promise<{ rates: Rates; sent: Sent }> {
  using folder = temporaryFolder();
  await using server = await startOurs(folder.path('ours.db'));
  await sendHistory(server, 'speed', simulated);
  const fixture = await prepareEvaluations(server.address, 'speed', simulated);
  const { bodies, rowBytes, coreSetPath, evaluationPath } = fixture;
  const urls = [evaluationPath, coreSetPath].map((path) => `${server.address}${path}`);
  const answers = await Promise.all(urls.map(async (url) => Buffer.from(await call('GET', url))));
  const post = { url: `${server.address}${coreSetPath}/evaluations`, bodies };
  return {
    rates: await ratesOf([post, ...urls.map((url) => ({ url }))]),
    sent: { bodies, rowBytes, answers },
  };
}

async function measureBare({ bodies, rowBytes, answers }: Sent): Promise<Rates> {
  using folder = temporaryFolder();
  await using server = await startBare(folder.path('bare.db'), rowBytes);
  const urls = answers.map((_, key) => `${server.address}/kept/${key}`);
  const type = { 'content-type': 'application/octet-stream' };
  await Promise.all(urls.map((url, key) => call('PUT', url, answers[key], type)));
  return await ratesOf([{ url: `${server.address}/evaluations`, bodies }, ...urls.map((url) => ({ url }))]);
}

interface Load {
  readonly url: string;
  /** Sent by POST, one after the other. */
  readonly bodies?: readonly string[];
}

const warmUpSeconds = 1;

/** Of each, after a run that does not count. */
async function ratesOf(loads: readonly Load[]): Promise<Rates> {
  const rates: number[] = [];
  for (const load of loads) {
    await requestRate(load, warmUpSeconds);
    rates.push(await requestRate(load, seconds));
  }
  return rates;
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
