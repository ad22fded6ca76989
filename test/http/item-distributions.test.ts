import { describe, expect, it } from 'vitest';
import { addBenchmark, expectStatus, smallWideCsv } from '../support/fixtures.ts';
import { openHarness, type Sender } from '../support/open-harness.ts';
import type { Wire } from './chosen-core-set.ts';

const url = '/v1/benchmarks/b/item-distribution';

async function read(sender: Sender, query = ''): Promise<Wire> {
  return expectStatus(await sender.send('GET', `${url}${query}`), 200);
}

function countsOf({ bins }: Wire): number[] {
  return bins.map(({ items }: Wire) => items);
}

describe('the items by difficulty', () => {
  it('by hand, in score units; the last bin has the easiest in it, items without a score are in none', async () => {
    await using harness = await openHarness();
    const csv = 'model,q1,q2,q3,q4,q5\na,0,5,10,10,\nb,0,0,10,5,\nx,,,,,1\n';
    await addBenchmark(harness, 'b', csv, { score_range: [0, 10] });
    expectStatus(await harness.send('DELETE', '/v1/benchmarks/b/models/x'), 204);
    expect(await read(harness, '?bins=4')).toEqual({
      benchmark: 'b',
      revision: 2,
      score_range: [0, 10],
      items: 4,
      unscored_items: 1,
      bins: [
        { lower: 0, upper: 2.5, items: 1 },
        { lower: 2.5, upper: 5, items: 1 },
        { lower: 5, upper: 7.5, items: 0 },
        { lower: 7.5, upper: 10, items: 2 },
      ],
    });
  });

  it('add up to all of them, whatever the bins, and are those of the list', async () => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/b/items?limit=500'), 200);
    for (const bins of [1, 2, 7, 20, 200]) {
      const distribution = await read(harness, `?bins=${bins}`);
      expect(distribution.bins).toHaveLength(bins);
      expect(distribution.items).toBe(40);
      const expected = distribution.bins.map(
        ({ lower, upper }: Wire) =>
          data.filter(({ difficulty }: Wire) => {
            const isLast = upper === 1 && difficulty > 1 - 1e-9;
            return (difficulty > lower - 1e-9 && difficulty < upper - 1e-9) || isLast;
          }).length,
      );
      expect(countsOf(distribution)).toEqual(expected);
    }
    expect((await read(harness)).bins).toHaveLength(20);
  });

  it('are none without a history', async () => {
    await using harness = await openHarness();
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b'), 201);
    const empty = await read(harness, '?bins=2');
    expect([empty.items, empty.unscored_items, countsOf(empty)]).toEqual([0, 0, [0, 0]]);
  });
});
