import { setTimeout as wait } from 'node:timers/promises';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { samplesOf } from '../../test/support/metrics.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { boundRow, progress, type Row } from './report.ts';
import { call, type ServerProcess, startOurs } from './server-process.ts';
import { longCsv, sendHistory, wideCsv } from './stored-history.ts';

const shape = { models: 448, items: 12_032 };
const largest = { models: 4500, items: 12_032 };
const runs = 3;
const requestsPerSecond = 100;
const mostMilliseconds = 20;

/** How late the event loop is while everything that is heavy goes on at once, and others ask. */
export async function delayRows(): Promise<Row[]> {
  progress('event-loop delay');
  using folder = temporaryFolder();
  await using service = await startOurs(folder.path('delay.db'));
  const simulated = simulateBenchmark({ ...shape, groups: 5, seed: 11 });
  await sendHistory(service, 'busy', simulated);
  const imports = [
    { form: 'long', csv: longCsv(simulated), size: shape },
    { form: 'wide', csv: wideCsv(simulateBenchmark({ ...largest, groups: 5, seed: 12 })), size: largest },
  ];
  const rows: Row[] = [];
  for (const { form, csv, size } of imports) {
    const delays: number[] = [];
    for (let run = 0; run < runs; run++) delays.push(await delayDuring(service, csv, `${form}-${run}`));
    const named = {
      path: `event-loop delay, p99: ${form} import, back-test, anchor points, ${requestsPerSecond} requests/s`,
      size: `import of ${size.models.toLocaleString('en')} x ${size.items.toLocaleString('en')}`,
      referenceName: 'bound',
    };
    rows.push(boundRow(named, delays, mostMilliseconds, 'ms'));
  }
  return rows;
}

async function delayDuring({ address }: ServerProcess, csv: Buffer, name: string): Promise<number> {
  const url = `${address}/v1/benchmarks`;
  await call('POST', `${url}/busy/core-sets`, { size: 50, design: 'anchor-points' });
  const tried = await call('POST', `${url}/busy/backtests`, { sizes: [50], repeats: 100 });
  const drawn = JSON.parse(await call('POST', `${url}/busy/core-sets`, { size: 50 }));
  await call('PUT', `${url}/${name}`);
  const over = new AbortController();
  const asking = ask(address, drawn, over.signal);
  await eventLoopDelay(address);
  await call('POST', `${url}/${name}/scores`, csv, { 'content-type': 'text/csv' });
  const delay = await eventLoopDelay(address);
  over.abort();
  await asking;
  await call('DELETE', `${url}/busy/backtests/${JSON.parse(tried).id}`).catch(() => {});
  await call('DELETE', `${url}/${name}`);
  return delay;
}

/** Reads the core set, and every fourth time reports a model on it. */
async function ask(
  address: string,
  drawn: { id: string; items: { item: string }[] },
  signal: AbortSignal,
): Promise<void> {
  const results = drawn.items.map(({ item }, k) => ({ item, score: k % 2 }));
  const url = `${address}/v1/core-sets/${drawn.id}`;
  const answers: Promise<unknown>[] = [];
  for (let k = 0; !signal.aborted; k++) {
    const request =
      k % 4 === 0 ? call('POST', `${url}/evaluations`, { model: `asked-${k}`, results }) : call('GET', url);
    answers.push(request);
    await wait(1000 / requestsPerSecond);
  }
  await Promise.all(answers);
}

/** Of the timer that the delay is measured by: it is late by what exceeds it. */
const timerMilliseconds = 10;

/** The 99th percentile since this was last asked. */
async function eventLoopDelay(address: string): Promise<number> {
  const samples = samplesOf(await call('GET', `${address}/metrics`));
  return 1000 * samples.get('nodejs_eventloop_lag_p99_seconds')! - timerMilliseconds;
}
