import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { expect, it, type TestContext } from 'vitest';
import { until } from '../support/backtests.ts';
import { mountSmallDisk } from '../support/disks.ts';
import { runMainInto, type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const environment = { BENCHCAST_DATABASE: ':memory:', BENCHCAST_RATE_LIMIT: '0' };
const addressBytes = 12_000;
const longPath = `/${'x'.repeat(addressBytes)}`;
/** More than the system takes for a reader who does not read. */
const someRequests = 60;
/** More than the service keeps for one. */
const manyRequests = Math.ceil((18 * 1024 * 1024) / addressBytes);

/** Requests with long lines in the log, each answered. */
async function ask(address: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const response = await fetch(`${address}${longPath}`);
    await response.arrayBuffer();
    expect(response.status).toBe(404);
  }
}

/** The lines about lines that are missing, as soon as there are any: they come with the next one that gets out. */
function droppedAt(address: string, linesOf: () => readonly string[]) {
  const askAndRead = async () => {
    expect((await fetch(`${address}/v1/benchmarks`)).status).toBe(200);
    return linesOf()
      .map((line) => JSON.parse(line))
      .filter(({ msg }) => msg.startsWith('lines were dropped here'));
  };
  return until(askAndRead, (found) => found.length > 0);
}

async function withSilentReader(): Promise<SpawnedService> {
  const service = await spawnService(environment);
  service.process.stdout!.pause();
  return service;
}

it('goes on where nobody reads the log, drops what gets too much, and says how much that was', async () => {
  await using service = await withSilentReader();
  await ask(service.address, manyRequests);
  service.process.stdout!.resume();
  const [{ level, lines }] = await droppedAt(service.address, () => service.lines);
  expect(level).toBe(40);
  const told = service.lines.filter((line) => line.includes('"statusCode":404')).length;
  expect(told).toBeGreaterThan(manyRequests / 2);
  expect(told + lines).toBeGreaterThanOrEqual(manyRequests);
  expect(await service.end('SIGTERM')).toBe(0);
  await until(
    () => service.lines.at(-1)!,
    (line) => line.includes('"msg":"stopping"'),
  );
}, 60_000);

it('ends when told to, even if nobody reads the log', async () => {
  await using service = await withSilentReader();
  await ask(service.address, someRequests);
  expect(await service.end('SIGTERM')).toBe(0);
}, 30_000);

it('goes on when whoever read the log has gone, with lines on the way', async () => {
  await using service = await withSilentReader();
  await ask(service.address, someRequests);
  service.process.stdout!.destroy();
  await ask(service.address, someRequests);
  expect(await service.end('SIGTERM')).toBe(0);
}, 30_000);

it('goes on while the disk of the log is full, and logs again once there is room', async (context: TestContext) => {
  using folder = temporaryFolder();
  const room = 256 * 1024;
  using disk = mountSmallDisk(folder.path('disk'), room);
  if (disk === null) return context.skip('this user may mount nothing');
  const path = folder.path('disk/service.log');
  const file = openSync(path, 'a');
  const child = runMainInto(file, ['serve'], { ...environment, BENCHCAST_PORT: '0' });
  closeSync(file);
  try {
    const linesOf = () => readFileSync(path, 'utf8').trimEnd().split('\n');
    await until(
      () => statSync(path).size,
      (size) => size > 0,
    );
    const { address } = JSON.parse(linesOf()[0]);
    await ask(address, someRequests);
    expect(statSync(path).size).toBe(room);
    disk.resize(4 * room);
    const wholeOf = () => linesOf().filter((line) => line.endsWith('}'));
    const [{ lines }] = await droppedAt(address, wholeOf);
    expect(lines).toBeGreaterThan(someRequests / 2);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
    // One was cut off by the end of the disk, on a line of its own.
    expect(linesOf().length - wholeOf().length).toBe(1);
    expect(JSON.parse(wholeOf().at(-1)!)).toMatchObject({ msg: 'stopping' });
  } finally {
    child.kill('SIGKILL');
  }
}, 60_000);
