import { describe, expect, it } from 'vitest';
import {
  importLogs,
  jsonLines,
  type LmEvalRow,
  lmEvalResults,
  lmEvalRow,
  lmEvalSamples,
  lmEvalTime,
  refusalOf,
} from '../../../support/logs.ts';

const acc = (id: number, score: unknown, more: Partial<LmEvalRow> = {}): LmEvalRow => ({
  id,
  scores: { acc: score },
  ...more,
});
const results = lmEvalResults({});

describe('what lm-eval wrote', () => {
  it('has items by task and document, and the model of the results file of the same time', async () => {
    const later = '2026-02-02T00-00-00.000000';
    const read = await importLogs([
      lmEvalSamples({ task: 'sums', rows: [acc(0, 1), acc(1, 0)] }),
      lmEvalSamples({ task: 'sums', rows: [acc(0, 0.5)], time: later }),
      lmEvalResults({ model: 'org/one' }),
      lmEvalResults({ model: 'org/two', time: later }),
    ]);
    expect(read.cells).toEqual(['org/one sums/0 1', 'org/one sums/1 0', 'org/two sums/0 0.5']);
  });

  it('has task names with underscores', async () => {
    const read = await importLogs([
      lmEvalSamples({ task: 'mmlu_pro_plus_chemistry', rows: [acc(3, 1)] }),
      results,
    ]);
    expect(read.cells).toEqual(['org/model mmlu_pro_plus_chemistry/3 1']);
  });

  it('is one row for each filter, of which the caller chooses', async () => {
    const rows = [0, 1].flatMap((id) => [
      acc(id, id, { filter: 'strict-match' }),
      acc(id, 1, { filter: 'flexible-extract' }),
    ]);
    const files = [lmEvalSamples({ task: 'gsm8k', rows }), results];
    expect(await refusalOf(importLogs(files))).toMatch(
      /^ambiguous-log: .*choose by filter: strict-match, flexible-extract/,
    );
    const strict = await importLogs(files, { filters: ['strict-match'] });
    expect(strict.cells).toEqual(['org/model gsm8k/0 0', 'org/model gsm8k/1 1']);
    const flexible = await importLogs(files, { filters: ['flexible-extract'] });
    expect(flexible.cells).toEqual(['org/model gsm8k/0 1', 'org/model gsm8k/1 1']);
  });

  it('may have several metrics, of which the caller chooses', async () => {
    const rows = [{ id: 0, scores: { acc: 1, acc_norm: 0 } }];
    const files = [lmEvalSamples({ task: 'arc', rows }), results];
    expect(await refusalOf(importLogs(files))).toMatch(/^ambiguous-log: .*choose by metric: acc, acc_norm/);
    expect((await importLogs(files, { metrics: ['acc_norm'] })).cells).toEqual(['org/model arc/0 0']);
  });

  it('may have metrics that are lists: refused only when they are chosen', async () => {
    const rows = [{ id: 0, scores: { prompt_level: true, inst_level: [true, false] } }];
    const files = [lmEvalSamples({ task: 'ifeval', rows }), results];
    expect((await importLogs(files)).cells).toEqual(['org/model ifeval/0 1']);
    expect(await refusalOf(importLogs(files, { metrics: ['inst_level'] }))).toMatch(
      /^ambiguous-log: .*inst_level is a list of 2, not a number/,
    );
  });

  it('has no scores where it was predict-only', async () => {
    const files = [lmEvalSamples({ task: 'sums', rows: [{ id: 0, scores: { bypass: 999 } }] }), results];
    expect(await refusalOf(importLogs(files))).toMatch(/^ambiguous-log: .*bypass is of a predict-only run/);
  });

  it('has missing scores as NaN, infinities and null, and scores as booleans and numbers', async () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null, true, false, 0.25];
    const rows = values.map((value, id) => acc(id, value));
    const read = await importLogs([lmEvalSamples({ task: 't', rows }), results]);
    const shown = ['-', '-', '-', '-', 1, 0, 0.25];
    expect(read.cells).toEqual(shown.map((score, id) => `org/model t/${id} ${score}`));
  });

  it('leaves texts alone that look like missing numbers', async () => {
    const row = acc(0, Number.NaN, { doc: { subject: 'NaN, -Infinity' } });
    const read = await importLogs([lmEvalSamples({ task: 't', rows: [row, acc(1, 1)] }), results], {
      group: 'subject',
    });
    expect(read.log?.items[0].group).toBe('NaN, -Infinity');
  });

  it('refuses what is no score and no way to miss one', async () => {
    const files = [lmEvalSamples({ task: 't', rows: [acc(0, 1), acc(1, 'yes')] }), results];
    expect(await refusalOf(importLogs(files))).toMatch(/^ambiguous-log: .*acc is the text "yes"/);
  });

  it('refuses scores outside the range of the benchmark', async () => {
    const files = [lmEvalSamples({ task: 't', rows: [acc(0, 1), acc(1, 1.5)] }), results];
    expect(await refusalOf(importLogs(files))).toMatch(/acc has 1\.5, outside the score range \[0, 1\]/);
  });

  it.each([-1, 1.5, '3', null, [3], { a: 1 }, 2 ** 53])('refuses the document id %j', async (id) => {
    const files = [lmEvalSamples({ task: 't', rows: [{ id, scores: { acc: 1 } }] }), results];
    expect(await refusalOf(importLogs(files))).toMatch(/^unreadable-log: .*line 1: doc_id is .*not a whole/);
  });

  it('may be appended to: the same rows again change nothing', async () => {
    const once = lmEvalSamples({ task: 't', rows: [acc(0, 1), acc(1, 0)] });
    const twice = { ...once, content: `${once.content}${once.content}` };
    const read = await importLogs([twice, results]);
    expect(read.cells).toEqual(['org/model t/0 1', 'org/model t/1 0']);
  });
});

describe('what older versions of lm-eval wrote', () => {
  it('was one JSON array without hashes, filters and metrics', async () => {
    const samples = lmEvalSamples({ task: 'sums', rows: [acc(0, 1), acc(1, 0)], version: '0.4.0' });
    expect(JSON.parse(String(samples.content))).toHaveLength(2);
    for (const path of [samples.path, samples.path.replace('.json', '.jsonl')]) {
      const read = await importLogs([{ ...samples, path }, results]);
      expect(read.cells).toEqual(['org/model sums/0 1', 'org/model sums/1 0']);
    }
  });

  it('was named after the model arguments and the task: the task is not guessed from such a name', async () => {
    const { content } = lmEvalSamples({ task: 'x', rows: [acc(0, 1)], version: '0.4.0' });
    const old = { path: 'pretrained__org__pythia-160m_arc_easy.jsonl', content };
    expect(await refusalOf(importLogs([old], { model: 'm' }))).toMatch(/^unreadable-log: .*give task/);
    expect((await importLogs([old], { model: 'm', task: 'arc_easy' })).cells).toEqual(['m arc_easy/0 1']);
  });

  it('names its task where the name ends in a time, and nowhere else', async () => {
    const { content } = lmEvalSamples({ task: 'x', rows: [acc(0, 1)] });
    for (const path of ['samples_arc_easy_final.jsonl', 'samples_arc_easy.jsonl', 'run_2_arc.jsonl']) {
      expect(await refusalOf(importLogs([{ path, content }], { model: 'm' }))).toMatch(
        /^unreadable-log: .*its name does not tell the task/,
      );
      expect((await importLogs([{ path, content }], { model: 'm', task: 't' })).cells).toEqual(['m t/0 1']);
    }
  });

  it('repeated a document for each filter: the k-th is of the k-th filter that the results name', async () => {
    const rows = [acc(0, 0), acc(1, 0), acc(0, 1), acc(1, 1)];
    const samples = lmEvalSamples({ task: 'gsm8k', rows, version: '0.4.3' });
    const named = lmEvalResults({
      scores: { gsm8k: { alias: 'gsm8k', 'acc,strict': 0, 'acc_stderr,strict': 0, 'acc,flexible': 1 } },
    });
    expect(await refusalOf(importLogs([samples, named]))).toMatch(/choose by filter: strict, flexible/);
    const read = await importLogs([samples, named], { filters: ['flexible'] });
    expect(read.cells).toEqual(['org/model gsm8k/0 1', 'org/model gsm8k/1 1']);
    expect(read.summaries).toMatchObject([
      { filter: 'strict', agrees: true },
      { filter: 'flexible', agrees: true },
    ]);
  });

  it('repeated a document for each filter: without results they go by number', async () => {
    const rows = [acc(0, 0), acc(0, 1)];
    const samples = lmEvalSamples({ task: 'gsm8k', rows, version: '0.4.3' });
    expect(await refusalOf(importLogs([samples], { model: 'm' }))).toMatch(/choose by filter: #1, #2/);
    const read = await importLogs([samples], { model: 'm', filters: ['#2'] });
    expect(read.cells).toEqual(['m gsm8k/0 1']);
  });

  it('did not name its filter: where there is one only, nothing is asked', async () => {
    const samples = lmEvalSamples({ task: 'arc', rows: [acc(0, 1), acc(1, 0)], version: '0.4.3' });
    const read = await importLogs([samples], { model: 'm' });
    expect(read.cells).toEqual(['m arc/0 1', 'm arc/1 0']);
    const filters = [...(read.log?.parts[0].columns.values() ?? [])].map(({ filter }) => filter);
    expect(filters).toEqual(['none']);
  });

  it('may stand in one file with what a newer version appended: nothing of it is lost', async () => {
    const content = jsonLines([lmEvalRow(acc(0, 1)), lmEvalRow(acc(1, 0), '0.4.3')]);
    const samples = { path: `samples_arc_${lmEvalTime}.jsonl`, content };
    const named = lmEvalResults({ scores: { arc: { 'acc,none': 0.5 } } });
    const read = await importLogs([samples, named]);
    expect(read.cells).toEqual(['org/model arc/0 1', 'org/model arc/1 0']);
  });
});

describe('the model of an lm-eval run', () => {
  const samples = lmEvalSamples({ task: 't', rows: [acc(0, 1)], folder: 'out/org__model-1/' });

  it('stands in the model arguments of older results', async () => {
    const older = lmEvalResults({ model: null, modelArgs: 'dtype=float16,pretrained=org/old,revision=main' });
    expect((await importLogs([samples, older])).cells).toEqual(['org/old t/0 1']);
  });

  it('is what its folder is called, where nothing else says it', async () => {
    const read = await importLogs([samples]);
    expect(read.cells).toEqual(['org__model-1 t/0 1']);
    expect(read.notes.join()).toMatch(/called "org__model-1" as its folder is/);
  });

  it('is what the caller says', async () => {
    expect((await importLogs([samples], { model: 'org/model-1' })).cells).toEqual(['org/model-1 t/0 1']);
    const read = await importLogs([samples, lmEvalResults({})], { model: 'mine' });
    expect(read.cells).toEqual(['mine t/0 1']);
  });

  it('stands in the results file of its own folder, where several bear one time', async () => {
    const read = await importLogs(
      ['a', 'b'].flatMap((folder, score) => [
        lmEvalResults({ model: `org/${folder}`, folder: `${folder}/`, scores: { t: { 'acc,none': score } } }),
        lmEvalSamples({ task: 't', rows: [acc(0, score)], folder: `${folder}/` }),
      ]),
    );
    expect(read.cells).toEqual(['org/a t/0 0', 'org/b t/0 1']);
    expect(read.summaries).toMatchObject([
      { model: 'org/a', value: 0, mean: 0, agrees: true },
      { model: 'org/b', value: 1, mean: 1, agrees: true },
    ]);
  });

  it('cannot be one name for several', async () => {
    const time = '2026-02-02T00-00-00.000000';
    const files = [
      samples,
      lmEvalSamples({ task: 't', rows: [acc(0, 1)], time }),
      lmEvalResults({ model: 'a' }),
      lmEvalResults({ model: 'b', time }),
    ];
    expect(await refusalOf(importLogs(files, { model: 'c' }))).toMatch(/^ambiguous-log: .*hold 2: a, b/);
  });

  it('is asked for where nothing says it', async () => {
    const alone = lmEvalSamples({ task: 't', rows: [acc(0, 1)] });
    expect(await refusalOf(importLogs([alone]))).toMatch(/^ambiguous-log: .*send the results file/);
  });

  it('is asked for where it is no name', async () => {
    expect(await refusalOf(importLogs([samples, lmEvalResults({ model: 'a\nb' })]))).toMatch(
      /^invalid-request: .*give model/,
    );
  });
});

describe('several runs of lm-eval', () => {
  const time = '2026-02-02T00-00-00.000000';
  const first = lmEvalSamples({ task: 't', rows: [acc(0, 1), acc(1, 0)] });
  const models = [lmEvalResults({}), lmEvalResults({ time })];

  it('of one model may agree', async () => {
    const again = lmEvalSamples({ task: 't', rows: [acc(0, 1), acc(2, 1)], time });
    const read = await importLogs([first, again, ...models]);
    expect(read.cells).toEqual(['org/model t/0 1', 'org/model t/1 0', 'org/model t/2 1']);
  });

  it('of one model may not differ', async () => {
    const other = lmEvalSamples({ task: 't', rows: [acc(0, 0)], time });
    expect(await refusalOf(importLogs([first, other, ...models]))).toMatch(
      /^duplicate: samples_t_2026-01-21.* and samples_t_2026-02-02.* are of the same model "org\/model" and differ on item "t\/0": 1 and 0/,
    );
  });

  it('of one model fill what the other misses, in either order', async () => {
    const hole = lmEvalSamples({ task: 't', rows: [acc(0, null), acc(1, 0)], time });
    for (const files of [
      [first, hole],
      [hole, first],
    ]) {
      const read = await importLogs([...files, ...models]);
      expect(read.cells).toEqual(['org/model t/0 1', 'org/model t/1 0']);
    }
  });
});

describe('the results file of lm-eval', () => {
  const samples = lmEvalSamples({ task: 't', rows: [acc(0, 1), acc(1, 0), acc(2, null)] });

  it.each([
    { effective: undefined, value: 0.5, agrees: true },
    { effective: 2, value: 0.75, agrees: false },
    { effective: 100, value: 0.75, agrees: null },
  ])('says a mean: $value of $effective agrees with 0.5: $agrees', async ({ effective, value, agrees }) => {
    const said = lmEvalResults({
      scores: { t: { 'acc,none': value, 'acc_stderr,none': 0.1 } },
      ...(effective !== undefined && { effective }),
    });
    const { summaries } = await importLogs([samples, said]);
    expect(summaries).toMatchObject([
      { task: 't', metric: 'acc', filter: 'none', value, mean: 0.5, itemsRead: 2, agrees },
    ]);
  });

  it('holds no scores by item', async () => {
    expect(await refusalOf(importLogs([results]))).toMatch(/^unreadable-log: .*holds no scores by item/);
  });
});
