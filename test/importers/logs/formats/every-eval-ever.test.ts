import { describe, expect, it } from 'vitest';
import { eeeRow, importLogs, jsonLines, type LogSource, refusalOf } from '../../../support/logs.ts';

function samples(rows: readonly object[]): LogSource {
  return { path: 'a_samples.jsonl', content: jsonLines(rows) };
}

describe('Every Eval Ever', () => {
  it('has a line per sample, scored by its score', async () => {
    const { cells } = await importLogs([samples([eeeRow('a', 1), eeeRow('b', 0.25), eeeRow('c', 0)])]);
    expect(cells).toEqual(['org/model quiz/a 1', 'org/model quiz/b 0.25', 'org/model quiz/c 0']);
  });

  it('may be scored by whether it is correct', async () => {
    const { cells } = await importLogs([samples([eeeRow('a', 1), eeeRow('b', 0.25)])], {
      metrics: ['is_correct'],
    });
    expect(cells).toEqual(['org/model quiz/a 1', 'org/model quiz/b 0']);
  });

  it('has missing scores where a sample errored, or has none', async () => {
    const rows = [
      eeeRow('a', 0, { error: 'timeout' }),
      eeeRow('b', Number.NaN),
      eeeRow('c', null),
      eeeRow('d', 1, { evaluation: undefined }),
      eeeRow('e', 0.5, { error: '' }),
    ];
    const { cells } = await importLogs([samples(rows)]);
    expect(cells).toEqual(['a -', 'b -', 'c -', 'd -', 'e 0.5'].map((text) => `org/model quiz/${text}`));
  });

  it('may have several models, evaluations and results in one file', async () => {
    const rows = [
      eeeRow('a', 1),
      eeeRow('a', 0, { model_id: 'org/other', evaluation_id: 'source/other/1' }),
      eeeRow('a', 1, { evaluation_name: 'riddles' }),
    ];
    const { cells } = await importLogs([samples(rows)]);
    expect(cells).toEqual(['org/model quiz/a 1', 'org/model riddles/a 1', 'org/other quiz/a 0']);
  });

  it('may have several results of a sample, of which the caller chooses', async () => {
    const rows = [
      eeeRow('a', 1, { evaluation_result_id: 'acc' }),
      eeeRow('a', 0.5, { evaluation_result_id: 'f1' }),
    ];
    expect(await refusalOf(importLogs([samples(rows)]))).toMatch(/choose by filter: acc, f1/);
    expect((await importLogs([samples(rows)], { filters: ['f1'] })).cells).toEqual(['org/model quiz/a 0.5']);
  });

  it('may call results after the run: where no sample has several, they are no filters', async () => {
    const rows = [
      eeeRow('a', 1, { evaluation_result_id: 'run-1' }),
      eeeRow('b', 0, { evaluation_result_id: 'run-2' }),
      eeeRow('a', 0, { evaluation_result_id: 'run-3', model_id: 'org/other', evaluation_id: 'o' }),
    ];
    const { cells, log } = await importLogs([samples(rows)]);
    expect(cells).toEqual(['org/model quiz/a 1', 'org/model quiz/b 0', 'org/other quiz/a 0']);
    const filters = log!.parts.flatMap(({ columns }) => [...columns.values()].map(({ filter }) => filter));
    expect(new Set(filters)).toEqual(new Set([null]));
  });

  it('has groups by a field of the metadata, and hashes of its own recipe', async () => {
    const row = eeeRow('a', 1, { metadata: { subject: 'sums' }, sample_hash: 'ab12' });
    const { log } = await importLogs([samples([row])], { group: 'subject' });
    expect(log?.items).toEqual([{ task: 'quiz', id: 'a', hash: 'every-eval-ever:ab12', group: 'sums' }]);
  });

  it('says means in the file beside it', async () => {
    const aggregate = {
      evaluation_id: 'source/model/1',
      model_info: { id: 'org/model' },
      evaluation_results: [{ evaluation_name: 'quiz', score_details: { score: 0.5 } }],
    };
    const files = [
      samples([eeeRow('a', 1), eeeRow('b', 0)]),
      { path: 'a.json', content: JSON.stringify(aggregate) },
    ];
    expect((await importLogs(files)).summaries).toMatchObject([{ value: 0.5, mean: 0.5, agrees: true }]);
  });

  it.each(['evaluation_id', 'model_id', 'evaluation_name', 'sample_id'])(
    'is refused without %s',
    async (field) => {
      for (const value of [undefined, null, 3, '', ['a'], {}]) {
        const rows = [eeeRow('a', 1), eeeRow('b', 1, { [field]: value })];
        expect(await refusalOf(importLogs([samples(rows)]))).toMatch(
          new RegExp(`^unreadable-log: a_samples\\.jsonl, line 2: has no ${field}`),
        );
      }
    },
  );
});
