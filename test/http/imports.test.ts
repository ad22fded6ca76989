import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  abilityOf,
  addBenchmark,
  csvType,
  expectStatus,
  lines,
  smallItems,
  smallLongCsv,
  smallModels,
  smallScore,
  smallWideCsv,
} from '../support/fixtures.ts';
import { fileOf, formOf, gzipped, type SentBody, type SentFile, zipOf } from '../support/forms.ts';
import { tarOf } from '../support/logs.ts';
import { type Harness, openHarness, type Reply } from '../support/open-harness.ts';
import { refusal, type Wire } from './chosen-core-set.ts';
import {
  docHash,
  docOf,
  docScore,
  history,
  historyCsv,
  jsonLines,
  lmEvalRow,
  lmEvalRun,
  modelNames,
  placeOf,
  tasks,
} from './harness-logs.ts';

/** What a way of sending must leave behind, whichever it is. */
async function storedIn(harness: Harness, name = 'b'): Promise<string> {
  const urls = ['', '/scores', '/items?limit=500', '/models'].map((path) => `/v1/benchmarks/${name}${path}`);
  const texts: string[] = [];
  for (const url of urls) {
    const reply = await harness.send('GET', url);
    expectStatus(reply, 200);
    texts.push(reply.text.replaceAll(/"(created|updated)_at":"[^"]*"/g, ''));
  }
  return texts.join('\n');
}

function post(harness: Harness, sent: SentBody, query = '', name = 'b'): Promise<Reply> {
  return harness.send('POST', `/v1/benchmarks/${name}/imports${query}`, sent.body, sent.headers);
}

async function open(): Promise<Harness> {
  const harness = await openHarness();
  expectStatus(await harness.send('PUT', '/v1/benchmarks/b', {}), 201);
  return harness;
}

const withGzippedFiles = history.map(
  ({ path, content }): SentFile => ({
    path: `${path}.gz`,
    content: gzipSync(content),
  }),
);

describe('a history of logs', () => {
  let expected: string;
  beforeAll(async () => {
    await using harness = await open();
    expectStatus(await post(harness, formOf(history)), 200);
    expected = await storedIn(harness);
  });

  it.each<[string, () => SentBody | Promise<SentBody>]>([
    ['a gzipped form', () => gzipped(formOf(history))],
    ['a form of gzipped files', () => formOf(withGzippedFiles)],
    ['a form of a zip', () => formOf([{ path: 'logs.zip', content: zipOf(history) }])],
    [
      'a form of a tar.gz',
      async () => formOf([{ path: 'l.tar.gz', content: gzipSync(await tarOf(history)) }]),
    ],
    ['a zip', () => fileOf(zipOf(history), 'application/zip')],
    ['a zip of gzipped files', () => fileOf(zipOf(withGzippedFiles), 'application/zip')],
    ['a zip of bytes', () => fileOf(zipOf(history))],
    ['a gzipped zip', () => gzipped(fileOf(zipOf(history), 'application/zip'))],
    ['a tar', async () => fileOf(await tarOf(history))],
    ['a tar.gz', async () => fileOf(gzipSync(await tarOf(history)), 'application/gzip')],
    ['a tar, gzipped for the way', async () => gzipped(fileOf(await tarOf(history)))],
    ['a tar.gz, gzipped for the way', async () => gzipped(fileOf(gzipSync(await tarOf(history))))],
  ])('is the same by %s', async (_, sent) => {
    await using harness = await open();
    const { models, groups, outcome, question } = expectStatus(await post(harness, await sent()), 200);
    expect(question).toBeNull();
    expect(models).toHaveLength(12);
    expect(groups).toEqual(tasks.map((group) => ({ group, item_count: 40 })));
    expect(outcome).toMatchObject({ models_added: 12, items_added: 120, cells: 1440, revision: 1 });
    expect(await storedIn(harness)).toBe(expected);
  });

  it('is the same file by file, each as the body under its name', async () => {
    await using harness = await open();
    for (const { path, content } of history) {
      if (!path.includes('samples_')) continue;
      const model = path.split('/')[0].replace('__', '/');
      const query = `?filename=${encodeURIComponent(path)}&model=${encodeURIComponent(model)}`;
      expectStatus(await post(harness, fileOf(content, 'application/jsonl'), query), 200);
    }
    const withoutRevision = (text: string) => text.replaceAll(/"revision":\d+/g, '');
    expect(withoutRevision(await storedIn(harness))).toBe(withoutRevision(expected));
  });

  it('has the scores of the same matrix', async () => {
    await using harness = await open();
    expectStatus(await post(harness, fileOf(historyCsv, 'text/csv')), 200);
    const scores = async (name: string) => (await harness.send('GET', `/v1/benchmarks/${name}/scores`)).text;
    expectStatus(await harness.send('PUT', '/v1/benchmarks/logs', {}), 201);
    expectStatus(await post(harness, formOf(history), '', 'logs'), 200);
    expect(await scores('logs')).toBe(await scores('b'));
  });

  it('says what each file is, what was scored how, and that the means agree', async () => {
    await using harness = await open();
    const report = expectStatus(await post(harness, formOf(lmEvalRun('org/one', 20))), 200);
    expect(report).toMatchObject({ dry_run: false, benchmark: 'b', missing: [], conflicts: [], notes: [] });
    expect(report.remapped).toEqual({ count: 0, examples: [] });
    expect(report.files.map(({ format, records }: Wire) => `${format} ${records}`)).toEqual([
      'lm-eval 0',
      'lm-eval 40',
      'lm-eval 40',
      'lm-eval 40',
    ]);
    const measure = { metric: 'acc', filter: 'none', chosen: true, scored: 40, missing: 0, reason: null };
    expect(report.tasks).toEqual(
      tasks.map((task) => ({ task, items: 40, new_items: 40, measures: [measure] })),
    );
    const mean = (task: (typeof tasks)[number]) =>
      Array.from({ length: 40 }, (_, j) => docScore(20, task, j)).reduce((a, b) => a + b) / 40;
    expect(report.summaries).toEqual(
      tasks.map((task) => ({
        ...{ model: 'org/one', task, metric: 'acc', filter: 'none', reported: mean(task) },
        ...{ reported_items: 40, mean: expect.closeTo(mean(task), 12), items: 40, agrees: true },
      })),
    );
    expect(report.models).toEqual([
      {
        ...{ model: 'org/one', scored_items: 120, missing_items: 0, is_new: true },
        mean_score: expect.closeTo((mean('sums') + mean('word_order') + mean('logic')) / 3, 12),
      },
    ]);
  });

  it('tells items where they are from: task, id and content', async () => {
    await using harness = await open();
    expectStatus(await post(harness, formOf(history)), 200);
    const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/b/items?limit=500'), 200);
    expect(data).toHaveLength(120);
    for (const { item, group, metadata } of data) {
      const [task, index] = placeOf(item);
      expect(group).toBe(task);
      const hash = `lm-eval:${docHash(docOf(task, index))}`;
      const known = { harness: 'lm-eval', task, native_id: String(index), content_hash: hash };
      expect(metadata).toEqual({ ...known, metric: 'acc', filter: 'none' });
    }
    const { data: models } = expectStatus(await harness.send('GET', '/v1/benchmarks/b/models'), 200);
    expect(models.map(({ model, source }: Wire) => [model, source])).toEqual(
      modelNames.map((model) => [model, 'lm-eval']),
    );
  });

  it('grows by another model on the same items', async () => {
    await using harness = await open();
    expectStatus(await post(harness, formOf(history)), 200);
    const report = expectStatus(await post(harness, formOf(lmEvalRun('org/late', 25))), 200);
    expect(report.outcome).toMatchObject({ models_added: 1, items_added: 0, cells: 120, revision: 2 });
    expect(report.tasks.map(({ new_items }: Wire) => new_items)).toEqual([0, 0, 0]);
    expect(report.models[0].is_new).toBe(true);
  });

  it('is of two models, though their runs ended at the same time', async () => {
    await using harness = await open();
    const run = (model: string, ability: number, task: (typeof tasks)[number]) =>
      lmEvalRun(model, ability, { time: '2026-01-01T00-00-00.000000', tasks: [task] });
    const files = [...run('org/one', 15, 'sums'), ...run('org/two', 30, 'logic')];
    const { models } = expectStatus(await post(harness, formOf(files)), 200);
    expect(models.map(({ model, scored_items }: Wire) => [model, scored_items])).toEqual([
      ['org/one', 40],
      ['org/two', 40],
    ]);
  });
});

describe('a matrix', () => {
  const rows = smallModels.flatMap((model, m) =>
    smallItems.map((item, j) => ({ model, item, score: smallScore(abilityOf(m), j) })),
  );
  const column = (name: 'model' | 'item' | 'score') => ({ name, data: rows.map((row) => row[name]) });
  const parquet = Buffer.from(
    parquetWriteBuffer({ columnData: [column('model'), column('item'), column('score')] }),
  );
  const matrix = JSON.stringify({
    items: smallItems,
    models: smallModels.map((model, m) => ({
      model,
      scores: smallItems.map((_, j) => smallScore(abilityOf(m), j)),
    })),
  });
  const cells = jsonLines(rows);

  it.each<[string, string, SentBody]>([
    ['wide CSV', 'csv', fileOf(smallWideCsv, 'text/csv')],
    ['CSV with a charset', 'csv', fileOf(smallWideCsv, 'text/csv; charset=utf-8')],
    ['CSV with a type in capitals', 'csv', fileOf(smallWideCsv, 'Text/CSV')],
    ['gzipped CSV', 'csv', gzipped(fileOf(smallWideCsv, 'text/csv'))],
    ['CSV in a .gz', 'csv', fileOf(gzipSync(smallWideCsv), 'application/gzip')],
    ['CSV of bytes', 'csv', fileOf(smallWideCsv)],
    ['CSV with a byte order mark', 'csv', fileOf(`\ufeff${smallWideCsv}`, 'text/csv')],
    ['CSV in a form', 'csv', formOf([{ path: 'history.csv', content: smallWideCsv }])],
    [
      'gzipped CSV in a gzipped form',
      'csv',
      gzipped(formOf([{ path: 'h', content: gzipSync(smallWideCsv) }])),
    ],
    ['CSV in a zip', 'csv', fileOf(zipOf([{ path: 'h.csv', content: smallWideCsv }]), 'application/zip')],
    ['NDJSON', 'ndjson', fileOf(cells, 'application/x-ndjson')],
    ['gzipped NDJSON', 'ndjson', gzipped(fileOf(cells, 'application/x-ndjson'))],
    ['NDJSON as JSONL', 'ndjson', fileOf(cells, 'application/jsonl')],
    ['JSON of bytes', 'json', fileOf(matrix)],
    ['JSON in a form', 'json', formOf([{ path: 'm.json', content: matrix }])],
    ['Parquet', 'parquet', fileOf(parquet, 'application/vnd.apache.parquet')],
    ['gzipped Parquet', 'parquet', gzipped(fileOf(parquet, 'application/vnd.apache.parquet'))],
    ['Parquet in a form', 'parquet', formOf([{ path: 'h.parquet', content: parquet }])],
  ])('is the same by %s', async (_, format, sent) => {
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', smallWideCsv);
    const expected = (await harness.send('GET', '/v1/benchmarks/b/scores')).text;
    await harness.send('PUT', '/v1/benchmarks/other', {});
    const report = expectStatus(await post(harness, sent, '', 'other'), 200);
    expect(report.files).toMatchObject([{ format, note: null }]);
    expect(report.outcome).toMatchObject({ models_added: 12, items_added: 40, cells: 480 });
    expect(report.tasks).toEqual([{ task: null, items: 40, new_items: 40, measures: [] }]);
    expect((await harness.send('GET', '/v1/benchmarks/other/scores')).text).toBe(expected);
  });

  it.each<[string, string, string, SentBody, string]>([
    ['CSV', 'csv', '', fileOf('item,score\nq1,1\nq2,0\n', 'text/csv'), '422 ambiguous-log line 1'],
    [
      'CSV in a form',
      'csv',
      '',
      formOf([{ path: 'h.csv', content: 'item,score\nq1,1\nq2,0\n' }]),
      '422 ambiguous-log line 1',
    ],
    [
      'CSV with groups',
      'csv',
      'sums',
      fileOf('item,score,group\nq1,1,sums\nq2,0,sums\n', 'text/csv'),
      '422 ambiguous-log line 1',
    ],
    [
      'NDJSON',
      'ndjson',
      '',
      fileOf('{"item":"q1","score":1}\n{"item":"q2","score":0}\n', 'application/x-ndjson'),
      '422 invalid-request line 1, model',
    ],
  ])(
    'of items and scores alone is of the model that is given, and refused without one: %s',
    async (...of) => {
      const [, format, group, sent, expected] = of;
      await using harness = await open();
      const before = await storedIn(harness);
      expect(refusal(await post(harness, sent))).toBe(expected);
      expect(await storedIn(harness)).toBe(before);
      const report = expectStatus(await post(harness, sent, '?model=org%2Fone'), 200);
      expect(report.files).toMatchObject([{ format, records: 1 }]);
      expect(report.groups.map((entry: Wire) => entry.group)).toEqual(group === '' ? [] : [group]);
      const { text } = await harness.send('GET', '/v1/benchmarks/b/scores', undefined, {
        accept: 'application/x-ndjson',
      });
      expect(
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toMatchObject([{ model: 'org/one', scores: { q1: 1, q2: 0 } }]);
    },
  );

  it('is refused with a line of more columns than there may be items', async () => {
    await using harness = await open();
    const wide = `model,q\nm${','.repeat(2_000_001)}\n`;
    for (const sent of [fileOf(wide, 'text/csv'), formOf([{ path: 'h.csv', content: wide }])]) {
      const reply = await post(harness, sent);
      expect(reply.json.type).toBe('/problems/too-large');
      expect(reply.json.detail).toMatch(/a line of more than 2000000 columns/);
    }
    // The commas of all lines together may be more.
    const long = `model,q\n${'\n'.repeat(3)}${Array.from({ length: 12 }, (_, m) => `m${m},1\n`).join('')}`;
    expectStatus(await post(harness, fileOf(long, 'text/csv')), 200);
  });

  it('brings its groups', async () => {
    await using harness = await open();
    const { groups } = expectStatus(await post(harness, fileOf(smallLongCsv, 'text/csv')), 200);
    expect(groups).toEqual([
      { group: 'algebra', item_count: 16 },
      { group: 'geometry', item_count: 12 },
      { group: 'logic', item_count: 8 },
    ]);
  });

  it('is imported alone', async () => {
    await using harness = await open();
    const two = formOf([...lmEvalRun('org/one', 20), { path: 'h.csv', content: smallWideCsv }]);
    expect(refusal(await post(harness, two))).toBe('422 unreadable-log h.csv');
    expect((await harness.send('GET', '/v1/benchmarks/b/models')).json.data).toEqual([]);
  });

  it('is refused with the line and column of a wrong cell', async () => {
    await using harness = await open();
    const bad = smallWideCsv.replace('model-03,', 'model-03,x');
    for (const sent of [fileOf(bad, 'text/csv'), formOf([{ path: 'h.csv', content: bad }])]) {
      expect(refusal(await post(harness, sent))).toBe('422 invalid-request line 5, column item-00');
    }
    expect((await harness.send('GET', '/v1/benchmarks/b/models')).json.data).toEqual([]);
  });
});

describe('a dry run', () => {
  it('says all that the import says but its outcome, and changes nothing', async () => {
    await using harness = await open();
    expectStatus(await post(harness, formOf(history.slice(0, 8))), 200);
    const before = await storedIn(harness);
    const dry = expectStatus(await post(harness, formOf(history), '?dry_run=true'), 200);
    expect(await storedIn(harness)).toBe(before);
    const wet = expectStatus(await post(harness, formOf(history)), 200);
    expect(dry).toEqual({ ...wet, dry_run: true, outcome: null });
    expect(wet.outcome).toMatchObject({ models_added: 10, models_skipped: 2, items_added: 0, revision: 2 });
  });

  it.each([
    ['a log', formOf(lmEvalRun('org/one', 20))],
    ['a matrix on its way', fileOf(smallWideCsv, 'text/csv')],
    ['a matrix in a form', formOf([{ path: 'h.csv', content: smallWideCsv }])],
  ])('of %s leaves an empty benchmark empty', async (_, sent) => {
    await using harness = await open();
    const before = await storedIn(harness);
    const { models, outcome } = expectStatus(await post(harness, sent, '?dry_run=true'), 200);
    expect(models.length).toBeGreaterThan(0);
    expect(outcome).toBeNull();
    expect(await storedIn(harness)).toBe(before);
  });

  it('is none by dry_run=false', async () => {
    await using harness = await open();
    const report = expectStatus(await post(harness, formOf(lmEvalRun('org/one', 20)), '?dry_run=false'), 200);
    expect(report.outcome).toMatchObject({ models_added: 1 });
  });
});

describe('scores that are stored with other values', () => {
  const other = (files = 1) => [
    ...lmEvalRun('org/model-00', abilityOf(0), {
      change: (row, task, index) =>
        task === 'logic' && index < files ? { ...row, acc: 1 - Number(row.acc) } : row,
    }),
    ...lmEvalRun('org/late', 20),
  ];
  let harness: Harness;
  let before: string;
  beforeAll(async () => {
    harness = await open();
    expectStatus(await post(harness, formOf(history)), 200);
    before = await storedIn(harness);
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  it('are 409 naming them, and nothing of the import is kept', async () => {
    for (const query of ['', '?on_conflict=error']) {
      const reply = await post(harness, formOf(other(2)), query);
      expect(refusal(reply)).toBe('409 score-conflict model org/model-00, item logic/0');
      expect(reply.json.errors).toHaveLength(2);
    }
    expect(await storedIn(harness)).toBe(before);
  });

  it('are named by a dry run, up to twenty', async () => {
    const two = expectStatus(await post(harness, formOf(other(2)), '?dry_run=true'), 200);
    const stored = docScore(abilityOf(0), 'logic', 0);
    expect(two.conflicts).toHaveLength(2);
    expect(two.conflicts[0]).toEqual({
      path: 'model org/model-00, item logic/0',
      message: `stored as ${stored}, sent as ${1 - stored}`,
    });
    const many = expectStatus(await post(harness, formOf(other(40)), '?dry_run=true'), 200);
    expect(many.conflicts).toHaveLength(20);
    for (const policy of ['replace', 'skip']) {
      const query = `?dry_run=true&on_conflict=${policy}`;
      expect(expectStatus(await post(harness, formOf(other(2)), query), 200).conflicts).toEqual([]);
    }
    expect(await storedIn(harness)).toBe(before);
  });

  it('are gathered by a dry run over all models', async () => {
    const files = [2, 5, 7].flatMap((m) =>
      lmEvalRun(modelNames[m], abilityOf(m), {
        change: (row, task, index) =>
          task === 'logic' && index < m ? { ...row, acc: 1 - Number(row.acc) } : row,
      }),
    );
    const { conflicts, outcome } = expectStatus(await post(harness, formOf(files), '?dry_run=true'), 200);
    expect(outcome).toBeNull();
    const counts = Map.groupBy(conflicts, ({ path }: Wire) => path.split(',')[0]);
    expect(Object.fromEntries(Array.from(counts, ([model, found]) => [model, found.length]))).toEqual({
      'model org/model-02': 2,
      'model org/model-05': 5,
      'model org/model-07': 7,
    });
    // Without a dry run the first of them is refused, and nothing is stored.
    expect(refusal(await post(harness, formOf(files)))).toMatch(/^409 score-conflict model org\/model-0/);
    expect(await storedIn(harness)).toBe(before);
  });

  it.each([
    ['replace', 0, 1],
    ['skip', 1, 0],
  ])('are decided by on_conflict=%s', async (policy, left, written) => {
    await using own = await open();
    expectStatus(await post(own, formOf(history)), 200);
    const { outcome } = expectStatus(await post(own, formOf(other()), `?on_conflict=${policy}`), 200);
    expect(outcome).toMatchObject({ models_added: 1, models_updated: 1 - left, models_skipped: left });
    expect(outcome.cells).toBe(120 + written);
    const { text } = await own.send('GET', '/v1/benchmarks/b/scores', undefined, {
      accept: 'application/x-ndjson',
    });
    const [first] = text.split('\n');
    const stored = docScore(abilityOf(0), 'logic', 0);
    expect(JSON.parse(first).scores['logic/0']).toBe(written === 1 ? 1 - stored : stored);
  });

  it('may be the group of an item too', async () => {
    const matrix = 'model,item,score,group\norg/late,logic/0,1,riddles\n';
    const reply = await post(harness, fileOf(matrix, 'text/csv'));
    expect(refusal(reply)).toBe('409 score-conflict item logic/0');
    const dry = expectStatus(await post(harness, fileOf(matrix, 'text/csv'), '?dry_run=true'), 200);
    expect(dry.conflicts).toEqual([{ path: 'item logic/0', message: expect.stringContaining('riddles') }]);
    expect(await storedIn(harness)).toBe(before);
  });
});

describe('a log that leaves a choice', () => {
  /** Three metrics by two filters, of which one is no number. */
  const wide = (files = lmEvalRun('org/one', 20, { tasks: ['sums'] })) =>
    files.map(({ path, content }) => {
      if (!path.includes('samples_')) return { path, content };
      const rows = String(content)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      return {
        path,
        content: jsonLines(
          ['strict', 'loose'].flatMap((filter) =>
            rows.map((row) => ({
              ...row,
              filter,
              metrics: ['acc', 'f1', 'marks'],
              acc: filter === 'strict' ? row.acc : 1,
              f1: 0.5,
              marks: [row.acc, 1],
            })),
          ),
        ),
      };
    });
  const form = formOf(wide());

  it('is asked about on a dry run, and refused otherwise, naming what there is', async () => {
    await using harness = await open();
    const before = await storedIn(harness);
    const dry = expectStatus(await post(harness, form, '?dry_run=true'), 200);
    expect(dry.question).toMatch(/task sums has several metrics, choose by metric: acc, f1/);
    expect(dry.models).toEqual([]);
    const [{ measures }] = dry.tasks;
    expect(measures.map(({ metric, filter }: Wire) => `${metric} ${filter}`).sort()).toEqual([
      ...['acc loose', 'acc strict', 'f1 loose', 'f1 strict', 'marks loose', 'marks strict'],
    ]);
    for (const { metric, chosen, reason } of measures) {
      expect(chosen).toBe(false);
      if (metric === 'marks') expect(reason).toMatch(/line \d+, marks: is a list of 2, not a number/);
      else expect(reason).toBeNull();
    }
    const refused = await post(harness, form);
    expect(refusal(refused)).toBe('422 ambiguous-log sums');
    expect(refused.json.detail).toContain('choose by metric: acc, f1');
    const filters = await post(harness, form, '?metric=acc');
    expect(refusal(filters)).toBe('422 ambiguous-log sums');
    expect(filters.json.detail).toContain('choose by filter: strict, loose');
    expect(await storedIn(harness)).toBe(before);
  });

  it.each([
    ['?metric=acc&filter=strict', 'acc', 'strict'],
    ['?metric=nothing,f1,acc&filter=loose', 'f1', 'loose'],
    ['?metric=%20acc%20,f1&filter=none,strict', 'acc', 'strict'],
  ])('is answered by parameters: %s', async (query, metric, filter) => {
    await using harness = await open();
    const { tasks: found, models, question } = expectStatus(await post(harness, form, query), 200);
    expect(question).toBeNull();
    const chosen = found[0].measures.filter((measure: Wire) => measure.chosen);
    expect(chosen).toMatchObject([{ metric, filter, scored: 40 }]);
    const mean = Array.from({ length: 40 }, (_, j) => docScore(20, 'sums', j)).reduce((a, b) => a + b) / 40;
    expect(models[0].mean_score).toBeCloseTo(metric === 'f1' ? 0.5 : mean, 12);
  });

  it('is refused where what is chosen is no score', async () => {
    await using harness = await open();
    const reply = await post(harness, form, '?metric=marks&filter=strict');
    expect(refusal(reply)).toBe('422 ambiguous-log sums');
    expect(reply.json.detail).toContain('is a list of 2, not a number');
  });

  it('is taken as the scores that are there were, and refused by another measure', async () => {
    await using harness = await open();
    expectStatus(await post(harness, form, '?metric=acc&filter=strict'), 200);
    const before = await storedIn(harness);
    const other = await post(harness, form, '?metric=f1&filter=strict&model=org%2Ftwo');
    expect(refusal(other)).toBe('422 ambiguous-log sums');
    expect(other.json.detail).toMatch(/stored by acc \(strict\), and f1 \(strict\) is another measure/);
    expect(await storedIn(harness)).toBe(before);
    const again = expectStatus(await post(harness, form, '?model=org%2Ftwo'), 200);
    const [measure] = again.tasks[0].measures.filter(({ chosen }: Wire) => chosen);
    expect(measure).toMatchObject({ metric: 'acc', filter: 'strict' });
  });

  it('asks what is not there by name', async () => {
    await using harness = await open();
    const { json } = await post(harness, form, '?metric=bleu');
    expect(json.detail).toMatch(/no bleu, choose by metric: acc, f1/);
  });
});

describe('what a log does not say', () => {
  const [, samples] = lmEvalRun('org/one', 20, { tasks: ['sums'] });
  const alone = (path: string) => formOf([{ path, content: samples.content }]);

  it('is asked for: the model', async () => {
    await using harness = await open();
    expect(refusal(await post(harness, alone('samples_sums_2026-01-21T03-44-18.458309.jsonl')))).toBe(
      '422 ambiguous-log model',
    );
    const { models } = expectStatus(
      await post(harness, alone('samples_sums_2026-01-21T03-44-18.458309.jsonl'), '?model=org%2Fone'),
      200,
    );
    expect(models.map(({ model }: Wire) => model)).toEqual(['org/one']);
  });

  it('is taken from the folder, with a note', async () => {
    await using harness = await open();
    const { models, notes } = expectStatus(await post(harness, alone(samples.path)), 200);
    expect(models[0].model).toBe('org__one');
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('org__one');
  });

  it('is asked for: the task', async () => {
    await using harness = await open();
    const reply = await post(harness, fileOf(samples.content), '?model=m');
    expect(refusal(reply)).toBe('422 unreadable-log upload');
    expect(reply.json.detail).toContain('give task');
    const { groups } = expectStatus(
      await post(harness, fileOf(samples.content), '?model=m&task=adding'),
      200,
    );
    expect(groups).toEqual([{ group: 'adding', item_count: 40 }]);
    const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/b/items?limit=1'), 200);
    expect(data[0]).toMatchObject({ item: 'adding/0', metadata: { task: 'adding', native_id: '0' } });
  });

  it('cannot be one model where the files hold two', async () => {
    await using harness = await open();
    const reply = await post(harness, formOf(history.slice(0, 8)), '?model=both');
    expect(refusal(reply)).toBe('422 ambiguous-log model');
    expect(reply.json.detail).toMatch(/org\/model-00, org\/model-01/);
  });

  it('is put otherwise: the model by another name', async () => {
    await using harness = await open();
    const { models } = expectStatus(await post(harness, formOf(history.slice(0, 4)), '?model=mine'), 200);
    expect(models.map(({ model }: Wire) => model)).toEqual(['mine']);
  });

  it('is told by a field of each sample: the group', async () => {
    await using harness = await open();
    const { groups } = expectStatus(
      await post(harness, formOf(lmEvalRun('org/one', 20, { tasks: ['logic'] })), '?group=subject'),
      200,
    );
    expect(groups).toEqual([
      { group: 'even', item_count: 20 },
      { group: 'odd', item_count: 20 },
    ]);
  });

  it('stays unsaid: a group that no sample has, or one that somebody gave', async () => {
    await using harness = await open();
    const run = (model: string) => formOf(lmEvalRun(model, 20, { tasks: ['logic'] }));
    expect(expectStatus(await post(harness, run('a'), '?group=nothing'), 200).groups).toEqual([]);
    const change = { items: [{ item: 'logic/0', group: 'mine' }] };
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b/items', change), 200);
    expectStatus(await post(harness, run('c')), 200);
    const { groups } = expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 200);
    expect(groups).toEqual([
      { name: 'logic', item_count: 39 },
      { name: 'mine', item_count: 1 },
    ]);
  });
});

describe('repeats', () => {
  const sample = (id: number, epoch: number, value: number) => ({
    ...{ id, epoch, input: `q${id}`, target: 'x', scores: { match: { value } } },
  });
  const log = JSON.stringify({
    ...{ version: 2, status: 'success' },
    eval: { task: 'quiz', model: 'acme' },
    results: {},
    samples: [sample(1, 1, 0), sample(1, 2, 1), sample(1, 3, 1), sample(2, 1, 0.5), sample(2, 2, 0.1)],
  });

  it.each([
    ['', 2 / 3, 0.3],
    ['?reducer=mean', 2 / 3, 0.3],
    ['?reducer=median', 1, 0.3],
    ['?reducer=max', 1, 0.5],
    ['?reducer=min', 0, 0.1],
  ])('become one score: "%s"', async (query, first, second) => {
    await using harness = await open();
    expectStatus(await post(harness, fileOf(log), query), 200);
    const { text } = await harness.send('GET', '/v1/benchmarks/b/scores', undefined, {
      accept: 'application/x-ndjson',
    });
    const { model, scores } = JSON.parse(text);
    expect(model).toBe('acme');
    expect(scores).toEqual({ 'quiz/1': expect.closeTo(first, 12), 'quiz/2': expect.closeTo(second, 12) });
  });
});

describe('samples without a score', () => {
  it('stay missing: never 0', async () => {
    await using harness = await open();
    expectStatus(await post(harness, formOf(history)), 200);
    const files = lmEvalRun('org/late', 39, {
      tasks: ['sums'],
      change: (row, _, index) => (index < 5 ? { ...row, acc: null } : row),
    });
    // Python writes NaN as it is.
    const broken = files.map(({ path, content }) => ({
      path,
      content: String(content).replaceAll('"acc":null', '"acc":NaN'),
    }));
    const report = expectStatus(await post(harness, formOf(broken)), 200);
    expect(report.missing).toEqual([{ reason: 'not a number', count: 5 }]);
    expect(report.models).toMatchObject([{ scored_items: 35, missing_items: 5 }]);
    const { text } = await harness.send('GET', '/v1/benchmarks/b/scores', undefined, {
      accept: 'application/x-ndjson',
    });
    const row = JSON.parse(text.trim().split('\n').at(-1) ?? '');
    expect(row.scores['sums/4'] ?? null).toBeNull();
    expect(row.scores['sums/5']).toBe(docScore(39, 'sums', 5));
    expect(report.summaries).toMatchObject([{ reported_items: 40, items: 35, agrees: null }]);
  });

  it('are not a model', async () => {
    await using harness = await open();
    const none = lmEvalRun('org/one', 20, { change: (row) => ({ ...row, acc: null }) });
    const reply = await post(harness, formOf(none));
    expect(reply.status).toBe(422);
    expect((await harness.send('GET', '/v1/benchmarks/b/items')).json.data).toEqual([]);
  });
});

describe('a benchmark that has the items under names of its own', () => {
  const own = (task: string, index: number) => `Q ${task} no. ${index}`;
  const table = lines([
    ['model', 'item', 'score', 'group'],
    ...modelNames
      .slice(0, 3)
      .flatMap((model, m) =>
        ['sums', 'logic'].flatMap((task) =>
          Array.from({ length: 40 }, (_, j) => [
            ...[model, own(task, j), docScore(abilityOf(m), task as 'sums', j), `our ${task}`],
          ]),
        ),
      ),
  ]);

  async function openNamed(hash: (task: 'sums' | 'logic', index: number) => string | undefined) {
    const harness = await open();
    expectStatus(await harness.send('POST', '/v1/benchmarks/b/scores', table, csvType), 200);
    const items = (['sums', 'logic'] as const).flatMap((task) =>
      Array.from({ length: 40 }, (_, j) => {
        const content = hash(task, j);
        return {
          item: own(task, j),
          metadata: {
            task,
            native_id: j,
            mine: true,
            ...(content !== undefined && { content_hash: content }),
          },
        };
      }),
    );
    expectStatus(await harness.send('PUT', '/v1/benchmarks/b/items', { items }), 200);
    return harness;
  }

  const run = formOf(lmEvalRun('org/late', 25, { tasks: ['sums', 'logic'] }));

  it('gets the scores of a log under those names, and learns what it did not know', async () => {
    await using harness = await openNamed(() => undefined);
    const report = expectStatus(await post(harness, run), 200);
    expect(report.outcome).toMatchObject({ models_added: 1, items_added: 0, cells: 80 });
    expect(report.tasks.map(({ new_items }: Wire) => new_items)).toEqual([0, 0]);
    const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/b/items?limit=500'), 200);
    expect(data).toHaveLength(80);
    expect(data[3]).toMatchObject({
      ...{ item: 'Q sums no. 3', group: 'our sums' },
      metadata: {
        task: 'sums',
        native_id: 3,
        mine: true,
        content_hash: `lm-eval:${docHash(docOf('sums', 3))}`,
      },
    });
    const { text } = await harness.send('GET', '/v1/benchmarks/b/scores', undefined, {
      accept: 'application/x-ndjson',
    });
    const { scores } = JSON.parse(text.trim().split('\n').at(-1) ?? '');
    for (const [name, score] of Object.entries(scores)) {
      const [, task, index] = /^Q (\w+) no\. (\d+)$/.exec(name) ?? [];
      expect(score).toBe(docScore(25, task as 'sums', Number(index)));
    }
  });

  it('finds samples under wrong ids by their content, and says so', async () => {
    // Items 0 and 1 of a task have changed places since.
    const swapped = (index: number) => [1, 0][index] ?? index;
    await using harness = await openNamed((task, j) => `lm-eval:${docHash(docOf(task, swapped(j)))}`);
    const { remapped } = expectStatus(await post(harness, run), 200);
    expect(remapped.count).toBe(4);
    expect(remapped.examples).toContainEqual({ model: 'org/late', from: own('sums', 0), to: own('sums', 1) });
    const { text } = await harness.send('GET', '/v1/benchmarks/b/scores', undefined, {
      accept: 'application/x-ndjson',
    });
    const { scores } = JSON.parse(text.trim().split('\n').at(-1) ?? '');
    expect(scores[own('logic', 0)]).toBe(docScore(25, 'logic', 1));
    expect(scores[own('logic', 1)]).toBe(docScore(25, 'logic', 0));
    expect(scores[own('logic', 2)]).toBe(docScore(25, 'logic', 2));
  });

  it('refuses contents that no item has, unless ids are to be taken at their word', async () => {
    await using harness = await openNamed(
      (task, j) => `lm-eval:${j < 2 ? 'f00d' : ''}${docHash(docOf(task, j))}`,
    );
    const before = await storedIn(harness);
    const reply = await post(harness, run);
    expect(refusal(reply)).toBe(`422 content-mismatch item ${own('sums', 0)}`);
    expect(reply.json.errors.map(({ path }: Wire) => path)).toContain(`item ${own('sums', 1)}`);
    expect(reply.json.detail).toContain('content=ignore');
    expect(refusal(await post(harness, run, '?dry_run=true'))).toMatch(/^422 content-mismatch/);
    expect(await storedIn(harness)).toBe(before);
    const { outcome, remapped } = expectStatus(await post(harness, run, '?content=ignore'), 200);
    expect(outcome.cells).toBe(80);
    expect(remapped.count).toBe(0);
  });

  it('takes hashes by other recipes for nothing', async () => {
    await using harness = await openNamed((_, j) => `own:${j}`);
    expect(expectStatus(await post(harness, run), 200).outcome.cells).toBe(80);
  });
});

describe('all or nothing', () => {
  const files = Array.from({ length: 10 }, (_, k) => ({
    path: `org__many/samples_task_${k}_2026-01-21T03-44-18.458309.jsonl`,
    content: jsonLines(Array.from({ length: 5 }, (__, j) => lmEvalRow('sums', j, (j + k) % 2))),
  }));
  const [seventh] = files.slice(6);
  const text = seventh.content;

  it.each<[string, string, string | Buffer, string]>([
    ['cut off in a line', 'unreadable-log', text.slice(0, -20), 'line 5'],
    ['not UTF-8', 'unreadable-log', Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0x0a])]), ''],
    ['a line that is no object', 'unreadable-log', `${text}[1]\n`, 'line 6'],
    ['a row without a whole id', 'unreadable-log', text.replace('"doc_id":3', '"doc_id":3.5'), 'line 4'],
    ['two scores for an item', 'duplicate', text.replace('"doc_id":3', '"doc_id":2'), ''],
    ['a damaged .gz', 'unreadable-log', gzipSync(text).subarray(0, 90), ''],
    ['a damaged zip', 'unreadable-log', zipOf([seventh]).subarray(0, 400), ''],
    ['a score beyond the range', 'ambiguous-log', text.replace('"acc":1', '"acc":7'), ''],
  ])('of ten files one is damaged: %s', async (kind, code, damaged, where) => {
    await using harness = await open();
    expectStatus(await post(harness, formOf(history.slice(0, 8))), 200);
    const before = await storedIn(harness);
    const sent = files.map((file) => (file === seventh ? { ...file, content: damaged } : file));
    // Only the row of another item may say a second time what the same id holds.
    const query = kind === 'two scores for an item' ? '?content=ignore' : '';
    const forms = [formOf(sent), fileOf(zipOf(sent), 'application/zip')];
    for (const form of forms) {
      const reply = await post(harness, form, query);
      expect(`${reply.status} ${reply.json.type}`, reply.text).toBe(`422 /problems/${code}`);
      expect(reply.json.detail).toContain(where);
      expect(await storedIn(harness)).toBe(before);
    }
    expectStatus(await post(harness, formOf(files)), 200);
  });
});
