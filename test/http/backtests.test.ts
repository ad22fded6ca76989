import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultDesign } from '../../src/estimation/designs/names.ts';
import {
  backtestAt,
  backtestOver,
  backtestUnderWay,
  endless,
  foundBy,
  makeBacktest,
  readBacktest,
  simulatedCsv,
  startBacktest,
  until,
  type WireBacktest,
} from '../support/backtests.ts';
import { addBenchmark, expectStatus, smallLongCsv } from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { refusal, type Wire } from './chosen-core-set.ts';

const backtests = '/v1/benchmarks/sim/backtests';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
  await addBenchmark(harness, 'sim', simulatedCsv());
  await addBenchmark(harness, 'hundred', simulatedCsv(undefined, 100), { score_range: [0, 100] });
});

afterAll(() => harness[Symbol.asyncDispose]());

async function cancel(id: string, service: Harness = harness): Promise<void> {
  expectStatus(await service.send('DELETE', `/v1/backtests/${id}`), 204);
}

async function listed(service: Harness = harness, name = 'sim'): Promise<Wire[]> {
  return expectStatus(await service.send('GET', `/v1/benchmarks/${name}/backtests?limit=500`), 200).data;
}

const figureNames = [
  'mean_absolute_error',
  'mean_error',
  'ratio_to_random_sampling',
  'coverage',
  'mean_width',
  'effective_sample_size',
  'rank_agreement',
];

describe('a back-test', () => {
  const request = { designs: ['balanced', 'random'], sizes: [40, 15], repeats: 4, seed: 7 };
  let made: WireBacktest;

  beforeAll(async () => {
    made = await makeBacktest(harness, 'sim', request);
  });

  it('is accepted at once, runs, and is ready', async () => {
    const reply = await harness.send('POST', backtests, { ...request, seed: 8 });
    const accepted = expectStatus(reply, 202);
    expect(reply.headers.location).toBe(`/v1/backtests/${accepted.id}`);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(accepted).toMatchObject({
      benchmark: 'sim',
      status: 'pending',
      progress: 0,
      trials: { done: 0, total: 8 },
      seconds_left: null,
      rows: [],
      learning_curves: [],
      targets: { replayed: 0, duplicates: 0, unknown: 0 },
      started_at: null,
      finished_at: null,
    });
    const seen = new Set<string>();
    let progress = 0;
    const over = await backtestAt(harness, accepted.id, (now) => {
      seen.add(now.status);
      expect(now.progress).toBeGreaterThanOrEqual(progress);
      expect(now.progress).toBeLessThanOrEqual(1);
      progress = now.progress;
      return now.status === 'ready';
    });
    expect([...seen].at(-2)).toBe('running');
    expect(over).toMatchObject({
      progress: 1,
      trials: { done: 8, total: 8 },
      seconds_left: null,
      error: null,
    });
    expect(Date.parse(over.finished_at)).toBeGreaterThanOrEqual(Date.parse(over.started_at));
    expect(Date.parse(over.started_at)).toBeGreaterThanOrEqual(Date.parse(over.created_at));
    expect((await harness.send('GET', `/v1/backtests/${accepted.id}`)).json).toEqual(over);
  });

  it('says what it was asked, and of what history it is', () => {
    expect(made).toMatchObject({
      ...request,
      splits: ['interpolation', 'extrapolation'],
      methods: ['aipw', 'random-sampling', 'random-sampling-learn'],
      level: 0.95,
      include_duplicates: false,
      revision: 1,
      models: 40,
      population: 100,
      imputed_share: 0,
    });
  });

  it('has a row for every split, design, size and method', () => {
    const wanted = made.splits.flatMap((split: string) =>
      request.designs.flatMap((design) =>
        request.sizes.flatMap((size) => made.methods.map((method: string) => [split, design, size, method])),
      ),
    );
    expect(made.rows.map((row: Wire) => [row.split, row.design, row.size, row.method])).toEqual(wanted);
    for (const row of made.rows) expect(row.targets).toBe(4 * (row.split === 'interpolation' ? 10 : 12));
    expect(made.targets).toEqual({ replayed: 4 * 22, duplicates: 0, unknown: 0 });
  });

  it('has figures that can be, each with its standard error', () => {
    for (const row of made.rows) {
      const hasInterval = row.method !== 'random-sampling-learn';
      expect(row.mean_absolute_error).toBeGreaterThan(0);
      expect(row.mean_absolute_error).toBeLessThan(0.4);
      expect(Math.abs(row.mean_error)).toBeLessThanOrEqual(row.mean_absolute_error);
      expect(row.ratio_to_random_sampling).toBeGreaterThan(0.2);
      expect(Math.abs(row.rank_agreement)).toBeLessThanOrEqual(1);
      if (hasInterval) {
        expect(row.ratio_to_random_sampling).toBeLessThan(1.5);
        expect(row.coverage).toBeGreaterThan(0.7);
        expect(row.coverage).toBeLessThanOrEqual(1);
        expect(row.mean_width).toBeGreaterThan(2 * row.mean_absolute_error);
        expect(row.effective_sample_size).toBeGreaterThan(0.5 * row.size);
      }
      for (const name of figureNames) {
        const isKnown = hasInterval || !['coverage', 'mean_width', 'effective_sample_size'].includes(name);
        expect(row[name] !== null, `${row.method} ${name}`).toBe(isKnown);
        expect(row.standard_errors[name] !== null, `${row.method} ${name}`).toBe(isKnown);
        if (isKnown) expect(row.standard_errors[name]).toBeGreaterThanOrEqual(0);
      }
      expect(row.standard_errors.mean_absolute_error).toBeGreaterThan(0);
      expect(row.standard_errors.mean_absolute_error).toBeLessThan(row.mean_absolute_error);
    }
  });

  it('has learning curves by ascending size, which say what the rows say', () => {
    expect(made.learning_curves).toHaveLength(2 * 2 * 3);
    for (const { split, design, method, points } of made.learning_curves) {
      expect(points.map(({ size }: Wire) => size)).toEqual([15, 40]);
      for (const point of points) {
        const row = made.rows.find(
          (other: Wire) =>
            other.split === split &&
            other.design === design &&
            other.method === method &&
            other.size === point.size,
        );
        expect(point.mean_absolute_error).toBe(row.mean_absolute_error);
        expect(point.standard_error).toBe(row.standard_errors.mean_absolute_error);
        if (method === 'random-sampling-learn') expect(point.half_width).toBeNull();
        else expect(point.half_width.p90).toBeGreaterThanOrEqual(point.half_width.median);
      }
      if (method !== 'random-sampling-learn')
        expect(points[1].half_width.median).toBeLessThan(points[0].half_width.median);
    }
  });

  it('comes out the same to the last digit with the same seed, and differently with another', async () => {
    const again = await makeBacktest(harness, 'sim', request);
    expect(again.id).not.toBe(made.id);
    expect(foundBy(again)).toEqual(foundBy(made));
    const other = await makeBacktest(harness, 'sim', { ...request, seed: 9 });
    other.rows.forEach((row: Wire, k: number) => {
      expect(row.mean_absolute_error).not.toBe(made.rows[k].mean_absolute_error);
    });
  });

  it('gives the rows it has in common with another of the same seed', async () => {
    const part = await makeBacktest(harness, 'sim', { ...request, designs: ['random'], sizes: [15] });
    const common = made.rows.filter(({ design, size }: Wire) => design === 'random' && size === 15);
    expect(part.rows).toEqual(common);
  });

  it('draws a seed where none is given', async () => {
    const [first, second] = [
      await makeBacktest(harness, 'sim', { repeats: 1, sizes: [15] }),
      await makeBacktest(harness, 'sim', { repeats: 1, sizes: [15] }),
    ];
    expect(first.seed).not.toBe(second.seed);
    expect(foundBy(first)).not.toEqual(foundBy(second));
  });

  it('has no standard errors from one repeat', async () => {
    const { rows } = await makeBacktest(harness, 'sim', { ...request, repeats: 1 });
    for (const row of rows) {
      expect(row.mean_absolute_error).not.toBeNull();
      expect(Object.keys(row.standard_errors).sort()).toEqual(figureNames.toSorted());
      for (const error of Object.values(row.standard_errors)) expect(error).toBeNull();
    }
  });

  it('scales errors and widths with the score range, and nothing else', async () => {
    const large = await makeBacktest(harness, 'hundred', request);
    const scaled = ['mean_absolute_error', 'mean_error', 'mean_width'];
    const times100 = (figures: Wire) =>
      Object.fromEntries(
        Object.entries(figures).map(([name, value]) => [
          name,
          typeof value === 'number' ? expect.closeTo(value * (scaled.includes(name) ? 100 : 1), 6) : value,
        ]),
      );
    expect(large.rows).toEqual(
      made.rows.map(({ standard_errors, ...row }: Wire) => ({
        ...times100(row),
        standard_errors: times100(standard_errors),
      })),
    );
    const up = (value: number) => expect.closeTo(100 * value, 6);
    expect(large.learning_curves).toEqual(
      made.learning_curves.map(({ points, ...curve }: Wire) => ({
        ...curve,
        points: points.map(({ size, mean_absolute_error, standard_error, half_width }: Wire) => ({
          size,
          mean_absolute_error: up(mean_absolute_error),
          standard_error: up(standard_error),
          half_width: half_width && { median: up(half_width.median), p90: up(half_width.p90) },
        })),
      })),
    );
    expect(large.targets).toEqual(made.targets);
  });

  it('takes 50 items and 20 repeats where nothing is said, also without a body', async () => {
    for (const body of [undefined, {}]) {
      const { id, ...accepted } = expectStatus(await harness.send('POST', backtests, body), 202);
      expect(accepted).toMatchObject({
        splits: ['interpolation', 'extrapolation'],
        designs: [defaultDesign],
        methods: ['aipw', 'random-sampling', 'random-sampling-learn'],
        sizes: [50],
        repeats: 20,
        level: 0.95,
        include_duplicates: false,
      });
      expect((await backtestOver(harness, id)).status).toBe('ready');
    }
  });

  it('brings along the designs that its methods need', async () => {
    const asked = { methods: ['k-center', 'aipw'], sizes: [15], repeats: 1, splits: ['interpolation'] };
    const { designs, rows } = await makeBacktest(harness, 'sim', asked);
    expect(designs).toEqual(['k-center', defaultDesign]);
    expect(rows.map(({ design, method }: Wire) => `${design} ${method}`)).toEqual([
      'k-center k-center',
      'k-center aipw',
      `${defaultDesign} aipw`,
    ]);
  });

  it('leaves out models that equal a source, unless asked for', async () => {
    await using own = await openHarness();
    const twins = smallLongCsv.replaceAll(/^model-(\d\d),/gm, 'twin-$1,').replace(/^model,.*\n/, '');
    await addBenchmark(own, 'b', smallLongCsv + twins);
    const request = { sizes: [10], repeats: 3, seed: 1, splits: ['interpolation'] };
    const without = await makeBacktest(own, 'b', request);
    const { duplicates, replayed } = without.targets;
    expect(duplicates).toBeGreaterThan(0);
    expect(replayed + duplicates).toBe(3 * 6);
    const withThem = await makeBacktest(own, 'b', { ...request, include_duplicates: true });
    expect(withThem.targets).toEqual({ replayed: 18, duplicates, unknown: 0 });
    expect(withThem.rows[0].targets).toBe(18);
    expect(without.rows[0].targets).toBe(replayed);
  });

  it('leaves out models of which too little is known, and says how much was imputed', async () => {
    await using own = await openHarness();
    const holes = smallLongCsv
      .split('\n')
      .filter((line) => !/^model-0[0-3],item-(0|1[0-5])/.test(line))
      .join('\n');
    await addBenchmark(own, 'b', holes);
    const made = await makeBacktest(own, 'b', {
      sizes: [10],
      repeats: 6,
      seed: 2,
      splits: ['interpolation'],
    });
    expect(made.imputed_share).toBeCloseTo((4 * 16) / (12 * 40), 12);
    expect(made.targets.unknown).toBeGreaterThan(0);
    expect(made.targets.replayed + made.targets.unknown).toBe(6 * 3);
  });
});

describe('the list of back-tests', () => {
  it('has the newest first, page by page, without rows', async () => {
    await using own = await openHarness();
    await addBenchmark(own, 'sim', smallLongCsv);
    const ids: string[] = [];
    for (const seed of [1, 2, 3])
      ids.unshift((await makeBacktest(own, 'sim', { sizes: [10], repeats: 1, seed })).id);
    const first = expectStatus(await own.send('GET', `${backtests}?limit=2`), 200);
    const rest = expectStatus(await own.send('GET', `${backtests}?limit=2&cursor=${first.next_cursor}`), 200);
    expect(rest.next_cursor).toBeNull();
    const entries = [...first.data, ...rest.data];
    expect(entries.map(({ id }: Wire) => id)).toEqual(ids);
    for (const entry of entries) {
      const { rows, learning_curves, targets, ...summary } = await readBacktest(own, entry.id);
      expect(entry).toEqual(summary);
      expect(entry).toMatchObject({ status: 'ready', progress: 1, trials: { done: 2, total: 2 } });
    }
  });

  it('is of one benchmark', async () => {
    await makeBacktest(harness, 'hundred', { sizes: [10], repeats: 1 });
    for (const { benchmark } of await listed(harness, 'hundred')) expect(benchmark).toBe('hundred');
    for (const { benchmark } of await listed()) expect(benchmark).toBe('sim');
  });
});

describe('what cannot be tried', () => {
  it('too few models', async () => {
    await using own = await openHarness();
    const seven = smallLongCsv.replaceAll(/^model-(0[7-9]|1\d),.*\n/gm, '');
    await addBenchmark(own, 'seven', seven);
    const url = '/v1/benchmarks/seven/backtests';
    const reply = await own.send('POST', url, { sizes: [10] });
    expect(refusal(reply)).toBe('422 insufficient-data');
    expect(reply.json.detail).toMatch(/at least 8.* 7$/);
    expect(await listed(own, 'seven')).toEqual([]);
    // One more is enough.
    await own.send('POST', '/v1/benchmarks/seven/scores', {
      items: ['item-00', 'item-01'],
      models: [{ model: 'eighth', scores: [1, 0] }],
    });
    const made = await makeBacktest(own, 'seven', { sizes: [10], repeats: 2 });
    expect(made.models).toBe(8);
  });

  it('more figures than can be told', async () => {
    const many = { sizes: Array.from({ length: 20 }, (_, k) => 5 + k), repeats: 1000 };
    const designs = ['balanced', 'random', 'stratified', 'informative'];
    expect(refusal(await harness.send('POST', backtests, { ...many, designs }))).toBe('413 too-large');
  });
});

describe('a back-test that is cancelled', () => {
  it('while it runs, stays with its rows so far and frees its threads', async () => {
    const { id } = await startBacktest(harness, 'sim', endless);
    const before = await backtestUnderWay(harness, id, 2);
    expect(before).toMatchObject({ finished_at: null, error: null });
    expect(before.rows).toHaveLength(2);
    expect(before.rows[0].targets).toBeGreaterThan(0);
    const asked = performance.now();
    await cancel(id);
    const cancelled = await backtestOver(harness, id);
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(cancelled).toMatchObject({ status: 'cancelled', error: null, seconds_left: null });
    expect(cancelled.trials.done).toBeGreaterThanOrEqual(before.trials.done);
    expect(cancelled.trials.done).toBeLessThan(2000);
    expect(cancelled.progress).toBeCloseTo(cancelled.trials.done / 2000, 3);
    expect(cancelled.rows).toHaveLength(2);
    expect(cancelled.rows[0].targets).toBeGreaterThanOrEqual(before.rows[0].targets);
    expect(Date.parse(cancelled.finished_at)).not.toBeNaN();
    await makeBacktest(harness, 'sim', { sizes: [10], repeats: 1 });
    expect(await readBacktest(harness, id)).toEqual(cancelled);
    await cancel(id);
    expectStatus(await harness.send('GET', `/v1/backtests/${id}`), 404);
    expectStatus(await harness.send('DELETE', `/v1/backtests/${id}`), 404);
  });

  it('is cancelled when the answer comes', async () => {
    for (let k = 0; k < 3; k++) {
      const { id } = await startBacktest(harness, 'sim', endless);
      await backtestUnderWay(harness, id);
      await cancel(id);
      expect((await readBacktest(harness, id)).status).toBe('cancelled');
      // And over: the next one deletes it.
      await cancel(id);
      expectStatus(await harness.send('GET', `/v1/backtests/${id}`), 404);
    }
  });

  it('has the rows that its trials would have given alone', async () => {
    const { id } = await startBacktest(harness, 'sim', endless);
    await backtestUnderWay(harness, id, 2);
    await cancel(id);
    const { trials, rows, learning_curves } = await backtestOver(harness, id);
    // The splits take turns: so many repeats of each are done, or one more of the first.
    const repeats = Math.floor(trials.done / 2);
    const splits = trials.done % 2 === 0 ? undefined : ['extrapolation'];
    const short = await makeBacktest(harness, 'sim', { ...endless, repeats, splits });
    const isCommon = ({ split }: Wire) => short.splits.includes(split);
    expect(rows.filter(isCommon)).toEqual(short.rows);
    expect(learning_curves.filter(isCommon)[0].points[0].mean_absolute_error).toBe(
      short.learning_curves[0].points[0].mean_absolute_error,
    );
  });

  it('while it waits, never runs', async () => {
    const running: string[] = [];
    for (let k = 0; k < availableParallelism(); k++)
      running.push((await startBacktest(harness, 'sim', endless)).id);
    for (const id of running) await backtestAt(harness, id, ({ status }) => status === 'running');
    const { id } = await startBacktest(harness, 'sim', endless);
    expect((await readBacktest(harness, id)).status).toBe('pending');
    await cancel(id);
    expect(await backtestOver(harness, id)).toMatchObject({
      status: 'cancelled',
      progress: 0,
      trials: { done: 0, total: 2000 },
      started_at: null,
      targets: { replayed: 0, duplicates: 0, unknown: 0 },
    });
    for (const other of running) await cancel(other);
    await makeBacktest(harness, 'sim', { sizes: [10], repeats: 1 });
    expect((await readBacktest(harness, id)).status).toBe('cancelled');
    await cancel(id);
    expectStatus(await harness.send('GET', `/v1/backtests/${id}`), 404);
  });

  it('goes with its benchmark, and its threads are free', async () => {
    await addBenchmark(harness, 'gone', simulatedCsv());
    const { id } = await startBacktest(harness, 'gone', endless);
    await backtestUnderWay(harness, id);
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/gone'), 204);
    expectStatus(await harness.send('GET', `/v1/backtests/${id}`), 404);
    expectStatus(await harness.send('GET', '/v1/benchmarks/gone/backtests'), 404);
    await makeBacktest(harness, 'sim', { sizes: [10], repeats: 1 });
    // Its name is free again, and nothing of it comes back.
    await addBenchmark(harness, 'gone', smallLongCsv);
    expect(await listed(harness, 'gone')).toEqual([]);
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/gone'), 204);
  });
});

describe('back-tests that wait', () => {
  const processors = availableParallelism();

  /** So many run, and twenty wait. */
  async function fill(own: Harness, waiting: string): Promise<string[]> {
    const ids: string[] = [];
    for (let k = 0; k < processors; k++) {
      const { id } = await startBacktest(own, 'sim', endless);
      await backtestAt(own, id, ({ status }) => status === 'running');
      ids.push(id);
    }
    for (let k = 0; k < 20; k++) ids.push((await startBacktest(own, waiting, endless)).id);
    return ids;
  }

  it('are twenty at most, and there is room again when one goes', async () => {
    await using own = await openHarness();
    await addBenchmark(own, 'sim', simulatedCsv());
    const ids = await fill(own, 'sim');
    const statuses = (await listed(own)).map(({ status }) => status);
    expect(statuses).toEqual([...Array(20).fill('pending'), ...Array(processors).fill('running')]);
    const full = await own.send('POST', backtests, endless);
    expect(refusal(full)).toBe('503 queue-full');
    expect(full.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(Number(full.headers['retry-after'])).toBeGreaterThan(0);
    expect(await listed(own)).toHaveLength(ids.length);
    // Bad input is named before the queue is.
    expect(refusal(await own.send('POST', backtests, { sizes: [101] }))).toBe('422 invalid-request sizes.0');
    await cancel(ids.at(-1)!, own);
    const { id } = await startBacktest(own, 'sim', endless);
    expect(refusal(await own.send('POST', backtests, endless))).toBe('503 queue-full');
    // One that runs makes room too: the next takes its turn.
    await cancel(ids[0], own);
    await backtestAt(own, ids[processors], ({ status }) => status === 'running');
    expect((await readBacktest(own, id)).status).toBe('pending');
    await startBacktest(own, 'sim', endless);
  });

  it('are twenty at most, also when they come all at once', async () => {
    await using own = await openHarness();
    await addBenchmark(own, 'sim', simulatedCsv());
    const replies = await Promise.all(
      Array.from({ length: processors + 30 }, () => own.send('POST', backtests, endless)),
    );
    const accepted = replies.filter(({ status }) => status === 202);
    expect(accepted.length).toBeLessThanOrEqual(processors + 20);
    expect(await listed(own)).toHaveLength(accepted.length);
  });

  it('leave room when their benchmark is deleted', async () => {
    await using own = await openHarness();
    await addBenchmark(own, 'sim', simulatedCsv());
    await addBenchmark(own, 'gone', simulatedCsv());
    await fill(own, 'gone');
    expect(refusal(await own.send('POST', backtests, endless))).toBe('503 queue-full');
    expectStatus(await own.send('DELETE', '/v1/benchmarks/gone'), 204);
    expect((await own.send('POST', backtests, endless)).status).toBe(202);
  });

  it('are read while others run, and the service answers', async () => {
    await using own = await openHarness();
    await addBenchmark(own, 'sim', simulatedCsv());
    const { id } = await startBacktest(own, 'sim', endless);
    await backtestUnderWay(own, id);
    const told = await until(
      () => readBacktest(own, id),
      ({ seconds_left }) => seconds_left !== null,
    );
    expect(told.progress).toBeGreaterThanOrEqual(0.01);
    expect(told.seconds_left).toBeGreaterThan(0);
  });
});
