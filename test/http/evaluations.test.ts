import { describe, expect, it } from 'vitest';
import { everything } from '../../src/services/access.ts';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallItems,
  smallLongCsv,
  smallModels,
  smallResults,
  smallScore,
  type WireCoreSet,
  type WireResult,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

/** With equal probabilities, so that the plain mean is the plain mean. */
async function openSmall(request: object = { size: 24, seed: 7, design: 'balanced' }) {
  const harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  const set = await drawCoreSet(harness, 'small', request);
  return {
    harness,
    set,
    results: smallResults(itemsOf(set), 19),
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  };
}

async function report(
  harness: Harness,
  set: WireCoreSet,
  results: readonly WireResult[],
  model = 'new',
  query = '',
) {
  const reply = await harness.send('POST', `/v1/core-sets/${set.id}/evaluations${query}`, { model, results });
  return expectStatus(reply, 201);
}

async function addResults(harness: Harness, id: string, results: readonly WireResult[], query = '') {
  return expectStatus(await harness.send('POST', `/v1/evaluations/${id}/results${query}`, { results }), 200);
}

async function read(harness: Harness, id: string, query = '') {
  return expectStatus(await harness.send('GET', `/v1/evaluations/${id}${query}`), 200);
}

/** An evaluation without what must differ between two of them. */
function answerOf({ id, created_at, updated_at, ...answer }: Record<string, unknown>) {
  expect([id, created_at, updated_at].every((field) => typeof field === 'string')).toBe(true);
  return answer;
}

// biome-ignore lint/suspicious/noExplicitAny: an evaluation as it came over the wire
const byMethod = (evaluation: any, method: string) =>
  evaluation.estimates.find((estimate: { method: string }) => estimate.method === method);

const codes = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code);

const mean = (results: readonly WireResult[]) =>
  results.reduce((sum, { score }) => sum + score, 0) / results.length;

describe('a complete evaluation', () => {
  it('has the fields of the contract', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const reply = await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, {
      model: 'org/new',
      results,
      metadata: { run: 7, nested: { a: [1] } },
    });
    const evaluation = expectStatus(reply, 201);
    expect(reply.headers.location).toBe(`/v1/evaluations/${evaluation.id}`);
    expect(evaluation).toMatchObject({
      benchmark: 'small',
      core_set: set.id,
      model: 'org/new',
      status: 'complete',
      revision: 1,
      observed_items: 24,
      population: 40,
      recommended: 'aipw',
      warnings: [],
      metadata: { run: 7, nested: { a: [1] } },
    });
    expect(evaluation.recommended_reason).toMatch(/\w/);
    expect(evaluation.estimates.map(({ method }: { method: string }) => method)).toEqual([
      'aipw',
      'random-sampling',
      'random-sampling-learn',
    ]);
    expect(await read(harness, evaluation.id)).toEqual(evaluation);
  });

  it('estimates by the plain mean what the plain mean is, and keeps intervals around estimates', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const evaluation = await report(harness, set, results);
    expect(byMethod(evaluation, 'random-sampling').estimate).toBeCloseTo(mean(results), 12);
    const right = results.reduce((sum, { score }) => sum + score, 0);
    for (const {
      estimate,
      interval,
      standard_error,
      effective_sample_size,
      reason,
    } of evaluation.estimates) {
      // The full score lies between "all other items wrong" and "all other items right".
      expect(estimate).toBeGreaterThanOrEqual(right / 40);
      expect(estimate).toBeLessThanOrEqual((right + 16) / 40);
      if (interval === null) continue;
      expect(interval.level).toBe(0.95);
      expect(interval.lower).toBeLessThan(estimate);
      expect(interval.upper).toBeGreaterThan(estimate);
      expect(standard_error).toBeGreaterThan(0);
      expect(effective_sample_size).toBeGreaterThan(0);
      expect(reason).toBeNull();
    }
    const learnt = byMethod(evaluation, 'random-sampling-learn');
    expect([learnt.interval, learnt.standard_error]).toEqual([null, null]);
    expect(learnt.reason).toMatch(/no interval/);
  });

  it('weighs results by their inclusion probabilities', async () => {
    await using small = await openSmall({ size: 20, design: 'informative', seed: 3 });
    const { harness, set, results } = small;
    const evaluation = await report(harness, set, results);
    const weights = set.items.map((item) => 1 / item.inclusion_probability);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const expected = results.reduce((sum, { score }, i) => sum + (score * weights[i]) / total, 0);
    expect(Math.abs(expected - mean(results))).toBeGreaterThan(1e-3);
    expect(byMethod(evaluation, 'random-sampling').estimate).toBeCloseTo(expected, 12);
  });

  it('takes results in any order, and booleans for 1 and 0', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const plain = await report(harness, set, results);
    expect(answerOf(await report(harness, set, results.toReversed()))).toEqual(answerOf(plain));
    const booleans = results.map(({ item, score }) => ({ item, score: score === 1 }));
    expect(answerOf(await report(harness, set, booleans as never))).toEqual(answerOf(plain));
  });

  it('names the nearest models, most similar first', async () => {
    await using small = await openSmall();
    const { similarity } = await report(small.harness, small.set, small.results);
    const values = similarity.nearest.map((near: { similarity: number }) => near.similarity);
    expect(values).toHaveLength(10);
    expect(values).toEqual(values.toSorted((a: number, b: number) => b - a));
    expect(similarity.max).toBe(values[0]);
    expect(similarity.level).toBe('high');
    for (const { model } of similarity.nearest) expect(smallModels).toContain(model);
  });

  it('judges similarity by the thresholds of its benchmark', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const levels = [];
    for (const [low, high] of [
      [0.99, 1],
      [0.1, 0.99],
      [0.1, 0.4],
    ]) {
      const thresholds = { similarity_thresholds: { low, high } };
      expectStatus(await harness.send('PUT', '/v1/benchmarks/small', thresholds), 200);
      levels.push((await report(harness, set, results)).similarity.level);
    }
    expect(levels).toEqual(['low', 'moderate', 'high']);
  });
});

describe('a partial evaluation', () => {
  it('says so, and is completed into the answer of a complete one', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const partial = await report(harness, set, results.slice(0, 10));
    expect(partial).toMatchObject({ status: 'partial', observed_items: 10, population: 40 });
    expect(codes(partial)).toContain('incomplete-core-set');
    expect(byMethod(partial, 'random-sampling').estimate).toBeCloseTo(mean(results.slice(0, 10)), 12);
    // Two steps, the second of which repeats results that are there.
    const more = await addResults(harness, partial.id, results.slice(10, 20));
    expect(more).toMatchObject({ status: 'partial', observed_items: 20 });
    const complete = await addResults(harness, partial.id, results.slice(15));
    expect(complete).toMatchObject({ id: partial.id, status: 'complete', observed_items: 24, warnings: [] });
    expect(answerOf(complete)).toEqual(answerOf(await report(harness, set, results)));
    expect(await read(harness, partial.id)).toEqual(complete);
    expect(complete.created_at).toBe(partial.created_at);
    expect(complete.updated_at >= partial.updated_at).toBe(true);
  });

  it('shows which results are there and which are missing', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const { id } = await report(harness, set, results.slice(0, 10));
    const stored = expectStatus(await harness.send('GET', `/v1/evaluations/${id}/results`), 200);
    expect(stored.results).toEqual(
      results.map(({ item, score }, i) => ({ item, score: i < 10 ? score : null })),
    );
  });

  it('loses nothing when twenty writers add one result each at the same time', async () => {
    await using small = await openSmall({ size: 21, seed: 7 });
    const { harness, set, results } = small;
    const { id } = await report(harness, set, results.slice(0, 1));
    const replies = await Promise.all(
      results
        .slice(1)
        .map((result) => harness.send('POST', `/v1/evaluations/${id}/results`, { results: [result] })),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const stored = await read(harness, id);
    expect(stored).toMatchObject({ status: 'complete', observed_items: 21 });
    expect(answerOf(stored)).toEqual(answerOf(await report(harness, set, results)));
  });
});

describe('results', () => {
  it('can be corrected', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const wrong = results.map((result, i) => (i === 3 ? { ...result, score: 1 - result.score } : result));
    const before = await report(harness, set, wrong);
    const after = await addResults(harness, before.id, [results[3]]);
    expect(byMethod(after, 'aipw').estimate).not.toBe(byMethod(before, 'aipw').estimate);
    expect(answerOf(after)).toEqual(answerOf(await report(harness, set, results)));
  });

  it('are refused together where one is wrong', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const before = await report(harness, set, results.slice(0, 10));
    const bad = [results[10], { ...results[11], score: 2 }];
    expectStatus(await harness.send('POST', `/v1/evaluations/${before.id}/results`, { results: bad }), 422);
    expect(await read(harness, before.id)).toEqual(before);
  });

  // Without HTTP, whose share of the time says nothing here.
  it('can be as many as the core set of a large benchmark asks for', async () => {
    await using harness = await openHarness();
    const { benchmarks, scores, coreSets, evaluations } = harness.services;
    const settings = { title: null, description: null, scoreRange: { low: 0, high: 1 } };
    await benchmarks.put('large', { ...settings, similarityThresholds: { low: 0.1, high: 0.4 } });
    const items = Array.from({ length: 130_000 }, (_, j) => `q${j}`);
    const models = [{ model: 'a', scores: items.map((_, j) => j % 2) }];
    await scores.add('large', { format: 'json', value: { items, models } }, 'error');
    const { id } = await coreSets.create('large', { size: items.length });
    const results = items.map((item) => ({ item, score: 1 }));
    const { answer } = await evaluations.create(id, { model: 'new', results }, {}, everything);
    expect(answer.estimates[0].estimate).toBe(1);
  });
});

describe('methods and level', () => {
  it('choose what is shown, and leave what is stored', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const query = '?level=0.8&methods=random-sampling,aipw';
    const shown = await report(harness, set, results, 'new', query);
    expect(shown.estimates.map(({ method }: { method: string }) => method)).toEqual([
      'random-sampling',
      'aipw',
    ]);
    const stored = await read(harness, shown.id);
    expect(stored.estimates).toHaveLength(3);
    expect(await read(harness, shown.id, query)).toEqual(shown);
    expect(await addResults(harness, shown.id, results.slice(0, 1), query)).toEqual({
      ...shown,
      updated_at: expect.any(String),
    });
    expect(await read(harness, shown.id, '?level=0.95')).toEqual(await read(harness, shown.id));
    for (const method of ['aipw', 'random-sampling']) {
      const narrow = byMethod(shown, method);
      const wide = byMethod(stored, method);
      expect(narrow.estimate).toBe(wide.estimate);
      expect(narrow.interval.level).toBe(0.8);
      expect(narrow.interval.lower).toBeGreaterThan(wide.interval.lower);
      expect(narrow.interval.upper).toBeLessThan(wide.interval.upper);
    }
  });

  it.each(['0.01', '0.5', '0.999999'])('take a level of %s', async (level) => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const { id } = await report(harness, set, results.slice(0, 12));
    const { estimates } = await read(harness, id, `?level=${level}`);
    for (const { estimate, interval, standard_error } of estimates.slice(0, 2)) {
      expect(interval.level).toBe(Number(level));
      expect(interval.lower).toBeLessThanOrEqual(estimate);
      expect(interval.upper).toBeGreaterThanOrEqual(estimate);
      expect(standard_error).toBeGreaterThan(0);
    }
  });

  // Where a level can hardly be told from 0 or 1, an answer and a refusal are both right, a failure is not.
  it.each(['1e-300', '1e-17', '0.9999999999999999'])('take or refuse a level of %s', async (level) => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const { id } = await report(harness, set, results.slice(0, 12));
    const reply = await harness.send('GET', `/v1/evaluations/${id}?level=${level}`);
    if (reply.status !== 200) expect(expectStatus(reply, 422).errors[0].path).toBe('level');
  });

  it('compute anew on the history as it is, while the stored answer stays', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const stored = await report(harness, set, results);
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/small/models/model-05'), 204);
    expect(await read(harness, stored.id)).toEqual(stored);
    const anew = await read(harness, stored.id, '?level=0.95');
    expect(anew.revision).toBe(2);
    expect(anew.similarity.mean).not.toBe(stored.similarity.mean);
    const rewritten = await addResults(harness, stored.id, results.slice(0, 1));
    expect(rewritten.revision).toBe(2);
    expect(answerOf(rewritten)).toEqual(answerOf(anew));
  });
});

describe('the list of evaluations', () => {
  it('filters by model and forgets what is deleted', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const first = await report(harness, set, results, 'org/a b');
    const second = await report(harness, set, results.slice(1), 'org/a b');
    const other = await report(harness, set, results, 'other');
    const list = async (query = '') =>
      expectStatus(await harness.send('GET', `/v1/benchmarks/small/evaluations${query}`), 200).data;
    expect(await list()).toEqual([other, second, first]);
    expect(await list(`?model=${encodeURIComponent('org/a b')}`)).toEqual([second, first]);
    expect(await list('?model=nobody')).toEqual([]);
    const deleted = await harness.send('DELETE', `/v1/evaluations/${second.id}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect(await list()).toEqual([other, first]);
    for (const path of ['', '/results']) {
      expectStatus(await harness.send('GET', `/v1/evaluations/${second.id}${path}`), 404);
    }
    expectStatus(await harness.send('DELETE', `/v1/evaluations/${second.id}`), 404);
    const late = await harness.send('POST', `/v1/evaluations/${second.id}/results`, { results });
    expectStatus(late, 404);
  });
});

describe('a target with a name in the history', () => {
  it('is never its own source', async () => {
    await using small = await openSmall();
    const { harness, set } = small;
    // model-05 has ability 18.
    const own = smallResults(itemsOf(set), 18);
    const evaluation = await report(harness, set, own, 'model-05');
    expect(set.source_models).toBe(12);
    const nearest = evaluation.similarity.nearest.map(({ model }: { model: string }) => model);
    expect(nearest).not.toContain('model-05');
    expect(evaluation.similarity.max).toBeLessThan(1);
    const stranger = await report(harness, set, own, 'stranger');
    expect(stranger.similarity.nearest[0]).toEqual({ model: 'model-05', similarity: 1 });
    // The same as if it had never been in the history.
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/small/models/model-05'), 204);
    const without = await report(harness, set, own, 'model-05');
    expect({ ...answerOf(without), revision: 1 }).toEqual(answerOf(evaluation));
  });

  it('is estimated where it was the only source', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'one', 'model,q1,q2,q3,q4\nm,1,0,1,1\n');
    const set = await drawCoreSet(harness, 'one', { size: 2, seed: 1 });
    const results = itemsOf(set).map((item, i) => ({ item, score: i }));
    const evaluation = await report(harness, set, results, 'm');
    expect(byMethod(evaluation, 'aipw').estimate).toBeCloseTo(0.5, 12);
    expect(evaluation.similarity).toEqual({
      mean: null,
      max: null,
      percentile: null,
      level: null,
      nearest: [],
    });
    expect(codes(evaluation)).toContain('thin-history');
  });
});

describe('the edges', () => {
  it('the whole population gives the exact score, of zero width', async () => {
    await using small = await openSmall({ size: 40, seed: 1 });
    const { harness, set } = small;
    const results = smallResults(itemsOf(set), 19);
    const evaluation = await report(harness, set, results);
    const exact = smallItems.reduce((sum, _, j) => sum + smallScore(19, j), 0) / 40;
    expect(mean(results)).toBe(exact);
    for (const method of ['aipw', 'random-sampling']) {
      const { estimate, interval, standard_error } = byMethod(evaluation, method);
      expect([estimate, standard_error]).toEqual([exact, 0]);
      expect(interval).toEqual({ level: 0.95, lower: exact, upper: exact });
    }
    expect(byMethod(evaluation, 'random-sampling-learn').estimate).toBeCloseTo(exact, 12);
    expect(evaluation.warnings).toEqual([]);
    for (const { observed_items, population, interval, estimate } of evaluation.groups) {
      expect(observed_items).toBe(population);
      expect(interval).toEqual({ level: 0.95, lower: estimate, upper: estimate });
    }
  });

  it('one item gives an estimate without an interval, and a reason', async () => {
    await using small = await openSmall({ size: 1, seed: 1 });
    const evaluation = await report(small.harness, small.set, small.results);
    for (const method of ['aipw', 'random-sampling']) {
      const { estimate, interval, standard_error, effective_sample_size, reason } = byMethod(
        evaluation,
        method,
      );
      expect(estimate).toBeGreaterThanOrEqual(0);
      expect([interval, standard_error, effective_sample_size]).toEqual([null, null, null]);
      expect(reason).toMatch(/two/);
    }
  });

  it('one result of a larger core set does too', async () => {
    await using small = await openSmall();
    const evaluation = await report(small.harness, small.set, small.results.slice(0, 1));
    expect(byMethod(evaluation, 'aipw')).toMatchObject({
      interval: null,
      reason: expect.stringMatching(/two/),
    });
  });

  it.each([0, 1])('all answers %i give a possible estimate and an interval on one side', async (score) => {
    await using small = await openSmall();
    const results = small.results.map(({ item }) => ({ item, score }));
    const evaluation = await report(small.harness, small.set, results);
    for (const method of ['aipw', 'random-sampling']) {
      const { estimate, interval } = byMethod(evaluation, method);
      expect(estimate).toBeGreaterThanOrEqual((24 * score) / 40);
      expect(estimate).toBeLessThanOrEqual((24 * score + 16) / 40);
      expect(interval.upper - interval.lower).toBeGreaterThan(0);
      expect(interval.lower).toBeGreaterThanOrEqual((24 * score) / 40);
      expect(interval.upper).toBeLessThanOrEqual((24 * score + 16) / 40);
    }
  });

  it('a history with missing cells is imputed', async () => {
    await using harness = await openHarness();
    const holes = smallLongCsv
      .split('\n')
      .filter((line, number) => number === 0 || number % 9 !== 5 || line === '')
      .join('\n');
    await addBenchmark(harness, 'holes', holes);
    expect(
      expectStatus(await harness.send('GET', '/v1/benchmarks/holes'), 200).missing_share,
    ).toBeGreaterThan(0.1);
    const set = await drawCoreSet(harness, 'holes', { size: 24, seed: 7 });
    const evaluation = await report(harness, set, smallResults(itemsOf(set), 19));
    const { interval } = byMethod(evaluation, 'aipw');
    const truth = smallItems.reduce((sum, _, j) => sum + smallScore(19, j), 0) / 40;
    expect(interval.lower).toBeLessThan(truth);
    expect(interval.upper).toBeGreaterThan(truth);
  });
});

describe('another score range', () => {
  it('gives the same answer in its own units', async () => {
    await using small = await openSmall();
    const { harness, set, results } = small;
    const inUnits = (unit: number) => 1 + 9 * unit;
    const csv = smallLongCsv.replace(/,([01]),/g, (_, score) => `,${inUnits(Number(score))},`);
    await addBenchmark(harness, 'tens', csv, { score_range: [1, 10] });
    const twin = await drawCoreSet(harness, 'tens', { size: 24, seed: 7, design: 'balanced' });
    expect(itemsOf(twin)).toEqual(itemsOf(set));
    const unit = await report(harness, set, results);
    const tens = await report(
      harness,
      twin,
      results.map(({ item, score }) => ({ item, score: inUnits(score) })),
    );
    for (const [
      index,
      { estimate, interval, standard_error, effective_sample_size },
    ] of tens.estimates.entries()) {
      const twinned = unit.estimates[index];
      expect(estimate).toBeCloseTo(inUnits(twinned.estimate), 9);
      if (interval === null) continue;
      expect(interval.lower).toBeCloseTo(inUnits(twinned.interval.lower), 9);
      expect(interval.upper).toBeCloseTo(inUnits(twinned.interval.upper), 9);
      expect(standard_error).toBeCloseTo(9 * twinned.standard_error, 9);
      expect(effective_sample_size).toBeCloseTo(twinned.effective_sample_size, 9);
    }
    expect(tens.similarity.mean).toBeCloseTo(unit.similarity.mean, 9);
    expect(tens.groups.map(({ estimate }: { estimate: number }) => estimate)).toEqual(
      unit.groups.map(({ estimate }: { estimate: number }) => expect.closeTo(inUnits(estimate), 9)),
    );
  });
});

describe('groups', () => {
  it('have an estimate each, and an interval from five observed items on', async () => {
    await using small = await openSmall({ size: 24, design: 'stratified', seed: 7 });
    const { groups } = await report(small.harness, small.set, small.results);
    expect(
      groups.map(({ group, observed_items, population }: Record<string, unknown>) => [
        group,
        observed_items,
        population,
      ]),
    ).toEqual([
      ['algebra', 10, 16],
      ['geometry', 7, 12],
      ['logic', 5, 8],
      [null, 2, 4],
    ]);
    for (const { interval, estimate, observed_items, reason } of groups) {
      expect(estimate).toBeGreaterThanOrEqual(0);
      expect(estimate).toBeLessThanOrEqual(1);
      if (observed_items < 5) {
        expect(interval).toBeNull();
        expect(reason).toMatch(/fewer than 5/);
      } else {
        expect(interval.lower).toBeLessThan(estimate);
        expect(interval.upper).toBeGreaterThan(estimate);
        expect(reason).toBeNull();
      }
    }
  });

  it('without any observed item say that the figure is the regression alone', async () => {
    await using small = await openSmall();
    const logic = new Set(small.set.items.filter(({ group }) => group === 'logic').map(({ item }) => item));
    const results = small.results.filter(({ item }) => !logic.has(item));
    const { groups } = await report(small.harness, small.set, results);
    const group = groups.find(({ group }: { group: string }) => group === 'logic');
    expect(group).toMatchObject({ observed_items: 0, population: 8, interval: null });
    expect(group.reason).toMatch(/no item/);
    expect(group.estimate).toBeGreaterThan(0);
  });

  it('are none where no item has one, and only those of a restricted core set', async () => {
    await using small = await openSmall({ size: 8, seed: 1, groups: ['geometry'] });
    const { harness, set, results } = small;
    const evaluation = await report(harness, set, results);
    expect(evaluation.population).toBe(12);
    expect(evaluation.groups.map(({ group }: { group: string }) => group)).toEqual(['geometry']);
    const changes = smallItems.map((item) => ({ item, group: null }));
    expectStatus(await harness.send('PUT', '/v1/benchmarks/small/items', { items: changes }), 200);
    expect((await report(harness, set, results)).groups).toEqual([]);
  });
});
