import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  lines,
  smallResults,
  smallWideCsv,
  type WireCoreSet,
  type WireResult,
} from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runProgram } from './run-program.ts';

const ability = 20;

/** A core set of the small benchmark, and what the service makes of results on it, with its probabilities. */
async function byTheService(): Promise<{ coreSet: WireCoreSet; results: WireResult[]; answer: unknown }> {
  await using harness = await openHarness();
  await addBenchmark(harness, 'history', smallWideCsv);
  const coreSet = await drawCoreSet(harness, 'history', { size: 12, seed: 2 });
  const results = smallResults(itemsOf(coreSet), ability);
  const weighed = results.map((result, k) => ({
    ...result,
    inclusion_probability: coreSet.items[k].inclusion_probability,
  }));
  const body = { results: weighed, model: 'acme', level: 0.9 };
  const answer = expectStatus(await harness.send('POST', '/v1/benchmarks/history/estimates', body), 200);
  return { coreSet, results, answer };
}

const { coreSet, results, answer } = await byTheService();

/** The same as files. */
function preparedFiles(manifest: unknown = { core_set: coreSet.id, items: coreSet.items }) {
  const folder = temporaryFolder();
  writeFileSync(folder.path('history.csv'), smallWideCsv);
  const rows = results.map(({ item, score }) => ['acme', item, score]);
  writeFileSync(folder.path('results.csv'), lines([['model', 'item', 'score'], ...rows]));
  writeFileSync(folder.path('manifest.json'), JSON.stringify(manifest));
  const words = [
    'estimate',
    '--history',
    folder.path('history.csv'),
    '--results',
    folder.path('results.csv'),
  ];
  return {
    words,
    weighed: [...words, '--manifest', folder.path('manifest.json')],
    folder,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe('benchcast estimate', () => {
  it('gives what the service gives for the same results and probabilities', async () => {
    using files = preparedFiles();
    const { code, out } = await runProgram([...files.weighed, '--level', '0.9', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(answer);
  });

  it('prints it for people, the model by the name in its file', async () => {
    using files = preparedFiles();
    const { code, out } = await runProgram(files.weighed);
    expect(code).toBe(0);
    expect(out).toMatch(/^acme; run on 12 of 40 items$/m);
    expect(out).toMatch(/│ aipw +│ [01]\.\d{3} +│ 0\.\d{3} to [01]\.\d{3} +│/);
    expect(out).not.toContain('assumed-random');
  });

  it('warns where nothing says how the items were drawn', async () => {
    using files = preparedFiles();
    const { code, out, err } = await runProgram([...files.words, '--fail-on', 'warning']);
    expect(out).toMatch(/^WARN +assumed-random: /m);
    expect([code, err]).toEqual([3, expect.stringContaining('assumed-random')]);
  });

  it('names results on items that are not in the manifest', async () => {
    const [lost, ...kept] = coreSet.items;
    using files = preparedFiles({ items: kept });
    const { code, out, err } = await runProgram(files.weighed);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      `benchcast: 1 of 12 results are on items that are not in the manifest: "${lost.item}"\n`,
    );
  });

  it('takes a core set without probabilities for what it is', async () => {
    using files = preparedFiles({
      items: coreSet.items.map(({ item }) => ({ item, inclusion_probability: null })),
    });
    const { code, out } = await runProgram(files.weighed);
    expect(code).toBe(0);
    expect(out).toContain('assumed-random');
  });

  it.each([
    ['no list of items', { core_set: 'x' }, /is no manifest of a core set\n {2}items: /],
    [
      'an impossible probability',
      { items: [{ item: 'q', inclusion_probability: 0 }] },
      /items\.0\.inclusion_prob/,
    ],
  ])('refuses a manifest with %s', async (_, manifest, sentence) => {
    using files = preparedFiles(manifest);
    const { code, out, err } = await runProgram(files.weighed);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(sentence);
  });

  it('refuses a file that is not there, and a method that there is not', async () => {
    using files = preparedFiles();
    const nowhere = files.folder.path('nowhere.json');
    expect(await runProgram([...files.words, '--manifest', nowhere])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^benchcast: .*nowhere\.json cannot be read: [^\n]*\n$/),
    });
    const history = await runProgram(['estimate', '--history', nowhere, '--results', nowhere]);
    expect(history).toMatchObject({ code: 1, err: expect.stringMatching(/^benchcast: .*nowhere\.json/) });
    const magic = await runProgram([...files.words, '--methods', 'aipw,magic']);
    expect(magic).toMatchObject({ code: 2, err: expect.stringMatching(/^benchcast: --methods: /) });
  });
});
