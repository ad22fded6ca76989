import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  lines,
  numbered,
  smallItems,
  smallLongCsv,
  smallResults,
  smallScore,
  type WireCoreSet,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { byMethod, choose, refusal, report, type Wire } from './chosen-core-set.ts';

let harness: Harness;
let set: WireCoreSet;
let strong: Wire;
let weak: Wire;

beforeAll(async () => {
  harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  await addBenchmark(harness, 'other', smallLongCsv);
  set = await drawCoreSet(harness, 'small', { size: 24, seed: 7 });
  strong = await reportAbility(set, 30, 'strong');
  weak = await reportAbility(set, 12, 'weak');
});

afterAll(() => harness[Symbol.asyncDispose]());

function reportAbility(on: WireCoreSet, ability: number, model: string, service = harness): Promise<Wire> {
  return report(service, on, smallResults(itemsOf(on), ability), { model });
}

const send = (body: object, service = harness) => service.send('POST', '/v1/evaluations/compare', body);

async function compare(
  a: Wire,
  b: Wire | { model: string },
  rest: object = {},
  service = harness,
): Promise<Wire> {
  const other = 'id' in b ? b.id : b;
  return expectStatus(await send({ a: a.id, b: other, ...rest }, service), 200);
}

const truth = (ability: number) => smallItems.reduce((sum, _, j) => sum + smallScore(ability, j), 0) / 40;

describe('two evaluations on one core set', () => {
  it('are compared by paired differences', async () => {
    const answer = await compare(strong, weak);
    expect(Object.keys(answer).sort()).toEqual(
      [
        'benchmark',
        'a',
        'b',
        'kind',
        'difference',
        'standard_error',
        'interval',
        'confidence_a_better',
        'verdict',
        'message',
        'reason',
        'observed_items',
        'population',
        'imputed_share_b',
        'revision',
        'evaluation_a',
        'evaluation_b',
        'warnings',
      ].sort(),
    );
    expect(answer).toMatchObject({
      benchmark: 'small',
      a: 'strong',
      b: 'weak',
      kind: 'paired',
      verdict: 'a',
      reason: null,
      observed_items: 24,
      population: 40,
      imputed_share_b: 0,
      revision: 1,
    });
    expect(answer.interval.level).toBe(0.95);
    expect(answer.interval.lower).toBeGreaterThan(0);
    expect(answer.interval.lower).toBeLessThan(answer.difference);
    expect(answer.interval.upper).toBeGreaterThan(answer.difference);
    expect(answer.interval.upper).toBeGreaterThanOrEqual(truth(30) - truth(12));
    expect(answer.standard_error).toBeGreaterThan(0);
    expect(answer.confidence_a_better).toBeGreaterThanOrEqual(0.975);
    expect(answer.message).toBe('"strong" is better than "weak".');
    // Linear in the scores, so the difference is that of the estimates.
    const difference = byMethod(strong, 'aipw').estimate - byMethod(weak, 'aipw').estimate;
    expect(answer.difference).toBeCloseTo(difference, 8);
    expect(await compare(strong, weak)).toEqual(answer);
  });

  it('are compared the other way round with the signs turned', async () => {
    const there = await compare(strong, weak);
    const back = await compare(weak, strong);
    expect(back).toMatchObject({ a: 'weak', b: 'strong', verdict: 'b', message: there.message });
    expect(back.difference).toBeCloseTo(-there.difference, 10);
    expect(back.interval.lower).toBeCloseTo(-there.interval.upper, 10);
    expect(back.interval.upper).toBeCloseTo(-there.interval.lower, 10);
    expect(back.confidence_a_better).toBeCloseTo(1 - there.confidence_a_better, 10);
  });

  it('are undecided where they are alike, with the side that the items speak for', async () => {
    const like = await reportAbility(set, 14, 'like');
    const answer = await compare(like, weak);
    expect(answer.verdict).toBe('undecided');
    expect(answer.interval.lower).toBeLessThanOrEqual(0);
    expect(answer.interval.upper).toBeGreaterThanOrEqual(0);
    expect(answer.confidence_a_better).toBeGreaterThan(0.025);
    expect(answer.confidence_a_better).toBeLessThan(0.975);
    expect(answer.message).toMatch(/^Not decided: .*"(like|weak)" with a confidence of \d+ %\.$/);
    const twin = await reportAbility(set, 12, 'twin');
    const equal = await compare(twin, weak);
    expect(equal).toMatchObject({ difference: 0, verdict: 'undecided', confidence_a_better: 0.5 });
    expect(equal.interval.upper).toBeGreaterThan(0);
    // 50 % speaks for nobody.
    expect(equal.message).not.toMatch(/speak for "/);
  });

  it('are compared at the level asked for', async () => {
    const wide = await compare(strong, weak, { level: 0.999 });
    const narrow = await compare(strong, weak, { level: 0.5 });
    expect([wide.interval.level, narrow.interval.level]).toEqual([0.999, 0.5]);
    expect(wide.interval.lower).toBeLessThan(narrow.interval.lower);
    expect(wide.interval.upper).toBeGreaterThan(narrow.interval.upper);
    expect(wide.difference).toBe(narrow.difference);
    expect(wide.confidence_a_better).toBeCloseTo(narrow.confidence_a_better, 2);
  });

  it('are compared on the items that both have, where some are missing', async () => {
    const some = await report(harness, set, smallResults(itemsOf(set), 30).slice(0, 16), { model: 'some' });
    const others = await report(harness, set, smallResults(itemsOf(set), 12).slice(8), { model: 'others' });
    expect((await compare(some, others)).observed_items).toBe(8);
    const last = await report(harness, set, smallResults(itemsOf(set), 12).slice(23), { model: 'last' });
    const one = await compare(last, weak);
    expect(one).toMatchObject({
      observed_items: 1,
      interval: null,
      standard_error: null,
      confidence_a_better: null,
      verdict: 'undecided',
      reason: expect.stringMatching(/two/),
      message: expect.stringMatching(/^Not decided: .*two.*\.$/),
    });
    expect(refusal(await send({ a: some.id, b: last.id }))).toBe('422 not-comparable');
  });

  it('are compared exactly where every item was run', async () => {
    const all = await drawCoreSet(harness, 'small', { size: 40, seed: 1 });
    const answer = await compare(await reportAbility(all, 30, 's'), await reportAbility(all, 12, 'w'));
    const difference = truth(30) - truth(12);
    expect(answer).toMatchObject({ verdict: 'a', standard_error: 0, confidence_a_better: 1, population: 40 });
    for (const value of [answer.difference, answer.interval.lower, answer.interval.upper]) {
      expect(value).toBeCloseTo(difference, 12);
    }
  });

  it('may be of one model, run twice', async () => {
    const first = await reportAbility(set, 30, 'again');
    const second = await reportAbility(set, 12, 'again');
    const answer = await compare(first, second);
    expect(answer.verdict).toBe('a');
    // "again" is better than "again" tells nobody which.
    expect(answer.message).not.toBe('"again" is better than "again".');
  });

  it('may both be in the history', async () => {
    const first = await reportAbility(set, 26, 'model-09');
    const second = await reportAbility(set, 10, 'model-01');
    expect((await compare(first, second)).verdict).toBe('a');
  });

  it('are compared in score units', async () => {
    const csv = smallLongCsv.replace(/,([01]),/g, (_, score) => `,${1 + 9 * Number(score)},`);
    await using own = await openHarness();
    await addBenchmark(own, 'tens', csv, { score_range: [1, 10] });
    const twin = await drawCoreSet(own, 'tens', { size: 24, seed: 7 });
    const scaled = (ability: number) =>
      smallResults(itemsOf(twin), ability).map(({ item, score }) => ({ item, score: 1 + 9 * score }));
    const a = await report(own, twin, scaled(30), { model: 'strong' });
    const b = await report(own, twin, scaled(12), { model: 'weak' });
    const unit = await compare(strong, weak);
    const tens = await compare(a, b, {}, own);
    expect(tens.difference).toBeCloseTo(9 * unit.difference, 9);
    expect(tens.interval.lower).toBeCloseTo(9 * unit.interval.lower, 9);
    expect(tens.standard_error).toBeCloseTo(9 * unit.standard_error, 9);
    expect(tens.confidence_a_better).toBeCloseTo(unit.confidence_a_better, 9);
    const measured = await compare(a, { model: 'model-01' }, {}, own);
    const unitMeasured = await compare(strong, { model: 'model-01' });
    expect(measured.difference).toBeCloseTo(9 * unitMeasured.difference, 9);
    expect(measured.confidence_a_better).toBeCloseTo(unitMeasured.confidence_a_better, 9);
  });
});

describe('a core set and its extension', () => {
  it('are compared on the items of the smaller, whichever comes first', async () => {
    const reply = await harness.send('POST', `/v1/core-sets/${set.id}/extensions`, { add: 10, seed: 1 });
    const whole = expectStatus(reply, 201);
    const a = await reportAbility(whole, 30, 'strong');
    const answer = await compare(a, weak);
    expect(answer).toEqual({ ...(await compare(strong, weak)), evaluation_a: a.id });
    const back = await compare(weak, a);
    expect(back.observed_items).toBe(24);
    expect(back.difference).toBeCloseTo(-answer.difference, 12);
    const twice = await harness.send('POST', `/v1/core-sets/${whole.id}/extensions`, { add: 3, seed: 1 });
    const b = await reportAbility(expectStatus(twice, 201), 30, 'strong');
    expect((await compare(b, weak)).observed_items).toBe(24);
    expect((await compare(b, a)).observed_items).toBe(34);
  });
});

describe('core sets of different populations', () => {
  // All items of a group, and all items: the one holds the other.
  it('are compared for one population, whichever comes first, or not at all', async () => {
    const group = await drawCoreSet(harness, 'small', { size: 16, seed: 1, groups: ['algebra'] });
    const all = await drawCoreSet(harness, 'small', { size: 40, seed: 1 });
    const a = await reportAbility(group, 30, 'strong');
    const b = await reportAbility(all, 12, 'weak');
    const [there, back] = [await send({ a: a.id, b: b.id }), await send({ a: b.id, b: a.id })];
    if (there.status === 422) {
      expect([refusal(there), refusal(back)]).toEqual(Array(2).fill('422 not-comparable'));
      return;
    }
    expect([expectStatus(there, 200).population, expectStatus(back, 200).population]).toEqual([16, 16]);
  });
});

describe('an evaluation and a model of the history', () => {
  it('are compared with the measured score', async () => {
    const answer = await compare(strong, { model: 'model-01' });
    expect(answer).toMatchObject({
      a: 'strong',
      b: 'model-01',
      kind: 'measured',
      verdict: 'a',
      observed_items: 24,
      population: 40,
      imputed_share_b: 0,
      message: '"strong" is better than "model-01".',
    });
    const { estimate, interval, standard_error } = byMethod(strong, 'aipw');
    const known = truth(10);
    expect(answer.difference).toBeCloseTo(estimate - known, 9);
    expect(answer.interval.lower).toBeCloseTo(interval.lower - known, 9);
    expect(answer.interval.upper).toBeCloseTo(interval.upper - known, 9);
    expect(answer.standard_error).toBeCloseTo(standard_error, 9);
    const worse = await compare(weak, { model: 'model-11' });
    expect(worse).toMatchObject({ verdict: 'b', message: '"model-11" is better than "weak".' });
    expect(worse.confidence_a_better).toBeLessThanOrEqual(0.025);
  });

  it('say how much of the measured score is imputed', async () => {
    await using own = await openHarness();
    const holes = smallLongCsv
      .split('\n')
      .filter((line) => !/^model-11,item-(0[0-9]|39),/.test(line))
      .join('\n');
    await addBenchmark(own, 'holes', holes);
    const drawn = await drawCoreSet(own, 'holes', { size: 24, seed: 7 });
    const a = await reportAbility(drawn, 12, 'weak', own);
    expect(await compare(a, { model: 'model-11' }, {}, own)).toMatchObject({
      kind: 'measured',
      imputed_share_b: 0.275,
    });
    expect((await compare(a, { model: 'model-10' }, {}, own)).imputed_share_b).toBe(0);
    const geometry = await drawCoreSet(own, 'holes', { size: 12, seed: 7, groups: ['geometry'] });
    const b = await reportAbility(geometry, 12, 'weak', own);
    expect((await compare(b, { model: 'model-11' }, {}, own)).imputed_share_b).toBe(0);
  });

  it('are not compared where the model has no score there', async () => {
    await using own = await openHarness();
    const holes = smallLongCsv
      .split('\n')
      .filter((line) => !/^model-11,.*,algebra$/.test(line))
      .join('\n');
    await addBenchmark(own, 'holes', holes);
    const algebra = await drawCoreSet(own, 'holes', { size: 12, seed: 7, groups: ['algebra'] });
    const a = await reportAbility(algebra, 12, 'weak', own);
    const reply = await send({ a: a.id, b: { model: 'model-11' } }, own);
    expect(refusal(reply)).toMatch(/^422 (not-comparable|insufficient-data)/);
  });

  it('are compared exactly where every item was run', async () => {
    const all = await drawCoreSet(harness, 'small', { size: 40, seed: 1 });
    const a = await reportAbility(all, 30, 'strong');
    const answer = await compare(a, { model: 'model-01' });
    expect(answer.difference).toBeCloseTo(truth(30) - truth(10), 12);
    expect(answer).toMatchObject({ standard_error: 0, verdict: 'a', confidence_a_better: 1 });
  });

  it('have no verdict on one result', async () => {
    const one = await report(harness, set, smallResults(itemsOf(set), 30).slice(0, 1), { model: 'one' });
    const answer = await compare(one, { model: 'model-01' });
    expect(answer).toMatchObject({ interval: null, verdict: 'undecided', observed_items: 1 });
    expect(answer.reason).toMatch(/two/);
  });
});

describe('what cannot be compared', () => {
  it('is refused, with the reason', async () => {
    const elsewhere = await drawCoreSet(harness, 'other', { size: 24, seed: 7 });
    const stranger = await reportAbility(elsewhere, 12, 'weak');
    const differing = await drawCoreSet(harness, 'small', { size: 24, seed: 8 });
    const unlike = await reportAbility(differing, 12, 'weak');
    const own = await reportAbility(set, 18, 'model-05');
    for (const [body, expected] of [
      [{ a: strong.id, b: stranger.id }, '422 not-comparable'],
      [{ a: strong.id, b: unlike.id }, '422 not-comparable'],
      [{ a: strong.id, b: strong.id }, '422 not-comparable'],
      [{ a: own.id, b: { model: 'model-05' } }, '422 not-comparable'],
      [{ a: strong.id, b: { model: 'nobody' } }, '404 model-not-found'],
      [{ a: 'ev_none', b: weak.id }, '404 evaluation-not-found'],
      [{ a: strong.id, b: 'ev_none' }, '404 evaluation-not-found'],
    ] as const) {
      const reply = await send(body);
      expect(refusal(reply)).toBe(expected);
      expect(reply.json.detail).toMatch(/\w{3}/);
    }
  });
});

describe('evaluations on a purposive core set', () => {
  it('are compared without a verdict that nothing vouches for passing as vouched for', async () => {
    const chosen = await choose(harness, 'small', { size: 20, design: 'anchor-points', seed: 1 });
    const a = await reportAbility(chosen, 30, 'strong');
    const b = await reportAbility(chosen, 12, 'weak');
    const answer = await compare(a, b);
    // Its evaluations carry the warning "purposive-design"; a comparison has to say it somewhere too.
    expect(JSON.stringify(answer)).toMatch(/purpos|probabilit|guarantee/);
  });
});

describe('a comparison', () => {
  it('follows the history as it is now', async () => {
    await using own = await openHarness();
    const items = numbered('q', 60);
    const rows = numbered('m', 15).map((model, m) => [
      model,
      ...items.map((_, j) => Number(((j * 37) % 60) + ((j * 11 + m * 7) % 23) < 20 + 3 * m)),
    ]);
    await addBenchmark(own, 'b', lines([['model', ...items], ...rows]));
    const drawn = await drawCoreSet(own, 'b', { size: 25, seed: 1 });
    const scored = (mark: number) =>
      itemsOf(drawn).map((item) => ({ item, score: Number((items.indexOf(item) * 37) % 60 < mark) }));
    const a = await report(own, drawn, scored(40), { model: 'a' });
    const b = await report(own, drawn, scored(30), { model: 'b' });
    const before = await compare(a, b, {}, own);
    expectStatus(await own.send('DELETE', '/v1/benchmarks/b/models/m-00'), 204);
    const after = await compare(a, b, {}, own);
    expect(after.revision).toBe(2);
    expect(after.difference).not.toBe(before.difference);
  });
});
