import { describe, expect, it } from 'vitest';
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
import { type Harness, openHarness } from '../support/open-harness.ts';

async function openSmall(): Promise<Harness> {
  const harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  return harness;
}

async function estimate(harness: Harness, body: object) {
  return expectStatus(await harness.send('POST', '/v1/benchmarks/small/estimates', body), 200);
}

async function evaluate(harness: Harness, request: object, model = 'new', ability = 19) {
  const set = await drawCoreSet(harness, 'small', request);
  const results = smallResults(itemsOf(set), ability);
  const reply = await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, { model, results });
  const withProbabilities = results.map((result, i) => ({
    ...result,
    inclusion_probability: set.items[i].inclusion_probability,
  }));
  return { evaluation: expectStatus(reply, 201), results, withProbabilities };
}

/** The part of an answer that a stored evaluation and a stateless estimate share. */
function shared(answer: Record<string, unknown>) {
  const {
    benchmark,
    revision,
    observed_items,
    population,
    recommended,
    estimates,
    similarity,
    warnings,
    groups,
  } = answer;
  return {
    benchmark,
    revision,
    observed_items,
    population,
    recommended,
    estimates,
    similarity,
    warnings,
    groups,
  };
}

describe('a stateless estimate', () => {
  it.each(['balanced', 'random', 'stratified', 'informative'])(
    'with the probabilities of a %s core set is the answer of an evaluation',
    async (design) => {
      await using harness = await openSmall();
      const { evaluation, withProbabilities } = await evaluate(harness, { size: 24, design, seed: 7 });
      expect(shared(await estimate(harness, { results: withProbabilities }))).toEqual(shared(evaluation));
    },
  );

  it('without probabilities is that of a plain sample, and says so', async () => {
    await using harness = await openSmall();
    const { evaluation, results } = await evaluate(harness, { size: 24, seed: 7, design: 'balanced' });
    const { warnings, ...rest } = shared(await estimate(harness, { results }));
    const { warnings: none, ...expected } = shared(evaluation);
    expect(rest).toEqual(expected);
    expect(none).toEqual([]);
    expect(warnings).toMatchObject([{ code: 'assumed-random' }]);
  });

  it('heeds the probabilities', async () => {
    await using harness = await openSmall();
    const { results, withProbabilities } = await evaluate(harness, {
      size: 20,
      design: 'informative',
      seed: 3,
    });
    const plain = await estimate(harness, { results });
    const weighed = await estimate(harness, { results: withProbabilities });
    expect(weighed.estimates[1].estimate).not.toBeCloseTo(plain.estimates[1].estimate, 4);
  });

  it('stands for missing results with the share that is there', async () => {
    await using harness = await openSmall();
    const set = await drawCoreSet(harness, 'small', { size: 24, seed: 7, design: 'balanced' });
    const results = smallResults(itemsOf(set), 19).slice(0, 18);
    const reply = await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, {
      model: 'new',
      results,
    });
    const plain = await estimate(harness, { results });
    for (const [index, { estimate: value, interval }] of expectStatus(reply, 201).estimates.entries()) {
      expect(value).toBeCloseTo(plain.estimates[index].estimate, 10);
      if (interval !== null) expect(interval.lower).toBeCloseTo(plain.estimates[index].interval.lower, 10);
    }
  });

  it('takes items in any order', async () => {
    await using harness = await openSmall();
    const { results } = await evaluate(harness, { size: 24, seed: 7 });
    const there = await estimate(harness, { results });
    const back = await estimate(harness, { results: results.toReversed() });
    back.estimates.forEach((entry: { estimate: number }, index: number) => {
      expect(entry.estimate).toBeCloseTo(there.estimates[index].estimate, 10);
    });
    expect(back.groups.map(({ observed_items }: { observed_items: number }) => observed_items)).toEqual(
      there.groups.map(({ observed_items }: { observed_items: number }) => observed_items),
    );
  });

  it('leaves out the named model and those excluded', async () => {
    await using harness = await openSmall();
    const { evaluation, withProbabilities } = await evaluate(harness, { size: 24, seed: 7 }, 'model-05', 18);
    const named = await estimate(harness, { results: withProbabilities, model: 'model-05' });
    const excluded = await estimate(harness, {
      results: withProbabilities,
      exclude_models: ['model-05', 'none'],
    });
    expect(shared(named)).toEqual(shared(evaluation));
    expect(excluded).toEqual(named);
    const stranger = await estimate(harness, { results: withProbabilities, model: 'stranger' });
    expect(stranger.similarity.nearest[0]).toEqual({ model: 'model-05', similarity: 1 });
  });

  it('answers with the methods and the level asked for', async () => {
    await using harness = await openSmall();
    const { results } = await evaluate(harness, { size: 24, seed: 7 });
    const answer = await estimate(harness, { results, methods: ['random-sampling'], level: 0.5 });
    expect(answer.estimates).toHaveLength(1);
    expect(answer.estimates[0]).toMatchObject({ method: 'random-sampling', interval: { level: 0.5 } });
    const levels = answer.groups.flatMap(({ interval }: { interval: { level: number } | null }) =>
      interval === null ? [] : [interval.level],
    );
    expect(new Set(levels)).toEqual(new Set([0.5]));
  });

  it('is exact on all items, and needs no source', async () => {
    await using harness = await openSmall();
    const results = smallResults(smallItems, 19);
    const all = await estimate(harness, { results });
    const exact = results.reduce((sum, { score }) => sum + score, 0) / 40;
    expect(all.estimates[0]).toMatchObject({ estimate: exact, interval: { lower: exact, upper: exact } });
    const alone = await estimate(harness, { results: results.slice(0, 20), exclude_models: smallModels });
    const mean = results.slice(0, 20).reduce((sum, { score }) => sum + score, 0) / 20;
    expect(alone.estimates[0].estimate).toBeCloseTo(mean, 12);
    expect(alone.warnings.map(({ code }: { code: string }) => code)).toContain('thin-history');
  });

  it('stores nothing', async () => {
    await using harness = await openSmall();
    await estimate(harness, { results: smallResults(smallItems, 19), model: 'new' });
    for (const list of ['evaluations', 'core-sets']) {
      expect(expectStatus(await harness.send('GET', `/v1/benchmarks/small/${list}`), 200).data).toEqual([]);
    }
    const { model_count, revision } = expectStatus(await harness.send('GET', '/v1/benchmarks/small'), 200);
    expect([model_count, revision]).toEqual([12, 1]);
  });
});
