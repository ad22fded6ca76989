import { describe, expect, it } from 'vitest';
import {
  abilityOf,
  addBenchmark,
  csvType,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallModels,
  smallResults,
  smallWideCsv,
} from '../support/fixtures.ts';
import { openHarness, type Sender } from '../support/open-harness.ts';
import { report, type Wire } from './chosen-core-set.ts';

const url = '/v1/benchmarks/b/similarity-map';

async function read(sender: Sender): Promise<Wire> {
  return expectStatus(await sender.send('GET', url), 200);
}

function modelOf({ models }: Wire, name: string): Wire {
  return models.find(({ model }: Wire) => model === name);
}

describe('a map of models', () => {
  it('has the history best first, with what it rests on', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const map = await read(harness);
    expect(map).toEqual({
      benchmark: 'b',
      revision: 1,
      models: expect.any(Array),
      explained: [expect.any(Number), expect.any(Number)],
      items_used: 40,
      landmarks: 12,
    });
    const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/b/leaderboard'), 200);
    expect(map.models.map(({ model, score }: Wire) => [model, score])).toEqual(
      data.map(({ model, score }: Wire) => [model, score]),
    );
    expect(map.models[0]).toEqual({
      model: data[0].model,
      kind: 'measured',
      score: data[0].score,
      x: expect.any(Number),
      y: expect.any(Number),
      items: 40,
      evaluation: null,
    });
    const [first, second] = map.explained;
    expect(first).toBeGreaterThanOrEqual(second);
    expect(first + second).toBeLessThanOrEqual(1);
    expect(map.models[0].x).toBeGreaterThan(map.models.at(-1).x);
  });

  it('has a new model that answers as one of the history in its place, by its newest evaluation', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const set = await drawCoreSet(harness, 'b', { size: 40, seed: 1 });
    const half = await drawCoreSet(harness, 'b', { size: 20, seed: 1 });
    await report(harness, set, smallResults(itemsOf(set), abilityOf(2)));
    const whole = await report(harness, set, smallResults(itemsOf(set), abilityOf(7)));
    const other = await report(harness, half, smallResults(itemsOf(half), abilityOf(7)), { model: 'other' });
    // What the history has stays as it was measured.
    await report(harness, set, smallResults(itemsOf(set), abilityOf(1)), { model: smallModels[0] });

    const map = await read(harness);
    expect(map.models).toHaveLength(14);
    const like = modelOf(map, smallModels[7]);
    const fresh = modelOf(map, 'new');
    expect(fresh).toMatchObject({ kind: 'estimated', items: 40, evaluation: whole.id });
    expect(Math.hypot(fresh.x - like.x, fresh.y - like.y)).toBeLessThan(1e-9);
    expect(modelOf(map, 'other')).toMatchObject({ kind: 'estimated', items: 20, evaluation: other.id });
    expect(modelOf(map, smallModels[0])).toMatchObject({ kind: 'measured', evaluation: null });
    const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/b/leaderboard'), 200);
    const scoreOf = (name: string) => data.find(({ model }: Wire) => model === name).score;
    for (const name of ['new', 'other']) expect(modelOf(map, name).score).toBe(scoreOf(name));
    const scores = map.models.map(({ score }: Wire) => score);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
  });

  it('is the same in score units', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const places = ({ models }: Wire) => models.map(({ model, x, y }: Wire) => ({ model, x, y }));
    const map = await read(harness);
    await using tens = await openHarness();
    const scaled = smallWideCsv.replace(/,([01])(?=[,\n])/g, (_, score) => `,${1 + 9 * Number(score)}`);
    await addBenchmark(tens, 'b', scaled, { score_range: [1, 10] });
    const set = await drawCoreSet(tens, 'b', { size: 40, seed: 1 });
    const results = smallResults(itemsOf(set), abilityOf(3));
    await report(
      tens,
      set,
      results.map(({ item, score }) => ({ item, score: 1 + 9 * score })),
    );
    const other = await read(tens);
    const like = modelOf(other, smallModels[3]);
    expect(Math.hypot(modelOf(other, 'new').x - like.x, modelOf(other, 'new').y - like.y)).toBeLessThan(1e-9);
    for (const { model, x, y } of places(map)) {
      expect(modelOf(other, model).x).toBeCloseTo(x, 6);
      expect(modelOf(other, model).y).toBeCloseTo(y, 6);
    }
  });

  it('follows the history', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const before = await read(harness);
    expect(await read(harness)).toEqual(before);
    const more = smallWideCsv.replace('model-00,', 'model-99,').split('\n');
    expectStatus(
      await harness.send('POST', '/v1/benchmarks/b/scores', `${more[0]}\n${more[1]}\n`, csvType),
      200,
    );
    const after = await read(harness);
    expect([after.revision, after.landmarks]).toEqual([2, 13]);
    expect(modelOf(after, 'model-99').x).toBeCloseTo(modelOf(after, 'model-00').x, 9);
  });

  it('is drawn in another thread where it is large', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const many = Array.from({ length: 260 }, (_, m) =>
      [
        'x'.concat(String(m)),
        ...Array.from({ length: 40 }, (_item, j) => Number((j * 7 + m * 3) % 11 < m % 11)),
      ].join(','),
    );
    const [header] = smallWideCsv.split('\n');
    expectStatus(
      await harness.send('POST', '/v1/benchmarks/b/scores', `${header}\n${many.join('\n')}\n`, csvType),
      200,
    );
    const [map, again] = await Promise.all([read(harness), read(harness)]);
    expect([map.models.length, map.landmarks]).toEqual([272, 272]);
    expect(again).toEqual(map);
  });

  it.each([
    ['no model', '', []],
    ['one model', 'model,q1,q2\na,1,0\n', [['a', 0, 0]]],
    [
      'two models',
      'model,q1,q2\na,1,1\nb,1,0\n',
      [
        ['a', Math.SQRT1_2, 0],
        ['b', -Math.SQRT1_2, 0],
      ],
    ],
  ])('of %s has on its axes what there is', async (_, csv, expected) => {
    await using harness = await openHarness();
    if (csv === '') expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 201);
    else await addBenchmark(harness, 'b', csv);
    const { models, explained, landmarks } = await read(harness);
    expect(models.map(({ model }: Wire) => model)).toEqual(expected.map(([model]) => model));
    expected.forEach(([, x, y], m) => {
      expect(models[m].x).toBeCloseTo(Number(x), 9);
      expect(models[m].y).toBeCloseTo(Number(y), 9);
    });
    expect([landmarks, explained]).toEqual([expected.length, expected.length < 2 ? [0, 0] : [1, 0]]);
  });

  it('leaves out a new model of whose items the history has no score any more', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', 'model,q1,q2\na,1,0\nb,0,1\n');
    const set = await drawCoreSet(harness, 'b', { size: 2 });
    await report(
      harness,
      set,
      itemsOf(set).map((item) => ({ item, score: 1 })),
    );
    expect((await read(harness)).models).toHaveLength(3);
    for (const model of ['a', 'b']) {
      expectStatus(await harness.send('DELETE', `/v1/benchmarks/b/models/${model}`), 204);
    }
    expect((await read(harness)).models).toEqual([]);
    expectStatus(await harness.send('POST', '/v1/benchmarks/b/scores', 'model,q3\nc,1\n', csvType), 200);
    expect((await read(harness)).models.map(({ model }: Wire) => model)).toEqual(['c']);
  });
});
