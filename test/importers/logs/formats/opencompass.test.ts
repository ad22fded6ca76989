import { describe, expect, it } from 'vitest';
import { importLogs, openCompassResults, refusalOf } from '../../../support/logs.ts';

const detail = (index: number, correct: unknown, key = 'correct') => ({
  example_abbr: `sums_test_${index}`,
  pred: ['4'],
  answer: ['4'],
  [key]: correct,
});

describe('what OpenCompass wrote', () => {
  it('has a list of details, of the model of its folder', async () => {
    const { cells } = await importLogs([openCompassResults([detail(0, [true]), detail(5, [false])])]);
    expect(cells).toEqual(['org-model sums/sums_test_0 1', 'org-model sums/sums_test_5 0']);
  });

  it('has an object of details in older versions', async () => {
    const details = { type: 'GEN', 0: { correct: true }, 1: { correct: false }, 10: { correct: true } };
    const { cells } = await importLogs([openCompassResults(details)]);
    expect(cells).toEqual(['org-model sums/0 1', 'org-model sums/1 0', 'org-model sums/10 1']);
  });

  it.each(['correct', 'is_correct', 'cascade_correct'])('says what is right under %s', async (key) => {
    const { cells } = await importLogs([openCompassResults([detail(0, [true], key)])]);
    expect(cells).toEqual(['org-model sums/sums_test_0 1']);
  });

  it('repeats answers in lists, which are reduced', async () => {
    const log = openCompassResults([detail(0, [true, false, false, false]), detail(1, [null, true])]);
    expect((await importLogs([log])).cells).toEqual([
      'org-model sums/sums_test_0 0.25',
      'org-model sums/sums_test_1 1',
    ]);
    expect((await importLogs([log], { reducer: 'max' })).cells[0]).toBe('org-model sums/sums_test_0 1');
  });

  it('in parts is one dataset again', async () => {
    const files = [0, 1].map((part) =>
      openCompassResults([detail(part, [true])], { path: `results/org-model/sums_${part}.json` }),
    );
    const { cells } = await importLogs(files);
    expect(cells).toEqual(['org-model sums/sums_test_0 1', 'org-model sums/sums_test_1 1']);
  });

  it('keeps the name of a dataset that ends in a number', async () => {
    const log = openCompassResults([{ ...detail(0, [true]), example_abbr: 'sums_2_test_0' }], {
      path: 'results/m/sums_2.json',
    });
    expect((await importLogs([log])).cells).toEqual(['m sums_2/sums_2_test_0 1']);
  });

  it('says the accuracy in per cent', async () => {
    const log = openCompassResults([detail(0, [true]), detail(1, [false]), detail(2, [false])], {
      accuracy: 33.333333,
    });
    const { summaries } = await importLogs([log]);
    expect(summaries).toMatchObject([{ task: 'sums', agrees: true }]);
    expect(summaries[0].value).toBeCloseTo(1 / 3, 6);
  });

  it('without correctness by item is refused, saying so', async () => {
    const log = openCompassResults([{ example_abbr: 'sums_test_0', pred: ['4'] }]);
    expect(await refusalOf(importLogs([log]))).toMatch(/^unreadable-log: .*not scored item by item/);
  });

  it('of predictions alone is refused, saying which file to send', async () => {
    const content = JSON.stringify({ 0: { origin_prompt: 'p', prediction: '4' } });
    expect(await refusalOf(importLogs([{ path: 'predictions/m/sums.json', content }]))).toMatch(
      /^unreadable-log: .*same name under results/,
    );
  });

  it('without a folder needs a model', async () => {
    const log = openCompassResults([detail(0, [true])], { path: 'sums.json' });
    expect(await refusalOf(importLogs([log]))).toMatch(/^ambiguous-log: .*which model/);
    expect((await importLogs([log], { model: 'm' })).cells).toEqual(['m sums/sums_test_0 1']);
  });

  it.each(['yes', { a: 1 }])('with %j for correct is refused', async (value) => {
    expect(await refusalOf(importLogs([openCompassResults([detail(0, value)])]))).toMatch(
      /^ambiguous-log: .*not a number/,
    );
  });
});
