import { describe, expect, it } from 'vitest';
import { importLogs, openAiEvents, refusalOf } from '../../../support/logs.ts';

const match = (index: number, correct: unknown) => ({
  sample_id: `sums.dev.${index}`,
  type: 'match',
  data: { correct, expected: 'A', picked: 'B' },
});
const name = (index: number) => `org/model sums.dev.v0/sums.dev.${index}`;

describe('what OpenAI evals wrote', () => {
  it('has match events of samples', async () => {
    const sampling = { sample_id: 'sums.dev.9', type: 'sampling', data: { sampled: ['A'] } };
    const read = await importLogs([openAiEvents([match(3, true), sampling, match(0, false)], 0.5)]);
    expect(read.cells).toEqual([`${name(0)} 0`, `${name(3)} 1`]);
    expect(read.summaries).toMatchObject([{ metric: 'correct', value: 0.5, agrees: true }]);
  });

  it('repeats matches of a sample, which are reduced', async () => {
    const log = openAiEvents([match(0, true), match(0, false)]);
    expect((await importLogs([log])).cells).toEqual([`${name(0)} 0.5`]);
    expect((await importLogs([log], { reducer: 'max' })).cells).toEqual([`${name(0)} 1`]);
  });

  it('has metrics events with numbers of any name', async () => {
    const log = openAiEvents([
      { sample_id: 'sums.dev.0', type: 'metrics', data: { f1: 0.5, choice: 'A' } },
      { sample_id: 'sums.dev.1', type: 'metrics', data: { f1: Number.NaN, choice: 'B' } },
    ]);
    expect((await importLogs([log])).cells).toEqual([`${name(0)} 0.5`, `${name(1)} -`]);
    expect(await refusalOf(importLogs([log], { metrics: ['choice'] }))).toMatch(/choice is the text "A"/);
  });

  it('has errors, which are no wrong answers', async () => {
    const error = { sample_id: 'sums.dev.1', type: 'error', data: { type: 'Timeout' } };
    const read = await importLogs([openAiEvents([match(0, true), error])]);
    expect(read.cells.filter((text) => !text.endsWith('-'))).toEqual([`${name(0)} 1`]);
    expect(read.log?.parts[0].missing.get('errored')).toEqual(new Set([1]));
  });

  it('may be of several runs in one file, a model each', async () => {
    const first = openAiEvents([match(0, true), match(1, true)], 1);
    const second = openAiEvents([match(0, false)], 0);
    const content = `${first.content}${String(second.content).replaceAll('"r1"', '"r2"').replace('org/model', 'org/other')}`;
    const read = await importLogs([{ path: 'run.jsonl', content }]);
    expect(read.log?.parts).toHaveLength(2);
    expect(read.cells).toEqual([
      `${name(0)} 1`,
      `${name(1)} 1`,
      `${name(0).replace('org/model', 'org/other')} 0`,
    ]);
    expect(read.summaries).toMatchObject([
      { model: 'org/model', value: 1, mean: 1, agrees: true },
      { model: 'org/other', value: 0, mean: 0, agrees: true },
    ]);
    expect(read.files).toMatchObject([{ records: 3 }]);
  });

  it('with a final report only is refused, saying why', async () => {
    expect(await refusalOf(importLogs([openAiEvents([], 0.5)]))).toMatch(
      /^unreadable-log: .*only a final report cannot be divided among samples/,
    );
  });

  it('without its first line needs a model and a task', async () => {
    const { path, content } = openAiEvents([match(0, true)]);
    const events = { path, content: String(content).split('\n').slice(1).join('\n') };
    expect(await refusalOf(importLogs([events]))).toMatch(/^ambiguous-log: .*which model/);
    expect((await importLogs([events], { model: 'm', task: 't' })).cells).toEqual(['m t/sums.dev.0 1']);
  });

  it.each([undefined, null, 7, ''])('refuses the sample id %j', async (sample_id) => {
    const log = openAiEvents([{ ...match(0, true), sample_id }]);
    expect(await refusalOf(importLogs([log]))).toMatch(
      /^unreadable-log: run\.jsonl, line 2: has no sample_id/,
    );
  });
});
