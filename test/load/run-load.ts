import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { inspectable, type LiveMemory, openLiveMemory } from '../support/live-memory.ts';
import { samplesOf } from '../support/metrics.ts';
import { openHandles } from '../support/open-handles.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createCaller } from './caller.ts';
import { historyCsv, wideCsv } from './history.ts';
import {
  benchmark,
  type Client,
  drawer,
  evaluator,
  exporter,
  importer,
  poller,
  tester,
  wideBenchmark,
} from './honest-clients.ts';
import { aborter, babbler, leaver, sipper, trickler } from './rude-clients.ts';
import type { Reading } from './slope.ts';
import { createTally, type KindTally } from './tally.ts';

export interface LoadOptions {
  /** With the load on, the first fifth of which is for warming up. */
  readonly seconds: number;
  /** Told now and then how far it is. */
  readonly onReading?: (reading: LoadReading) => void;
}

/** The process at one moment. */
export interface LoadReading {
  readonly seconds: number;
  /** Megabytes. */
  readonly rss: number;
  /** Of JavaScript, in use. */
  readonly heap: number;
  readonly external: number;
  /** Resident, but for the heap of JavaScript at its full size: V8 gives back little of what it once had. */
  readonly besides: number;
  /** Milliseconds, since the last reading. */
  readonly eventLoopP99: number;
  readonly handles: number;
}

export interface LoadReport {
  readonly kinds: readonly KindTally[];
  readonly complaints: ReadonlyMap<string, number>;
  /** After warming up. */
  readonly readings: readonly LoadReading[];
  /** Without garbage: the least of some readings when it had warmed up halfway, and when the load was over and done with. */
  readonly live: { readonly early: LiveMemory; readonly late: LiveMemory };
  /** How many times as long as it ran its main thread waited for a processor, and ran, since others had it; 1 where unknown. */
  readonly contention: number;
  readonly handlesBefore: number;
  readonly handlesAfter: number;
  /** Names in the folder for temporary files. */
  readonly leftFiles: readonly string[];
  /** Requests that the service still counts as under way. */
  readonly underWayAfter: number;
  /** Of the process, when it was told to end. */
  readonly exitCode: number | null;
}

/** Small, so that the load is beyond it. */
const limits = {
  BENCHCAST_MAX_REQUESTS: '10',
  BENCHCAST_MAX_UPLOADS: '4',
  BENCHCAST_MAX_EXPORTS: '3',
  BENCHCAST_MAX_FOLLOWERS: '2',
  BENCHCAST_MAX_CONNECTIONS: '60',
  BENCHCAST_HEADER_TIMEOUT: '5',
  BENCHCAST_STALL_TIMEOUT: '4',
  BENCHCAST_RATE_LIMIT: '2000',
};

const clients: readonly (readonly [Client, number])[] = [
  [poller, 8],
  [evaluator, 6],
  [drawer, 1],
  [importer, 2],
  [exporter, 2],
  [tester, 2],
  [aborter, 2],
  [trickler, 2],
  [sipper, 2],
  [leaver, 1],
  [babbler, 1],
];

const warmUpShare = 0.2;

/** Keeps a service of its own at its limits and beyond, with honest clients and rude ones. */
export async function runLoad({ seconds, onReading }: LoadOptions): Promise<LoadReport> {
  using folder = temporaryFolder();
  mkdirSync(folder.path('tmp'));
  await using service = await spawnService({
    ...limits,
    ...inspectable,
    BENCHCAST_DATABASE: folder.path('load.db'),
    TMPDIR: folder.path('tmp'),
  });
  const liveMemory = await openLiveMemory(service);
  await prepare(service);
  const handlesBefore = openHandles(service.process.pid!);
  const before = scheduled(service);
  const tally = createTally();
  const over = new AbortController();
  const readings: LoadReading[] = [];
  const watching = watch(service, over.signal, (reading) => {
    readings.push(reading);
    onReading?.(reading);
  });
  const caller = createCaller(service.address, tally, over.signal);
  const [early] = await Promise.all([
    // While it is warming up: what was not collected until then comes again, before anything is compared.
    delay((1000 * warmUpShare * seconds) / 2).then(() => leastOfSome(liveMemory)),
    load(service, caller, 1000 * seconds, over),
  ]);
  await watching;
  const contention = contentionOf(before, scheduled(service));
  const after = await settle(service, handlesBefore);
  const live = { early, late: await liveMemory() };
  return {
    kinds: tally.kinds(),
    complaints: tally.complaints,
    contention,
    readings: readings.filter((reading) => reading.seconds > warmUpShare * seconds),
    live,
    handlesBefore,
    ...after,
    leftFiles: readdirSync(folder.path('tmp')),
    exitCode: await service.end('SIGTERM'),
  };
}

/** What is under way at one moment is not at another. */
async function leastOfSome(read: () => Promise<LiveMemory>): Promise<LiveMemory> {
  const readings: LiveMemory[] = [];
  for (let k = 0; k < 5; k++) readings.push(await read());
  const least = (figure: keyof LiveMemory) => Math.min(...readings.map((reading) => reading[figure]));
  return { rss: least('rss'), heap: least('heap'), external: least('external') };
}

async function prepare({ address }: SpawnedService): Promise<void> {
  for (const [name, body] of [
    [benchmark, historyCsv()],
    [wideBenchmark, wideCsv()],
  ]) {
    const url = `${address}/v1/benchmarks/${name}`;
    await fetch(url, { method: 'PUT' });
    const headers = { 'content-type': 'text/csv' };
    const { status } = await fetch(`${url}/scores`, { method: 'POST', headers, body });
    if (status !== 200) throw new Error(`the history was answered with ${status}`);
  }
}

async function load(
  service: SpawnedService,
  caller: ReturnType<typeof createCaller>,
  milliseconds: number,
  over: AbortController,
): Promise<void> {
  const exited = new Promise<never>((_, reject) =>
    service.process.once('exit', (code) => {
      if (!over.signal.aborted) reject(new Error(`the service went down with ${code}`));
    }),
  );
  exited.catch(() => {});
  const turns = clients.flatMap(([client, count]) =>
    Array.from({ length: count }, (_, n) => client(caller, n)),
  );
  const going = turns.map(async (turn) => {
    while (!over.signal.aborted) await turn().catch((error: unknown) => refuseAll(error, caller));
  });
  await Promise.race([delay(milliseconds), exited, Promise.all(going)]);
  over.abort();
  await Promise.all(going);
}

/** Connections beyond their number are closed without a word: what else goes wrong with a client is a mistake of the load. */
async function refuseAll(error: unknown, { signal }: { signal: AbortSignal }): Promise<void> {
  const { cause } = error as { cause?: { code?: string } };
  const isConnection = error instanceof TypeError || (error as { code?: string }).code === 'ECONNRESET';
  if (!isConnection && cause === undefined && !signal.aborted) throw error;
  await delay(50);
}

async function watch(
  service: SpawnedService,
  signal: AbortSignal,
  tell: (reading: LoadReading) => void,
): Promise<void> {
  const since = performance.now();
  while (!signal.aborted) {
    await delay(1000);
    const reading = await readProcess(service).catch(() => undefined);
    if (reading !== undefined) tell({ seconds: (performance.now() - since) / 1000, ...reading });
  }
}

async function readProcess({ address, process }: SpawnedService): Promise<Omit<LoadReading, 'seconds'>> {
  const samples = samplesOf(await (await fetch(`${address}/metrics`)).text());
  const megabytes = (name: string) => (samples.get(name) ?? Number.NaN) / 2 ** 20;
  const rss = megabytes('process_resident_memory_bytes');
  return {
    rss,
    heap: megabytes('nodejs_heap_size_used_bytes'),
    external: megabytes('nodejs_external_memory_bytes'),
    besides: rss - megabytes('nodejs_heap_size_total_bytes'),
    eventLoopP99: 1000 * (samples.get('nodejs_eventloop_lag_p99_seconds') ?? Number.NaN),
    handles: openHandles(process.pid!),
  };
}

interface Scheduled {
  readonly ran: number;
  readonly waited: number;
}

/** Of the main thread, as Linux tells. */
function scheduled({ process: { pid } }: SpawnedService): Scheduled {
  const path = `/proc/${pid}/task/${pid}/schedstat`;
  if (!existsSync(path)) return { ran: 0, waited: 0 };
  const [ran, waited] = readFileSync(path, 'utf8').split(' ').map(Number);
  return { ran, waited };
}

function contentionOf(before: Scheduled, after: Scheduled): number {
  const ran = after.ran - before.ran;
  return ran > 0 ? (ran + after.waited - before.waited) / ran : 1;
}

const settleMilliseconds = 30_000;

/** What is left when nobody asks any more, given the time-outs of whoever was cut off. */
async function settle({ address, process }: SpawnedService, handlesBefore: number) {
  const giveUp = performance.now() + settleMilliseconds;
  for (;;) {
    await delay(500);
    const response = await fetch(`${address}/metrics`, { headers: { connection: 'close' } });
    const samples = samplesOf(await response.text());
    // This one.
    const underWayAfter = (samples.get('benchcast_http_requests_under_way') ?? Number.NaN) - 1;
    const handlesAfter = openHandles(process.pid!);
    const isSettled = underWayAfter === 0 && handlesAfter <= handlesBefore + handlesOfThreads;
    if (isSettled || performance.now() > giveUp) return { underWayAfter, handlesAfter };
  }
}

/** Threads that are idle stay for half a minute, each with some handles of its own. */
const handlesOfThreads = 40;

/** Of memory. */
export type Figure = 'rss' | 'heap' | 'external' | 'besides';

/** For a figure of the process. */
export function readingsOf(report: LoadReport, figure: Figure): Reading[] {
  return report.readings.map((reading) => ({ seconds: reading.seconds, value: reading[figure] }));
}
