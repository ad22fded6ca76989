import { expect, it } from 'vitest';
import { warningCodes } from '../../src/estimation/warnings.ts';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallItems,
  smallLongCsv,
  smallModels,
  smallResults,
  type WireCoreSet,
  type WireResult,
} from '../support/fixtures.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';

interface Raised {
  readonly code: string;
  readonly severity: string;
  readonly figures: Readonly<Record<string, number>>;
}

interface Case {
  readonly code: string;
  readonly severity: string;
  readonly figures: object;
  readonly coreSet?: object;
  /** Before the results are sent. */
  readonly before?: (harness: Harness) => Promise<unknown>;
  readonly results?: (coreSet: WireCoreSet) => readonly WireResult[];
}

const quiet = { size: 24, seed: 7 };
const average = 19;

/** So many right, the items in their order. */
function withRight(coreSet: WireCoreSet, right: number): WireResult[] {
  const easiest = coreSet.items.toSorted((a, b) => b.difficulty! - a.difficulty!);
  return easiest.map(({ item }, rank) => ({ item, score: rank < right ? 1 : 0 }));
}

const cases: Readonly<Record<string, Case>> = {
  'above the best source': {
    code: 'frontier',
    severity: 'critical',
    figures: { best_source: 0.75, percentile: 1 },
    results: (set) => smallResults(itemsOf(set), 40),
  },
  // Between the 95th percentile, 0.7225, and the best source, 0.75.
  'above most sources': {
    code: 'frontier',
    severity: 'warn',
    figures: { best_source: 0.75, percentile: expect.closeTo(11 / 12, 11) },
    coreSet: { size: 38, seed: 7 },
    results: (set) => withRight(set, 28),
  },
  'right where the others are wrong': {
    code: 'low-similarity',
    severity: 'warn',
    figures: { low_threshold: 0.1, percentile: 0 },
    results: (set) =>
      smallResults(itemsOf(set), average).map(({ item, score }) => ({ item, score: 1 - score })),
  },
  'a core set of 19': {
    code: 'small-core-set',
    severity: 'warn',
    figures: { observed_items: 19, minimum: 20 },
    coreSet: { size: 19, seed: 7 },
  },
  'results missing': {
    code: 'incomplete-core-set',
    severity: 'warn',
    figures: { observed_items: 21, core_set_size: 24, missing_share: 0.125 },
    results: (set) => smallResults(itemsOf(set), average).slice(3),
  },
  'nine sources': {
    code: 'thin-history',
    severity: 'warn',
    figures: { source_models: 9, minimum: 10 },
    coreSet: { ...quiet, exclude_models: smallModels.slice(0, 3) },
  },
  'items added since': {
    code: 'stale-core-set',
    severity: 'warn',
    figures: { drawn_at_revision: 1, changed_at_revision: 2 },
    before: (harness) =>
      harness.send('POST', '/v1/benchmarks/small/scores', {
        items: ['late'],
        models: [{ model: 'model-00', scores: [1] }],
      }),
  },
  'items regrouped since': {
    code: 'stale-core-set',
    severity: 'warn',
    figures: { drawn_at_revision: 1, changed_at_revision: 2 },
    before: (harness) =>
      harness.send('PUT', '/v1/benchmarks/small/items', { items: [{ item: smallItems[0], group: 'new' }] }),
  },
  'every answer wrong': {
    code: 'no-gain',
    severity: 'info',
    figures: { leave_one_out_r2: 0, threshold: 0.02 },
    results: (set) => withRight(set, 0),
  },
};

async function warn({ coreSet = quiet, before, results }: Partial<Case>): Promise<Raised[]> {
  await using harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  const set = await drawCoreSet(harness, 'small', coreSet);
  await before?.(harness);
  const sent = results?.(set) ?? smallResults(itemsOf(set), average);
  const reply = await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, {
    model: 'new',
    results: sent,
  });
  return expectStatus(reply, 201).warnings;
}

it('raises no warning where there is nothing to warn of', async () => {
  expect(await warn({})).toEqual([]);
});

it.each(Object.entries(cases))('%s', async (_, given) => {
  const warnings = await warn(given);
  const raised = warnings.find(({ code }) => code === given.code);
  expect(raised, JSON.stringify(warnings)).toMatchObject({
    severity: given.severity,
    message: expect.stringMatching(/^[A-Z].+\.$/),
    figures: given.figures,
  });
  const order = ['critical', 'warn', 'info'];
  const severities = warnings.map(({ severity }) => order.indexOf(severity));
  expect(severities).toEqual(severities.toSorted());
});

it('assumes a random sample where an estimate is asked for without probabilities', async () => {
  await using harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  const results = smallResults(smallItems.slice(0, 20), average);
  const reply = await harness.send('POST', '/v1/benchmarks/small/estimates', { results });
  expect(expectStatus(reply, 200).warnings).toMatchObject([
    { code: 'assumed-random', severity: 'warn', figures: { assumed_inclusion_probability: 0.5 } },
  ]);
});

it('does not call a core set stale for what leaves its items alone', async () => {
  const harmless: readonly ((harness: Harness) => Promise<unknown>)[] = [
    (harness) => harness.send('DELETE', '/v1/benchmarks/small/models/model-00'),
    (harness) =>
      harness.send('PUT', '/v1/benchmarks/small/items', { items: [{ item: 'item-00', metadata: { a: 1 } }] }),
    (harness) => harness.send('PUT', '/v1/benchmarks/small', { score_range: [0, 1], title: 'New' }),
  ];
  for (const before of harmless) expect(await warn({ before })).toEqual([]);
});

it('leaves the estimate of a stale core set as it was', async () => {
  await using harness = await openHarness();
  await addBenchmark(harness, 'small', smallLongCsv);
  const set = await drawCoreSet(harness, 'small', quiet);
  const url = `/v1/core-sets/${set.id}/evaluations`;
  const body = { model: 'new', results: smallResults(itemsOf(set), average) };
  const fresh = expectStatus(await harness.send('POST', url, body), 201);
  await cases['items added since'].before?.(harness);
  const stale = expectStatus(await harness.send('POST', url, body), 201);
  expect(stale.population).toBe(40);
  expect(stale.estimates).toEqual(fresh.estimates);
  expect(stale.similarity).toEqual(fresh.similarity);
});

it('has every code but those raised where estimates without storing, purposive designs, predictions and back-tests are tested', () => {
  const elsewhere = ['assumed-random', 'purposive-design', 'predictions-match-results', 'interval-doubtful'];
  const raised = [...Object.values(cases).map(({ code }) => code), ...elsewhere];
  expect(new Set(raised)).toEqual(new Set(warningCodes));
});
