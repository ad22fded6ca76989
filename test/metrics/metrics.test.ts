import { expect, it } from 'vitest';
import { methodNames } from '../../src/estimation/estimators/names.ts';
import { openMetrics } from '../../src/metrics/open-metrics.ts';
import { backtestUnderWay, endless, simulatedCsv, startBacktest } from '../support/backtests.ts';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallItems,
  smallLongCsv,
  smallModels,
  smallResults,
} from '../support/fixtures.ts';
import { namesOf, readMetrics } from '../support/metrics.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function openWatched(database?: string): Promise<Harness> {
  return openHarness(database, {}, { metrics: openMetrics({ ofProcess: false }) });
}

async function doTheJob(harness: Harness): Promise<void> {
  await addBenchmark(harness, 'secret-benchmark', smallLongCsv);
  const coreSet = await drawCoreSet(harness, 'secret-benchmark', { size: 12, seed: 1 });
  const body = { model: 'secret-model', results: smallResults(itemsOf(coreSet), 40) };
  expectStatus(await harness.send('POST', `/v1/core-sets/${coreSet.id}/evaluations`, body), 201);
}

it('counts requests by method, declared address and class of status', async () => {
  await using harness = await openWatched();
  await doTheJob(harness);
  await harness.send('GET', '/v1/benchmarks/none-such');
  await harness.send('GET', '/nowhere/at/all');
  const samples = await readMetrics(harness);
  const count = (labels: string) => samples.get(`benchcast_http_request_duration_seconds_count{${labels}}`);
  expect(count('method="PUT",route="/v1/benchmarks/:benchmark",status="2xx"')).toBe(1);
  expect(count('method="GET",route="/v1/benchmarks/:benchmark",status="4xx"')).toBe(1);
  expect(count('method="GET",route="none",status="4xx"')).toBe(1);
  // The one that asks.
  expect(samples.get('benchcast_http_requests_under_way')).toBe(1);
});

it('counts computed estimates and their warnings, and not those that are only read again', async () => {
  await using harness = await openWatched();
  await doTheJob(harness);
  const { data } = expectStatus(await harness.send('GET', '/v1/evaluations'), 200);
  await harness.send('GET', `/v1/evaluations/${data[0].id}`);
  const samples = await readMetrics(harness);
  expect(samples.get('benchcast_estimates_total{method="aipw"}')).toBe(1);
  expect(samples.get('benchcast_estimates_total{method="pca"}')).toBe(0);
  const warned = [...samples].filter(([name]) => name.startsWith('benchcast_warnings_total'));
  expect(warned.map(([name, value]) => `${name} ${value}`).sort()).toEqual(
    data[0].warnings
      .map(
        ({ code, severity }: Record<string, string>) =>
          `benchcast_warnings_total{code="${code}",severity="${severity}"} 1`,
      )
      .sort(),
  );
});

it('says how caches, threads, the database and the checks of readiness are', async () => {
  using folder = temporaryFolder();
  await using harness = await openWatched(folder.path('a.db'));
  await doTheJob(harness);
  const samples = await readMetrics(harness);
  expect(samples.get('benchcast_cache_hits_total{cache="histories"}')).toBeGreaterThan(0);
  expect(samples.get('benchcast_cache_misses_total{cache="histories"}')).toBeGreaterThan(0);
  expect(samples.get('benchcast_cache_bytes{cache="histories"}')).toBeGreaterThan(smallItems.length);
  expect(samples.get('benchcast_cache_entries{cache="core-sets"}')).toBe(1);
  for (const pool of ['designs', 'requests', 'replays', 'backtests']) {
    expect(samples.get(`benchcast_queue_waiting{pool="${pool}"}`)).toBe(0);
    expect(samples.get(`benchcast_queue_running{pool="${pool}"}`)).toBe(0);
  }
  expect(samples.get('benchcast_database_file_bytes')).toBeGreaterThan(0);
  expect(samples.get('benchcast_database_wal_bytes')).toBeGreaterThan(0);
  expect(samples.get('benchcast_database_transactions_total')).toBeGreaterThan(2);
  expect(samples.get('benchcast_database_transaction_seconds_total')).toBeGreaterThan(0);
  expect(samples.get('benchcast_database_busy_total')).toBe(0);
  for (const check of ['database', 'migrations', 'disk']) {
    expect(samples.get(`benchcast_ready{check="${check}"}`)).toBe(1);
  }
  expect(samples.get('benchcast_disk_free_bytes')).toBeGreaterThan(0);
});

it('sees what waits and what is under way', async () => {
  await using harness = await openWatched();
  await addBenchmark(harness, 'b', simulatedCsv());
  const { id } = await startBacktest(harness, 'b', endless);
  await backtestUnderWay(harness, id);
  const samples = await readMetrics(harness);
  expect(samples.get('benchcast_queue_running{pool="backtests"}')).toBe(1);
  expect(samples.get('benchcast_queue_running{pool="replays"}')).toBeGreaterThan(0);
  await harness.send('DELETE', `/v1/backtests/${id}`);
  const after = await readMetrics(harness);
  expect(after.get('benchcast_queue_running{pool="backtests"}')).toBe(0);
});

it('counts on from where it was when it is read twice', async () => {
  await using harness = await openWatched();
  await doTheJob(harness);
  const [first, second] = [await readMetrics(harness), await readMetrics(harness)];
  const name = 'benchcast_database_transactions_total';
  expect(second.get(name)).toBe(first.get(name));
});

it('holds no name that a user chose and grows with none', async () => {
  await using harness = await openWatched();
  await doTheJob(harness);
  const before = (await readMetrics(harness)).size;
  for (let k = 0; k < 20; k++) {
    await harness.send('PUT', `/v1/benchmarks/other-${k}`, {});
    await harness.send('GET', `/v1/benchmarks/other-${k}/models/m-${k}?x=${k}`);
    await harness.send('GET', `/nowhere/${k}`);
  }
  const { text } = await harness.send('GET', '/metrics');
  for (const name of ['secret', 'other-', 'nowhere', ...smallModels, ...smallItems]) {
    expect(text).not.toContain(name);
  }
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label));
  expect([...labels].sort()).toEqual([
    'cache',
    'check',
    'code',
    'le',
    'method',
    'node',
    'pool',
    'route',
    'severity',
    'status',
    'version',
  ]);
  // Two more addresses, with a line per bucket each.
  expect((await readMetrics(harness)).size - before).toBeLessThan(70);
  expect(methodNames.length).toBeLessThan(50);
});

it('has those of the process where it is asked for them', async () => {
  const metrics = openMetrics({ ofProcess: true });
  await using harness = await openHarness(':memory:', {}, { metrics });
  const names = namesOf(await readMetrics(harness));
  expect([...names]).toEqual(
    expect.arrayContaining(['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']),
  );
});
