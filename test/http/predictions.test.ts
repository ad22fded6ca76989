import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallItems,
  smallLongCsv,
  smallResults,
  smallScore,
  type WireCoreSet,
  type WireResult,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { answerOf, byMethod, refusal, report, type Wire } from './chosen-core-set.ts';

const inUnits = (unit: number) => 1 + 9 * unit;

/** What a judge says that is right about 37 items of 40. */
const judged: readonly WireResult[] = smallItems.map((item, j) => {
  const truth = smallScore(19, j);
  return { item, score: j % 15 === 2 ? 1 - truth : truth };
});

const predictionsFor = (set: WireCoreSet, population: readonly WireResult[] = judged) =>
  population.filter(({ item }) => set.groups === null || set.items.some((known) => known.item === item));

let harness: Harness;
let set: WireCoreSet;

beforeAll(async () => {
  harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  const tens = smallLongCsv.replace(/,([01]),/g, (_, score) => `,${inUnits(Number(score))},`);
  await addBenchmark(harness, 'tens', tens, { score_range: [1, 10] });
  set = await drawCoreSet(harness, 'small', { size: 24, seed: 7 });
});

afterAll(() => harness[Symbol.asyncDispose]());

async function estimate(body: object, name = 'small'): Promise<Wire> {
  return expectStatus(await harness.send('POST', `/v1/benchmarks/${name}/estimates`, body), 200);
}

const figures = [
  'leave_one_out_r2',
  'leave_one_out_r2_without',
  'effective_sample_size',
  'effective_sample_size_without',
];

describe('predictions with an evaluation', () => {
  it('change the answer of AIPW, and say what they were worth', async () => {
    const plain = await report(harness, set);
    const helped = await report(harness, set, undefined, { predictions: predictionsFor(set) });
    expect(Object.keys(helped.predictions).sort()).toEqual(figures.toSorted());
    for (const figure of figures) expect(helped.predictions[figure]).toEqual(expect.any(Number));
    const before = byMethod(plain, 'aipw');
    const after = byMethod(helped, 'aipw');
    expect(after.estimate).not.toBe(before.estimate);
    expect(helped.predictions.leave_one_out_r2).toBeGreaterThan(helped.predictions.leave_one_out_r2_without);
    expect(helped.predictions.effective_sample_size).toBeGreaterThan(
      helped.predictions.effective_sample_size_without,
    );
    expect(helped.predictions.effective_sample_size).toBeCloseTo(after.effective_sample_size, 9);
    expect(helped.predictions.effective_sample_size_without).toBeCloseTo(before.effective_sample_size, 9);
    expect(after.interval.upper - after.interval.lower).toBeLessThan(
      before.interval.upper - before.interval.lower,
    );
    // The other methods do not use them, and they are no source.
    expect(byMethod(helped, 'random-sampling')).toEqual(byMethod(plain, 'random-sampling'));
    expect(helped.similarity).toEqual(plain.similarity);
    expect(helped.source_models).toBe(12);
    expect(plain.predictions).toBeNull();
  });

  it('that are the results themselves are warned of', async () => {
    const results = smallResults(itemsOf(set), 19);
    const known = new Map(results.map(({ item, score }) => [item, score]));
    const copied = predictionsFor(set).map(({ item, score }) => ({ item, score: known.get(item) ?? score }));
    const { warnings } = await report(harness, set, results, { predictions: copied });
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'predictions-match-results', figures: { observed_items: 24 } }),
    );
    const honest = await report(harness, set, results, { predictions: predictionsFor(set) });
    expect(honest.warnings.map(({ code }: { code: string }) => code)).not.toContain(
      'predictions-match-results',
    );
  });

  it('are stored: they count for later results, for a level asked for, and for the document read back', async () => {
    const predictions = predictionsFor(set);
    const results = smallResults(itemsOf(set), 19);
    const whole = await report(harness, set, results, { predictions });
    const partial = await report(harness, set, results.slice(0, 15), { predictions });
    expect(partial.predictions).not.toBeNull();
    const added = await harness.send('POST', `/v1/evaluations/${partial.id}/results`, {
      results: results.slice(15),
    });
    expect(answerOf(expectStatus(added, 200))).toEqual(answerOf(whole));
    expect(expectStatus(await harness.send('GET', `/v1/evaluations/${whole.id}`), 200)).toEqual(whole);
    const again = await harness.send('GET', `/v1/evaluations/${whole.id}?level=0.95`);
    expect(answerOf(expectStatus(again, 200))).toEqual(answerOf(whole));
    const list = expectStatus(await harness.send('GET', '/v1/benchmarks/small/evaluations?limit=2'), 200);
    expect(list.data[1]).toEqual(whole);
  });

  it('can come, and be replaced, with later results', async () => {
    const results = smallResults(itemsOf(set), 19);
    const url = ({ id }: Wire) => `/v1/evaluations/${id}/results`;
    const first = await report(harness, set, results.slice(0, 20));
    const predictions = predictionsFor(set);
    const second = await harness.send('POST', url(first), { results: results.slice(20), predictions });
    const whole = await report(harness, set, results, { predictions });
    expect(answerOf(expectStatus(second, 200))).toEqual(answerOf(whole));
    const useless = predictions.map(({ item }) => ({ item, score: 0.5 }));
    const third = await harness.send('POST', url(first), { results: [results[0]], predictions: useless });
    const other = await report(harness, set, results, { predictions: useless });
    expect(answerOf(expectStatus(third, 200))).toEqual(answerOf(other));
    expect(answerOf(other)).not.toEqual(answerOf(whole));
  });

  it('may be in any order, booleans, or fractions', async () => {
    const predictions = predictionsFor(set);
    const plain = await report(harness, set, undefined, { predictions });
    const back = await report(harness, set, undefined, { predictions: predictions.toReversed() });
    expect(answerOf(back)).toEqual(answerOf(plain));
    const booleans = predictions.map(({ item, score }) => ({ item, score: score === 1 }));
    expect(answerOf(await report(harness, set, undefined, { predictions: booleans }))).toEqual(
      answerOf(plain),
    );
    const fractions = predictions.map(({ item, score }, j) => ({
      item,
      score: 0.1 + 0.8 * score + (j % 7) / 100,
    }));
    expect((await report(harness, set, undefined, { predictions: fractions })).predictions).not.toBeNull();
  });

  it('are for the population of the core set, and for nothing else', async () => {
    const some = await drawCoreSet(harness, 'small', { size: 8, seed: 1, groups: ['geometry'] });
    const wanted = judged.slice(16, 28);
    expect((await report(harness, some, undefined, { predictions: wanted })).predictions).not.toBeNull();
    const body = { model: 'new', results: smallResults(itemsOf(some), 19), predictions: judged };
    const reply = await harness.send('POST', `/v1/core-sets/${some.id}/evaluations`, body);
    expect(refusal(reply)).toBe('422 unknown-item predictions.0.item');
  });

  it.each([
    ['one result', (results: WireResult[]) => results.slice(0, 1)],
    ['two results', (results: WireResult[]) => results.slice(0, 2)],
    ['nothing but wrong answers', (results: WireResult[]) => results.map(({ item }) => ({ item, score: 0 }))],
    ['nothing but right answers', (results: WireResult[]) => results.map(({ item }) => ({ item, score: 1 }))],
  ])('work with %s, and read back as they were answered', async (_, choose) => {
    const results = choose(smallResults(itemsOf(set), 19));
    for (const predictions of [
      judged,
      judged.map(({ item }) => ({ item, score: 0 })),
      judged.map(({ item }) => ({ item, score: 1 })),
      smallResults(smallItems, 19),
    ]) {
      const evaluation = await report(harness, set, results, { predictions });
      for (const { estimate: value } of evaluation.estimates) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
      for (const value of Object.values(evaluation.predictions ?? {}))
        expect(value).toEqual(expect.any(Number));
      expect(expectStatus(await harness.send('GET', `/v1/evaluations/${evaluation.id}`), 200)).toEqual(
        evaluation,
      );
    }
  });

  it('leave the exact score of all items exact', async () => {
    const all = await drawCoreSet(harness, 'small', { size: 40, seed: 1 });
    const evaluation = await report(harness, all, undefined, { predictions: judged });
    const exact = smallItems.reduce((sum, _, j) => sum + smallScore(19, j), 0) / 40;
    expect(byMethod(evaluation, 'aipw')).toMatchObject({
      estimate: exact,
      interval: { lower: exact, upper: exact },
    });
    expect(expectStatus(await harness.send('GET', `/v1/evaluations/${evaluation.id}`), 200)).toEqual(
      evaluation,
    );
  });

  it('are in score units', async () => {
    const twin = await drawCoreSet(harness, 'tens', { size: 24, seed: 7 });
    expect(itemsOf(twin)).toEqual(itemsOf(set));
    const scale = (results: readonly WireResult[]) =>
      results.map(({ item, score }) => ({ item, score: inUnits(score) }));
    const unit = await report(harness, set, undefined, { predictions: judged });
    const results = scale(smallResults(itemsOf(set), 19));
    const tens = await report(harness, twin, results, { predictions: scale(judged) });
    expect(byMethod(tens, 'aipw').estimate).toBeCloseTo(inUnits(byMethod(unit, 'aipw').estimate), 9);
    for (const figure of figures) expect(tens.predictions[figure]).toBeCloseTo(unit.predictions[figure], 9);
    const reply = await harness.send('POST', `/v1/core-sets/${twin.id}/evaluations`, {
      model: 'new',
      results,
      predictions: judged,
    });
    expect(refusal(reply)).toMatch(/^422 score-out-of-range predictions\.\d+\.score$/);
  });

  it('change the estimates of groups', async () => {
    const plain = await report(harness, set);
    const helped = await report(harness, set, undefined, { predictions: judged });
    expect(helped.groups.map(({ group }: Wire) => group)).toEqual(
      plain.groups.map(({ group }: Wire) => group),
    );
    expect(helped.groups).not.toEqual(plain.groups);
  });
});

describe('predictions with a stateless estimate', () => {
  it('answer what a stored evaluation does', async () => {
    const results = smallResults(itemsOf(set), 19);
    const stored = await report(harness, set, results, { predictions: judged });
    const known = results.map((result, i) => ({
      ...result,
      inclusion_probability: set.items[i].inclusion_probability,
    }));
    const answer = await estimate({ results: known, predictions: judged });
    expect(answer.predictions).toEqual(stored.predictions);
    expect(answer.estimates).toEqual(stored.estimates);
    expect(answer).toMatchObject({ source_models: 12, imputed_share: 0 });
    expect(answer.plan).toEqual(stored.plan);
    expect((await estimate({ results: known })).predictions).toBeNull();
  });

  it('are in score units', async () => {
    const scaled = (results: readonly WireResult[]) =>
      results.map(({ item, score }) => ({ item, score: inUnits(score) }));
    const results = smallResults(itemsOf(set), 19);
    const unit = await estimate({ results, predictions: judged });
    const tens = await estimate({ results: scaled(results), predictions: scaled(judged) }, 'tens');
    expect(byMethod(tens, 'aipw').estimate).toBeCloseTo(inUnits(byMethod(unit, 'aipw').estimate), 9);
  });
});

describe('stored predictions', () => {
  it('keep the score range from shrinking below them, as scores do', async () => {
    await using own = await openHarness();
    await addBenchmark(own, 'wide', smallLongCsv, { score_range: [-1, 2] });
    const drawn = await drawCoreSet(own, 'wide', { size: 24, seed: 7 });
    const predictions = judged.map(({ item, score }, j) => ({
      item,
      score: j === 0 ? 1.5 : j === 1 ? -0.5 : score,
    }));
    const { id } = await report(own, drawn, undefined, { predictions });
    const put = async (range: number[]) =>
      refusalOrStatus(await own.send('PUT', '/v1/benchmarks/wide', { score_range: range }));
    expect(await put([0, 2])).toBe('409 score-range-conflict');
    expect(await put([-1, 1])).toBe('409 score-range-conflict');
    expect(await put([-0.5, 1.5])).toBe('200');
    const better = { results: [smallResults(itemsOf(drawn), 19)[0]], predictions: judged };
    expectStatus(await own.send('POST', `/v1/evaluations/${id}/results`, better), 200);
    expect(await put([0, 1])).toBe('200');
  });
});

function refusalOrStatus(reply: Parameters<typeof refusal>[0]): string {
  return reply.status === 200 ? '200' : refusal(reply);
}
