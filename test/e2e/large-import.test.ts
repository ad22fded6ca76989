import { expect, it } from 'vitest';
import { spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const items = 10_000;
const models = 2500;

/** Some fifty megabytes, of a few rows that come again. */
function csv(): string {
  const rows = Array.from({ length: 10 }, (_, k) =>
    Array.from({ length: items }, (__, j) => Number((j * 7 + k) % 3 > 0)).join(),
  );
  const header = `model,${Array.from({ length: items }, (_, j) => `q${j}`).join()}\n`;
  return header + Array.from({ length: models }, (_, m) => `m${m},${rows[m % rows.length]}\n`).join('');
}

/** Milliseconds that each of many small requests took, one after the other, while something goes on. */
async function timesDuring(address: string, work: Promise<unknown>): Promise<number[]> {
  let isOver = false;
  work.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  const times: number[] = [];
  while (!isOver) {
    const since = performance.now();
    const response = await fetch(`${address}/v1/benchmarks/small`);
    await response.text();
    expect(response.status).toBe(200);
    times.push(performance.now() - since);
  }
  return times.sort((a, b) => a - b);
}

it('answers small requests while a large history comes in, is read and goes out', async () => {
  using folder = temporaryFolder();
  await using service = await spawnService({
    BENCHCAST_DATABASE: folder.path('a.db'),
    // A machine that is busy with something else must not be taken for a service that is.
    BENCHCAST_MAX_EVENT_LOOP_DELAY: '60000',
  });
  const { address } = service;
  for (const name of ['small', 'large'])
    await (await fetch(`${address}/v1/benchmarks/${name}`, { method: 'PUT' })).text();
  const large = `${address}/v1/benchmarks/large`;
  const steps: readonly (readonly [string, () => Promise<Response>])[] = [
    [
      'import',
      () =>
        fetch(`${large}/scores`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: csv() }),
    ],
    ['first use', () => fetch(`${large}/item-distribution`)],
    ['export', () => fetch(`${large}/scores`)],
  ];
  for (const [step, begin] of steps) {
    const since = performance.now();
    const work = begin().then(async (response) => {
      expect(response.status, step).toBe(200);
      for await (const _ of response.body!);
    });
    const times = await timesDuring(address, work);
    const total = performance.now() - since;
    await work;
    if (step === 'first use') continue;
    // Half of them at once, and none for most of the time: whatever the machine does besides.
    expect(times.length, step).toBeGreaterThan(10);
    expect(times[times.length >> 1], step).toBeLessThan(total / 10);
    expect(times.at(-1)!, step).toBeLessThan(total / 2);
  }
});
