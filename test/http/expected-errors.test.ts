import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBacktest, simulatedCsv, simulatedResults, type WireBacktest } from '../support/backtests.ts';
import { addBenchmark, drawCoreSet, expectStatus, itemsOf } from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { codesOf, report, type Wire } from './chosen-core-set.ts';

/** 132 replayed targets an arm: enough to tell by. */
const request = { designs: ['random'], sizes: [20, 60], repeats: 6, seed: 7 };
const quiet = { size: 25, design: 'random', seed: 2 };
const common = ['aipw', 'random-sampling', 'random-sampling-learn'];

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
});

afterAll(() => harness[Symbol.asyncDispose]());

let benchmarks = 0;

/** A benchmark of its own with a core set and an evaluation of a model of some ability. */
async function prepare({ scale = 1, ability = 4, coreSet = quiet as object } = {}) {
  const name = `sim-${benchmarks++}`;
  await addBenchmark(harness, name, simulatedCsv(undefined, scale), { score_range: [0, scale] });
  const set = await drawCoreSet(harness, name, coreSet);
  const results = simulatedResults(itemsOf(set), ability, scale);
  return { name, set, results, evaluation: await report(harness, set, results) };
}

const read = async (url: string): Promise<Wire> => expectStatus(await harness.send('GET', url), 200);
const evaluationOf = ({ id }: Wire, query = '') => read(`/v1/evaluations/${id}${query}`);

async function remove({ id }: WireBacktest): Promise<void> {
  expectStatus(await harness.send('DELETE', `/v1/backtests/${id}`), 204);
}

describe('the expected error of an evaluation', () => {
  it('comes with a finished back-test, wherever the evaluation is shown, and goes with it', async () => {
    const { name, set, results, evaluation } = await prepare();
    expect(evaluation.expected_error).toBeNull();
    const made = await makeBacktest(harness, name, request);
    const now = await evaluationOf(evaluation);
    expect(now.expected_error).toEqual({
      backtest: made.id,
      revision: 1,
      design: 'random',
      size: 20,
      beyond_history: expect.any(Boolean),
      methods: common.map((method) => ({
        method,
        replays: 40,
        models: expect.any(Number),
        mean_absolute_error: expect.any(Number),
        p90: expect.any(Number),
      })),
    });
    for (const { models, mean_absolute_error, p90 } of now.expected_error.methods) {
      expect(models).toBeGreaterThan(1);
      expect(models).toBeLessThanOrEqual(40);
      expect(mean_absolute_error).toBeGreaterThan(0);
      expect(mean_absolute_error).toBeLessThan(0.5);
      expect(p90).toBeGreaterThan(mean_absolute_error);
    }
    // The answer is the one that it was.
    const { expected_error, warnings, ...rest } = now;
    const { expected_error: _, warnings: before, ...answer } = evaluation;
    expect(rest).toEqual(answer);
    const { data } = await read(`/v1/benchmarks/${name}/evaluations`);
    expect(data).toEqual([now]);
    const later = await report(harness, set, results, { model: 'later' });
    expect(later.expected_error).toEqual(expected_error);
    const more = await harness.send('POST', `/v1/evaluations/${evaluation.id}/results`, {
      results: results.slice(0, 1),
    });
    expect(expectStatus(more, 200).expected_error).toEqual(expected_error);

    await remove(made);
    expect(await evaluationOf(evaluation)).toEqual({ ...evaluation, updated_at: more.json.updated_at });
    expect((await evaluationOf(later)).expected_error).toBeNull();
  });

  it('is of the size that is nearest by ratio, and of the newest that tried the design', async () => {
    const { name, evaluation } = await prepare({ coreSet: { ...quiet, size: 34 } });
    const first = await makeBacktest(harness, name, request);
    expect((await evaluationOf(evaluation)).expected_error).toMatchObject({ backtest: first.id, size: 20 });
    const second = await makeBacktest(harness, name, { ...request, sizes: [20, 50], seed: 8 });
    // 50 is further off than 20 by difference, and nearer by ratio.
    expect((await evaluationOf(evaluation)).expected_error).toMatchObject({ backtest: second.id, size: 50 });
    await makeBacktest(harness, name, { ...request, designs: ['balanced'] });
    expect((await evaluationOf(evaluation)).expected_error.backtest).toBe(second.id);
    await remove(second);
    expect((await evaluationOf(evaluation)).expected_error.backtest).toBe(first.id);
  });

  it('is of the methods shown, and does not change with the level', async () => {
    const { name, evaluation } = await prepare();
    const made = await makeBacktest(harness, name, request);
    const { expected_error } = await evaluationOf(evaluation);
    for (const level of [0.5, 0.99])
      expect((await evaluationOf(evaluation, `?level=${level}`)).expected_error).toEqual(expected_error);
    const one = await evaluationOf(evaluation, '?methods=random-sampling');
    expect(one.expected_error).toEqual({
      ...expected_error,
      methods: expected_error.methods.filter(({ method }: Wire) => method === 'random-sampling'),
    });
    expect((await evaluationOf(evaluation, '?methods=pca')).expected_error).toBeNull();
    const both = (await evaluationOf(evaluation, '?methods=pca,aipw')).expected_error;
    expect(both.methods).toEqual([expected_error.methods[0]]);
    await remove(made);
  });

  it.each([
    ['a core set of some groups', { ...quiet, groups: ['algebra'] }],
    ['a design that was not tried', { ...quiet, design: 'balanced' }],
    ['all items, where nothing is estimated', { ...quiet, size: 100 }],
  ])('is null for %s', async (_, coreSet) => {
    const { name, evaluation } = await prepare({ coreSet });
    await makeBacktest(harness, name, request);
    expect(await evaluationOf(evaluation)).toEqual({ ...evaluation, expected_error: null });
  });

  it('is null where too few targets were replayed', async () => {
    const { name, evaluation } = await prepare();
    await makeBacktest(harness, name, { ...request, repeats: 1 });
    expect(await evaluationOf(evaluation)).toEqual(evaluation);
  });

  it('is not overruled by a newer back-test that says less', async () => {
    const { name, evaluation } = await prepare();
    const first = await makeBacktest(harness, name, request);
    const { expected_error } = await evaluationOf(evaluation);
    expect(expected_error.backtest).toBe(first.id);
    // Too few repeats, a size too far off, and a method that the evaluation does not answer with.
    await makeBacktest(harness, name, { ...request, repeats: 4 });
    await makeBacktest(harness, name, { ...request, sizes: [80] });
    await makeBacktest(harness, name, { ...request, sizes: [20], methods: ['pca'] });
    expect((await evaluationOf(evaluation)).expected_error).toEqual(expected_error);
  });

  it("is null with predictions of one's own, of which the back-test knew nothing", async () => {
    const { name, set, results } = await prepare();
    await makeBacktest(harness, name, request);
    const { items } = await read(`/v1/core-sets/${set.id}`);
    expect(items).toHaveLength(results.length);
    const predictions = simulatedResults(
      (await read(`/v1/benchmarks/${name}/items?limit=500`)).data.map(({ item }: Wire) => item),
      1,
    );
    const predicted = await report(harness, set, results, { model: 'predicted', predictions });
    expect(predicted.predictions).not.toBeNull();
    expect(predicted.expected_error).toBeNull();
  });

  it('is in score units', async () => {
    const unit = await prepare();
    const hundred = await prepare({ scale: 100 });
    for (const { name } of [unit, hundred]) await makeBacktest(harness, name, request);
    const { expected_error: ofUnit } = await evaluationOf(unit.evaluation);
    const { expected_error: ofHundred } = await evaluationOf(hundred.evaluation);
    expect(ofHundred).toEqual({
      ...ofUnit,
      backtest: ofHundred.backtest,
      methods: ofUnit.methods.map(({ method, replays, models, mean_absolute_error, p90 }: Wire) => ({
        method,
        replays,
        models,
        mean_absolute_error: expect.closeTo(100 * mean_absolute_error, 6),
        p90: expect.closeTo(100 * p90, 6),
      })),
    });
  });

  it('leaves estimates that are not stored alone', async () => {
    const { name, results } = await prepare();
    const ask = async () =>
      expectStatus(await harness.send('POST', `/v1/benchmarks/${name}/estimates`, { results }), 200);
    const before = await ask();
    await makeBacktest(harness, name, request);
    expect(await ask()).toEqual(before);
  });
});

describe('the warnings of an evaluation', () => {
  it('say what the like of it were off by, in figures that are finite', async () => {
    const { name, evaluation } = await prepare();
    expect(codesOf(evaluation)).toContain('frontier');
    await makeBacktest(harness, name, request);
    const { warnings, expected_error } = await evaluationOf(evaluation);
    const before = evaluation.warnings.find(({ code }: Wire) => code === 'frontier');
    const after = warnings.find(({ code }: Wire) => code === 'frontier');
    expect(
      after.message.startsWith(`${before.message} On your own history, targets like this one were off by `),
    ).toBe(true);
    expect(after.figures).toEqual({
      ...before.figures,
      ...Object.fromEntries(
        expected_error.methods.map(({ method, mean_absolute_error }: Wire) => [
          `expected_error_${method.replaceAll('-', '_')}`,
          mean_absolute_error,
        ]),
      ),
      replays: 40,
      replayed_models: Math.min(...expected_error.methods.map(({ models }: Wire) => models)),
    });
    const [aipw] = evaluation.estimates;
    const halfWidth = (aipw.interval.upper - aipw.interval.lower) / 2;
    const isDoubtful = expected_error.methods[0].mean_absolute_error > 0.6 * halfWidth;
    expect(warnings.some(({ code }: Wire) => code === 'interval-doubtful')).toBe(isDoubtful);
    for (const { figures } of warnings)
      for (const figure of Object.values(figures))
        expect(figure === null || Number.isFinite(figure)).toBe(true);
  });

  it('stay as they are where the model is like the history', async () => {
    const { name, evaluation } = await prepare({ ability: 0 });
    expect(codesOf(evaluation)).toEqual([]);
    await makeBacktest(harness, name, request);
    const now = await evaluationOf(evaluation);
    expect(now.expected_error).not.toBeNull();
    expect(now.warnings).toEqual([]);
  });
});

describe('a plan', () => {
  it('is drawn from the newest back-test of its design, and from the history again without one', async () => {
    const { name } = await prepare();
    const url = `/v1/benchmarks/${name}/plan?half_width=0.1&design=random`;
    const before = await read(url);
    expect(before.backtest).toBeNull();
    const made = await makeBacktest(harness, name, { ...request, sizes: [60, 20] });
    const { items, backtest } = await read(url);
    expect(backtest).toMatchObject({ id: made.id, revision: 1, sizes: [20, 60] });
    expect(backtest.splits.map(({ split }: Wire) => split)).toEqual(['interpolation', 'extrapolation']);
    for (const at of ['median', 'p90']) {
      expect(items.aipw[at]).toBe(Math.max(...backtest.splits.map(({ aipw }: Wire) => aipw[at])));
    }
    expect(items.aipw.p90).toBeGreaterThanOrEqual(items.aipw.median);
    // A plain random sample needs what it needed before.
    expect(items.random_sampling).toEqual(before.items.random_sampling);
    // Far beyond the tested sizes the back-test does not speak.
    expect((await read(url.replace('0.1', '0.4'))).backtest).toBeNull();
    const set = await drawCoreSet(harness, name, { half_width: 0.1, design: 'random', seed: 1 });
    expect(set.size).toBe(items.aipw.p90);
    // Its own curve says so: at a tested size the half-width is the one that it has there.
    const curve = made.learning_curves.find(
      ({ split, method }: Wire) => split === 'interpolation' && method === 'aipw',
    );
    const [point] = curve.points;
    const asked = await read(url.replace('0.1', String(point.half_width.p90 + 1e-9)));
    expect(asked.backtest.splits[0].aipw.p90).toBe(20);
    // Another design was not tried.
    expect((await read(url.replace('random', 'balanced'))).backtest).toBeNull();
    // Nor part of the benchmark.
    const part = { half_width: 0.1, design: 'random', seed: 1, groups: ['algebra'] };
    const ofGroup = await drawCoreSet(harness, name, part);
    await remove(made);
    expect(await read(url)).toEqual(before);
    expect((await drawCoreSet(harness, name, part)).size).toBe(ofGroup.size);
  });

  it('is the same question in other score units', async () => {
    const plans: Wire[] = [];
    for (const scale of [1, 100]) {
      const { name } = await prepare({ scale });
      await makeBacktest(harness, name, request);
      plans.push(
        await read(`/v1/benchmarks/${name}/plan?half_width=${0.08 * scale}&design=random&level=0.9`),
      );
    }
    expect(plans[1].items).toEqual(plans[0].items);
  });
});
