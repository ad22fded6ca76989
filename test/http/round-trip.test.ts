import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  abilityOf,
  drawCoreSet,
  expectStatus,
  itemsOf,
  lines,
  smallScore,
  type WireCoreSet,
} from '../support/fixtures.ts';
import { fileOf, formOf, gzipped, type SentFile, zipOf } from '../support/forms.ts';
import { type Harness, openHarness } from '../support/open-harness.ts';
import { filesIn, hasPython, runInFolder, type WireRunnable } from '../support/stand-ins.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { answerOf, refusal, type Wire } from './chosen-core-set.ts';
import {
  copies,
  docOf,
  docScore,
  docsPerTask,
  lmEvalRun,
  modelNames,
  placeOf,
  tasks,
} from './harness-logs.ts';

const target = 'acme/new-7b';
const ability = 21;

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

async function addHistory(name: string, files: readonly SentFile[]): Promise<void> {
  expectStatus(await harness.send('PUT', `/v1/benchmarks/${name}`, {}), 201);
  const { body, headers } = formOf(files);
  const { outcome } = expectStatus(
    await harness.send('POST', `/v1/benchmarks/${name}/imports`, body, headers),
    200,
  );
  expect(outcome.models_added).toBe(12);
}

async function runnableOf(set: WireCoreSet, format: string): Promise<WireRunnable> {
  return expectStatus(await harness.send('GET', `/v1/core-sets/${set.id}?format=${format}`), 200);
}

/** The answer to what a harness left. */
async function answerToLog(
  set: WireCoreSet,
  { body, headers }: { body: Buffer; headers: Record<string, string> },
  query = '',
): Promise<Wire> {
  const url = `/v1/core-sets/${set.id}/evaluations${query}`;
  return expectStatus(await harness.send('POST', url, body, headers), 201);
}

/** The answer to the same results as plain JSON. */
async function answerToResults(set: WireCoreSet, scoreOf: (item: string) => number): Promise<Wire> {
  const results = itemsOf(set).map((item) => ({ item, score: scoreOf(item) }));
  const body = { model: target, results };
  return expectStatus(await harness.send('POST', `/v1/core-sets/${set.id}/evaluations`, body), 201);
}

function expectSame(fromLog: Wire, fromResults: Wire): void {
  const { import: report, ...answer } = fromLog;
  expect(answerOf(answer)).toEqual(answerOf(fromResults));
  expect(answer.status).toBe('complete');
  expect(report).toMatchObject({ missing_items: [], missing_count: 0, extra_items: [], extra_count: 0 });
}

describe.skipIf(!hasPython)('a core set run by lm-eval', () => {
  const asked = { filter: 'strict-match', metrics: ['exact_match'], acc: undefined };
  beforeAll(() =>
    addHistory(
      'lm-eval',
      modelNames.flatMap((model, m) =>
        lmEvalRun(model, abilityOf(m), { change: (row) => ({ ...row, ...asked, exact_match: row.acc }) }),
      ),
    ),
  );

  const scoreOf = (item: string) => docScore(ability, ...placeOf(item));
  /** By the other filter all is the other way round. */
  const world = {
    tasks: Object.fromEntries(
      tasks.map((task) => [
        task,
        Array.from({ length: docsPerTask }, (_, index) => ({
          doc: docOf(task, index),
          'strict-match': docScore(ability, task, index),
          'flexible-extract': 1 - docScore(ability, task, index),
        })),
      ]),
    ),
  };

  function run(folder: ReturnType<typeof temporaryFolder>, runnable: WireRunnable): SentFile[] {
    runInFolder(folder.path('.'), runnable, world, { MODEL: target });
    return filesIn(folder.path('out'));
  }

  const copyNames = copies.map((index) => `${tasks[0]}/${index}`);

  /** A core set with so many of the two copies of a document. */
  async function drawWithCopies(count: number): Promise<WireCoreSet> {
    for (let seed = 1; seed < 60; seed++) {
      const set = await drawCoreSet(harness, 'lm-eval', { size: 50, seed });
      if (itemsOf(set).filter((item) => copyNames.includes(item)).length === count) return set;
    }
    throw new Error(`no core set has ${count} copies`);
  }

  const query = '?metric=exact_match&filter=strict-match';

  it.each([0, 1, 2])(
    'gives the estimate of the same results, with %i of two copies of a document',
    async (count) => {
      using folder = temporaryFolder();
      const set = await drawWithCopies(count);
      const files = run(folder, await runnableOf(set, 'lm-eval'));
      expect(files.map(({ path }) => path)).toEqual([
        'acme__new-7b/results_2026-01-21T03-44-18.458309.json',
        ...tasks.toSorted().map((task) => `acme__new-7b/samples_${task}_2026-01-21T03-44-18.458309.jsonl`),
      ]);
      const answer = await answerToLog(set, formOf(files), query);
      expectSame(answer, await answerToResults(set, scoreOf));
      expect(answer.import.remapped).toEqual({ count: 0, examples: [] });
      for (const summary of answer.import.summaries) expect(summary.agrees).toBe(true);
    },
  );

  /** The list as it should not be: the k-th document in the dataset gets the k-th label. */
  const disorders: readonly (readonly [string, (list: readonly number[]) => number[]])[] = [
    ['backwards', (list) => list.toReversed()],
    ['turned round by one', (list) => [...list.slice(1), list[0]]],
    ['as drawn', (list) => list.toSorted((a, b) => ((a * 17) % 41) - ((b * 17) % 41))],
  ];

  it.each(
    disorders.flatMap(([kind, disorder]) => [0, 1, 2].map((count) => [kind, count, disorder] as const)),
  )(
    'gives it too where the lists are %s and lm-eval labels them wrongly, with %i copies',
    async (_, count, disorder) => {
      using folder = temporaryFolder();
      const set = await drawWithCopies(count);
      const runnable = await runnableOf(set, 'lm-eval');
      const [{ name, content }] = runnable.files;
      const lists = Object.entries(JSON.parse(content) as Record<string, number[]>);
      const wrong = lists.map(([task, list]) => [task, disorder(list)] as const);
      const files = run(folder, {
        ...runnable,
        files: [{ name, content: JSON.stringify(Object.fromEntries(wrong)) }],
      });
      const answer = await answerToLog(set, formOf(files), query);
      expectSame(answer, await answerToResults(set, scoreOf));
      const mislabelled = wrong.flatMap(([task, list]) => {
        const visited = list.toSorted((a, b) => a - b);
        const question = (index: number) => docOf(task as (typeof tasks)[number], index).question;
        return list
          .filter((label, k) => question(label) !== question(visited[k]))
          .map((label) => `${task}/${label}`);
      });
      expect(mislabelled.length).toBeGreaterThan(10);
      const { remapped } = answer.import;
      expect(remapped.count).toBe(mislabelled.length);
      expect(remapped.examples).toHaveLength(Math.min(20, mislabelled.length));
      for (const { model, from, to } of remapped.examples) {
        expect(model).toBe(target);
        expect(mislabelled).toContain(from);
        expect(itemsOf(set)).toContain(to);
      }
    },
  );

  it('is scored by the filter of the history, and by no other', async () => {
    using folder = temporaryFolder();
    const set = await drawCoreSet(harness, 'lm-eval', { size: 30, seed: 5 });
    const form = formOf(run(folder, await runnableOf(set, 'lm-eval')));
    expectSame(await answerToLog(set, form), await answerToResults(set, scoreOf));
    const url = `/v1/core-sets/${set.id}/evaluations?filter=flexible-extract`;
    const refused = await harness.send('POST', url, form.body, form.headers);
    expect(refusal(refused)).toMatch(/^422 ambiguous-log/);
    expect(refused.json.detail).toContain('exact_match (strict-match)');
  });

  it('is refused where a task was run in full, unless what is extra is to be left out', async () => {
    using folder = temporaryFolder();
    const set = await drawCoreSet(harness, 'lm-eval', { size: 30, seed: 5 });
    const runnable = await runnableOf(set, 'lm-eval');
    const [{ name, content }] = runnable.files;
    const lists = JSON.parse(content);
    const full = { ...runnable, files: [{ name, content: JSON.stringify({ ...lists, sums: [] }) }] };
    const { body, headers } = formOf(run(folder, full));
    const url = `/v1/core-sets/${set.id}/evaluations${query}`;
    const refused = await harness.send('POST', url, body, headers);
    expect(refusal(refused)).toMatch(/^422 unknown-item item sums\//);
    const answer = await answerToLog(set, { body, headers }, `${query}&extra=ignore`);
    const extra = docsPerTask - lists.sums.length;
    expect(answer.import.extra_count).toBe(extra);
    expect(answer.import.extra_items).toHaveLength(extra);
    expect(answerOf({ ...answer, import: undefined })).toEqual(answerOf(await answerToResults(set, scoreOf)));
  });
});

describe.skipIf(!hasPython)('a core set run by Inspect', () => {
  /** Ids that patterns, command lines and archives could stumble on. */
  const odd = [
    'a*b',
    'a?b',
    'aXb',
    '[ab]',
    'a',
    'x:y',
    'in/folder',
    '../out',
    "it's",
    'with space',
    'ü',
    '007x',
  ];
  const inspectTasks = ['inspect_evals/quiz', 'local_task'];
  const samplesOf = (task: string) =>
    Array.from({ length: docsPerTask }, (_, index) => ({
      id: task === 'local_task' ? index + 1 : (odd[index] ?? `plain-${index}`),
      input: `${task} question ${index}`,
      target: String(index % 4),
    }));
  const right = (level: number, task: string, index: number) =>
    smallScore(level, (index + 7 * inspectTasks.indexOf(task)) % docsPerTask);
  const letter = (score: number) => (score === 1 ? 'C' : 'I');

  beforeAll(() =>
    addHistory(
      'inspect',
      modelNames.flatMap((model, m) =>
        inspectTasks.map((task, t) => ({
          path: `${m}-${t}.json`,
          content: JSON.stringify({
            ...{ version: 2, status: 'success', eval: { task, model }, results: {} },
            samples: samplesOf(task).map((sample, index) => ({
              ...{ ...sample, epoch: 1 },
              scores: { match: { value: letter(right(abilityOf(m), task, index)) } },
            })),
          }),
        })),
      ),
    ),
  );

  const world = {
    tasks: Object.fromEntries(
      inspectTasks.map((task) => [
        task,
        samplesOf(task).map((sample, index) => ({ ...sample, value: letter(right(ability, task, index)) })),
      ]),
    ),
  };
  const scores = new Map(
    inspectTasks.flatMap((task) =>
      samplesOf(task).map(({ id }, index) => [`${task}/${id}`, right(ability, task, index)]),
    ),
  );

  it.each(['eval', 'json'])('gives the estimate of the same results by its %s logs', async (logFormat) => {
    using folder = temporaryFolder();
    const set = await drawCoreSet(harness, 'inspect', { size: 60, seed: 3 });
    expect(itemsOf(set).filter((item) => odd.some((id) => item.endsWith(`/${id}`))).length).toBeGreaterThan(
      5,
    );
    const runnable = await runnableOf(set, 'inspect');
    const environment = { INSPECT_LOG_DIR: 'logs', INSPECT_LOG_FORMAT: logFormat };
    runInFolder(folder.path('.'), runnable, world, { MODEL: target }, environment);
    const files = filesIn(folder.path('logs'));
    expect(files.map(({ path }) => path)).toEqual(
      ['inspect_evals-quiz', 'local_task'].map((task) => `2026-01-21T03-44-18_${task}.${logFormat}`),
    );
    const expected = await answerToResults(set, (item) => scores.get(item)!);
    for (const sent of [formOf(files), gzipped(formOf(files)), fileOf(zipOf(files), 'application/zip')]) {
      expectSame(await answerToLog(set, sent), expected);
    }
  });

  it('runs all of a core set that holds everything, odd ids too', async () => {
    using folder = temporaryFolder();
    const set = await drawCoreSet(harness, 'inspect', { size: 80, seed: 3 });
    runInFolder(
      folder.path('.'),
      await runnableOf(set, 'inspect'),
      world,
      { MODEL: target },
      { INSPECT_LOG_DIR: 'logs' },
    );
    const answer = await answerToLog(set, formOf(filesIn(folder.path('logs'))));
    expectSame(answer, await answerToResults(set, (item) => scores.get(item)!));
  });
});

describe.skipIf(!hasPython)('a core set run by HELM', () => {
  const entries = ['mmlu:subject=anatomy,method=joint', 'narrative_qa'];
  /** Every fourth instance is to train on; ids are places among all. */
  const rowsOf = (entry: string, level: number) =>
    Array.from({ length: 48 }, (_, place) => ({
      text: `${entry} instance ${place}`,
      split: place % 4 === 1 ? 'train' : 'test',
      score: smallScore(level, (place + 11 * entries.indexOf(entry)) % docsPerTask),
    }));
  const stat = (mean: number) => ({
    name: { name: 'exact_match', split: 'test' },
    count: 1,
    sum: mean,
    mean,
  });
  const logsOf = (model: string, level: number): SentFile[] =>
    entries.flatMap((entry) => {
      const name = `${entry}${entry.includes(':') ? ',' : ':'}model=${model.replace('/', '_')}`;
      const folder = `runs/s/${name.replaceAll(':', '-')}`;
      const spec = { name, adapter_spec: { model }, scenario_spec: { class_name: 'X', args: {} } };
      const stats = rowsOf(entry, level)
        .map(({ split, score }, place) => ({ split, score, id: `id${place}` }))
        .filter(({ split }) => split === 'test')
        .map(({ id, score }) => ({ instance_id: id, train_trial_index: 0, stats: [stat(score)] }));
      return [
        { path: `${folder}/run_spec.json`, content: JSON.stringify(spec) },
        { path: `${folder}/per_instance_stats.json`, content: JSON.stringify(stats) },
      ];
    });

  it('gives the estimate of the same results', async () => {
    using folder = temporaryFolder();
    await addHistory(
      'helm',
      modelNames.flatMap((model, m) => logsOf(model, abilityOf(m))),
    );
    const set = await drawCoreSet(harness, 'helm', { size: 40, seed: 2 });
    const runnable = await runnableOf(set, 'helm');
    const world = { tasks: Object.fromEntries(entries.map((entry) => [entry, rowsOf(entry, ability)])) };
    mkdirSync(folder.path('work'));
    runInFolder(folder.path('work'), runnable, world, { MODEL: target, SUITE: 'mine' });
    const files = filesIn(folder.path(`work/${set.id}.helm-output/runs`));
    expect(files).toHaveLength(4);
    const scoreOf = (item: string) => {
      const slash = item.lastIndexOf('/id');
      return rowsOf(item.slice(0, slash), ability)[Number(item.slice(slash + 3))].score;
    };
    const answer = await answerToLog(set, formOf(files));
    expectSame(answer, await answerToResults(set, scoreOf));
    const ran = answer.import.files.filter(({ records }: Wire) => records > 0);
    expect(ran.reduce((sum: number, { records }: Wire) => sum + records, 0)).toBe(40);
  });
});

describe('a core set run by hand', () => {
  it('gives the estimate of the same results, by a table of its names', async () => {
    await addHistory(
      'by-hand',
      modelNames.flatMap((model, m) => lmEvalRun(model, abilityOf(m))),
    );
    const set = await drawCoreSet(harness, 'by-hand', { size: 45, seed: 8 });
    const list = await harness.send('GET', `/v1/core-sets/${set.id}?format=txt&part=file`);
    const names = list.text.trimEnd().split('\n');
    expect(names).toEqual(itemsOf(set));
    const scoreOf = (item: string) => docScore(ability, ...placeOf(item));
    const expected = await answerToResults(set, scoreOf);
    const long = lines([['model', 'item', 'score'], ...names.map((item) => [target, item, scoreOf(item)])]);
    const wide = lines([
      ['model', ...names],
      [target, ...names.map(scoreOf)],
    ]);
    for (const sent of [
      fileOf(long, 'text/csv'),
      fileOf(wide, 'text/csv'),
      formOf([{ path: 'r.csv', content: long }]),
    ]) {
      expectSame(await answerToLog(set, sent), expected);
    }
  });
});
