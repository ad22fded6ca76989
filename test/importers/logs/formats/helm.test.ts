import { describe, expect, it } from 'vitest';
import { helmRun, importLogs, refusalOf } from '../../../support/logs.ts';

const task = 'quiz:subject=sums';
const em = (id: string, value: unknown, more: object = {}) => ({
  id,
  stats: { exact_match: value },
  ...more,
});

describe('what HELM wrote', () => {
  it('has items by the name of the run without its model, and the model of run_spec.json', async () => {
    const read = await importLogs(helmRun({ entries: [em('id3', 1), em('id10', 0)] }));
    expect(read.cells).toEqual([`org/model ${task}/id10 0`, `org/model ${task}/id3 1`]);
  });

  it.each([
    ['narrative_qa:model=openai_gpt2', 'narrative_qa'],
    ['mmlu:subject=x,method=joint,model=a_b,model_deployment=a_b', 'mmlu:subject=x,method=joint'],
    ['plain', 'plain'],
    ['model=odd:model=a', 'model=odd'],
  ])('is of the run %j, whose task is %j', async (name, named) => {
    const read = await importLogs(helmRun({ name, entries: [em('id1', 1)] }));
    expect(read.cells).toEqual([`org/model ${named}/id1 1`]);
  });

  it('leaves perturbed copies out and says so', async () => {
    const perturbation = { name: 'robustness', robustness: true };
    const read = await importLogs(helmRun({ entries: [em('id1', 1), em('id1', 0, { perturbation })] }));
    expect(read.cells).toEqual([`org/model ${task}/id1 1`]);
    expect(read.files.map(({ note }) => note).join()).toMatch(/1 perturbed copies of items were left out/);
  });

  it('repeats training trials, which are reduced', async () => {
    const files = helmRun({ entries: [0, 1, 2].map((trial) => em('id1', trial === 1 ? 1 : 0, { trial })) });
    expect((await importLogs(files, { reducer: 'max' })).cells).toEqual([`org/model ${task}/id1 1`]);
    expect((await importLogs(files, { reducer: 'median' })).cells).toEqual([`org/model ${task}/id1 0`]);
  });

  it('has an entry for each kind of metric', async () => {
    const entries = [em('id1', 1), { id: 'id1', stats: { num_prompt_tokens: 17 } }];
    expect((await importLogs(helmRun({ entries }))).cells).toEqual([`org/model ${task}/id1 1`]);
  });

  it('gives sum and count where the mean is missing, and else nothing', async () => {
    const entries = [
      em('a', { count: 4, sum: 1 }),
      em('b', { count: 0, sum: 0 }),
      em('c', { count: 2, sum: 'x' }),
      em('d', { mean: Number.NaN, count: 1, sum: 1 }),
      em('e', { mean: 0.5, count: 1, sum: 1 }),
    ];
    const scores = ['0.25', '-', '-', '-', '0.5'];
    const { cells } = await importLogs(helmRun({ entries }));
    expect(cells).toEqual(scores.map((score, k) => `org/model ${task}/${'abcde'[k]} ${score}`));
  });

  it('drops statistics without a value: such an item is not there, and is not 0', async () => {
    const entries = [em('id1', 1), { id: 'id2', stats: {} }];
    expect((await importLogs(helmRun({ entries }))).cells).toEqual([`org/model ${task}/id1 1`]);
  });

  it('may be of several splits, of which the caller chooses', async () => {
    const files = helmRun({ entries: [em('id1', 1, { split: 'valid' }), em('id2', 0)] });
    expect(await refusalOf(importLogs(files))).toMatch(/choose by filter: valid, test/);
    expect((await importLogs(files, { filters: ['test'] })).cells).toEqual([`org/model ${task}/id2 0`]);
  });

  it('has several metrics, of which the caller chooses; book-keeping is none', async () => {
    const stats = {
      exact_match: 1,
      f1_score: 0.5,
      num_output_tokens: 3,
      inference_runtime: 0.1,
      logprob: -2,
    };
    const files = helmRun({ entries: [{ id: 'id1', stats }] });
    expect(await refusalOf(importLogs(files))).toMatch(/choose by metric: exact_match, f1_score;/);
    expect((await importLogs(files, { metrics: ['f1_score'] })).cells).toEqual([`org/model ${task}/id1 0.5`]);
  });

  it('says the mean in stats.json', async () => {
    const read = await importLogs(
      helmRun({ entries: [em('id1', 1), em('id2', 0)], means: { exact_match: 0.5, num_references: 4 } }),
    );
    expect(read.summaries).toMatchObject([
      { metric: 'exact_match', filter: 'test', value: 0.5, agrees: true },
    ]);
  });
});

describe('runs of HELM', () => {
  const entries = [em('id1', 1)];

  it('in folders of their own are told apart', async () => {
    const files = ['a', 'b'].flatMap((model) => helmRun({ folder: `runs/${model}/`, model, entries }));
    expect((await importLogs(files)).cells).toEqual([`a ${task}/id1 1`, `b ${task}/id1 1`]);
  });

  it('in one folder are refused, saying what to do', async () => {
    const files = ['a', 'b'].flatMap((model) => helmRun({ model, entries }));
    expect(await refusalOf(importLogs(files))).toMatch(
      /^unreadable-log: .*2 run_spec\.json.*each run in a folder of its own/,
    );
  });

  it('without run_spec.json need a task and a model', async () => {
    const [, instances] = helmRun({ entries });
    expect(await refusalOf(importLogs([instances]))).toMatch(/^unreadable-log: .*send run_spec\.json/);
    expect(await refusalOf(importLogs([instances], { task: 't' }))).toMatch(/^ambiguous-log: .*which model/);
    expect((await importLogs([instances], { task: 't', model: 'm' })).cells).toEqual(['m t/id1 1']);
  });

  it('have other files that hold no scores', async () => {
    const predictions = [{ instance_id: 'id1', train_trial_index: 0, predicted_text: 'A', stats: { em: 1 } }];
    const display = { path: 'display_predictions.json', content: JSON.stringify(predictions) };
    const [spec] = helmRun({ entries });
    expect(await refusalOf(importLogs([display, spec]))).toMatch(
      /^unreadable-log: display_predictions\.json: .*per_instance_stats\.json/,
    );
  });

  it.each([undefined, null, 7, ''])('refuse the instance id %j', async (id) => {
    expect(
      await refusalOf(importLogs(helmRun({ entries: [em('ok', 1), { ...em('', 1), id: id as string }] }))),
    ).toMatch(/^unreadable-log: per_instance_stats\.json, 1: has no instance_id/);
  });
});
