import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { runMain, type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  type Acknowledged,
  acknowledge,
  type CrashClient,
  createCrashClient,
  describe,
  repeat,
  sendPatiently,
  type Tally,
} from './client.ts';
import { items, mainBenchmark, type Operation, type World } from './operations.ts';
import { differences, nothing, readContents } from './snapshot.ts';

export interface CrashReport extends Tally {
  kills: number;
  /** Of these: while it was starting. */
  killsAtStart: number;
  /** Unacknowledged writes that were found done; the others had left nothing. */
  foundDone: number;
  /** Unacknowledged requests with a key that were sent again, and answered. */
  retried: number;
  /** Backups that were cut off. */
  backupsCutOff: number;
  seconds: number;
}

export interface CrashOptions {
  readonly kills: number;
  readonly onKill?: (report: CrashReport) => void;
}

const clients = 6;
const mostMillisecondsOfLoad = 1200;
const mostMillisecondsOfStart = 900;
const startKillShare = 0.1;

/**
 * Kills a service again and again while others write to it, and looks each time at what it has kept.
 * @throws Error what was acknowledged is not there, or half of something is, or the file is damaged
 */
export async function runCrashTest({ kills, onKill }: CrashOptions): Promise<CrashReport> {
  using folder = temporaryFolder();
  const database = folder.path('crash.db');
  const temporary = folder.path('tmp');
  mkdirSync(temporary);
  const environment = {
    BENCHCAST_DATABASE: database,
    BENCHCAST_LOG_LEVEL: 'info',
    BENCHCAST_RATE_LIMIT: '0',
    TMPDIR: temporary,
  };
  const begun = performance.now();
  const report = emptyReport();
  const world = await prepare(environment);
  const writers = Array.from({ length: clients }, () => createCrashClient(world, report));
  let unknown: Operation[] = [];
  let keyed: Acknowledged[] = [];
  for (let kill = 0; kill <= kills; kill++) {
    if (kill < kills && Math.random() < startKillShare) {
      await killAtStart(environment);
      kill++;
      report.killsAtStart++;
      report.kills++;
    }
    await using service = await spawnService(environment);
    refuseLeftovers(folder.path('.'), temporary);
    takeStock(database, world, unknown, report);
    await retryAll(service.address, unknown, report);
    for (const answered of keyed) await repeat(service.address, answered, report);
    compare(database, world);
    if (kill >= kills) break;
    unknown = await loadAndKill(service, writers, report);
    keyed = writers.flatMap((writer) => writer.takeKeyed());
    report.kills++;
    report.seconds = (performance.now() - begun) / 1000;
    onKill?.(report);
  }
  return report;
}

function emptyReport(): CrashReport {
  const none = () => ({ import: 0, 'core set': 0, evaluation: 0, results: 0, deletion: 0, benchmark: 0 });
  return {
    kills: 0,
    killsAtStart: 0,
    acknowledged: none(),
    unacknowledged: none(),
    refused: 0,
    foundDone: 0,
    retried: 0,
    repeated: 0,
    backupsCutOff: 0,
    seconds: 0,
  };
}

/** A benchmark with a history that stays, and a core set to evaluate on. */
async function prepare(environment: Record<string, string>): Promise<World> {
  await using service = await spawnService(environment);
  const send = async (method: string, path: string, body: string, type: string) => {
    const headers = { 'content-type': type };
    const response = await fetch(`${service.address}${path}`, { method, headers, body });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  const rows = Array.from({ length: 12 }, (_, m) => [
    `first-${m}`,
    ...items.map((_, j) => Number((j * 7) % 60 < 10 + 4 * m)),
  ]);
  const text = [['model', ...items], ...rows].map((row) => `${row.join(',')}\n`).join('');
  const base = `/v1/benchmarks/${mainBenchmark}`;
  await send('PUT', base, '{}', 'application/json');
  await send('POST', `${base}/scores`, text, 'text/csv');
  const coreSet = (await send(
    'POST',
    `${base}/core-sets`,
    '{"size": 20, "seed": 0}',
    'application/json',
  )) as {
    id: string;
    items: { item: string }[];
  };
  const expected = nothing();
  expected.benchmarks.add(mainBenchmark);
  for (const [model, ...row] of rows) expected.models.set(`${mainBenchmark}/${model}`, row.join(''));
  expected.coreSets.set(coreSet.id, { seed: 0 });
  return { expected, coreSet: coreSet.id, coreSetItems: coreSet.items.map(({ item }) => item) };
}

/** @returns what was under way and not answered */
async function loadAndKill(
  service: SpawnedService,
  writers: readonly CrashClient[],
  report: CrashReport,
): Promise<Operation[]> {
  const { address } = service;
  const writing = Promise.all(writers.map((writer) => writer.writeUntilGone(address)));
  // What a writer finds wrong is told at once, not when it is waited for.
  writing.catch(() => {});
  const backingUp = Math.random() < 0.2 ? backUp(address) : Promise.resolve(true);
  await Promise.race([delay(Math.random() * mostMillisecondsOfLoad), writing]);
  await service.end('SIGKILL');
  const unknown = await writing;
  if (!(await backingUp)) report.backupsCutOff++;
  return unknown;
}

async function backUp(address: string): Promise<boolean> {
  try {
    const response = await fetch(`${address}/v1/admin/backup`);
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function killAtStart(environment: Record<string, string>): Promise<void> {
  const child = runMain(['serve'], { BENCHCAST_PORT: '0', ...environment });
  const exited = once(child, 'exit');
  await delay(Math.random() * mostMillisecondsOfStart);
  child.kill('SIGKILL');
  await exited;
}

/** Each unknown write is there or not, as a whole; everything else is as it was acknowledged. */
function takeStock(database: string, world: World, unknown: readonly Operation[], report: CrashReport): void {
  const found = readContents(database);
  for (const operation of unknown) {
    const trace = operation.traceIn(found);
    if (trace === 'half') throw new Error(`half of it is there: ${describe(operation)}`);
    if (trace === 'not done') continue;
    report.foundDone++;
    operation.expect(operation.idsIn?.(found) ?? []);
  }
  compare(database, world);
}

function compare(database: string, { expected }: World): void {
  const wrong = differences(expected, readContents(database));
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** What had a key is sent again: done by now or not, it is answered as if it had been done once. */
async function retryAll(address: string, unknown: readonly Operation[], report: CrashReport): Promise<void> {
  for (const operation of unknown.filter(({ isKeyed }) => isKeyed)) {
    const answer = await sendPatiently(address, operation);
    if (answer === null) throw new Error('the service is gone, and nobody killed it');
    const tally = answer.isReplayed ? emptyReport() : report;
    if (answer.isReplayed) checkReplay(operation, answer.text);
    else acknowledge(operation, answer, tally);
    report.retried++;
  }
}

function checkReplay(operation: Operation, text: string): void {
  if (!operation.check(JSON.parse(text)))
    throw new Error(`${describe(operation)} was replayed as ${text.slice(0, 400)}`);
}

/** Imports keep their files without names; backups that were cut off went when the service started. */
function refuseLeftovers(folder: string, temporary: string): void {
  const strays = [
    ...readdirSync(folder).filter((name) => !/^(crash\.db(-wal|-shm)?|tmp)$/.test(name)),
    ...readdirSync(temporary),
  ];
  if (strays.length > 0) throw new Error(`files are left over: ${strays.join(', ')}`);
}
