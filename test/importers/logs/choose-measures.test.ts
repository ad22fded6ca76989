import { describe, expect, it } from 'vitest';
import { chooseMeasures } from '../../../src/importers/logs/choose-measures.ts';
import { LogPart, ScoreLog } from '../../../src/importers/logs/score-log.ts';

type Column = readonly [
  task: string | null,
  metric: string,
  filter: string | null,
  scores: readonly number[],
];

function choose(columns: readonly Column[], metrics: string[] = [], filters: string[] = []) {
  const log = new ScoreLog();
  const part = new LogPart({ file: 'f', format: 'lm-eval', model: 'm' });
  for (const [task, metric, filter, scores] of columns) {
    const column = part.column(task, metric, filter);
    scores.forEach((score, index) => {
      column.items.push(index);
      column.scores.push(score);
    });
  }
  log.parts.push(part);
  return chooseMeasures(log, { metrics, filters }, { low: 0, high: 1 }, () => null);
}

const chosen = (...args: Parameters<typeof choose>) =>
  choose(...args).map(({ chosen: measure, question }) =>
    measure === null ? question : `${measure.metric},${measure.filter}`,
  );

const arc: Column[] = [
  ['arc', 'acc', 'none', [1]],
  ['arc', 'acc_norm', 'none', [0]],
];
const gsm: Column[] = [
  ['gsm', 'exact_match', 'strict', [1]],
  ['gsm', 'exact_match', 'flexible', [0]],
];

describe('the measure of a task', () => {
  it('is the only one', () => {
    expect(chosen([['t', 'acc', null, [1, 0]]])).toEqual(['acc,null']);
  });

  it('is asked for where there are several', () => {
    expect(chosen(arc)).toEqual(['task arc has several metrics, choose by metric: acc, acc_norm']);
    expect(chosen(gsm)).toEqual([
      'task gsm has exact_match by several filters, choose by filter: strict, flexible',
    ]);
    expect(
      chosen([
        [null, 'a', null, [1]],
        [null, 'b', null, [1]],
      ])[0],
    ).toMatch(/^the log has several metrics/);
  });

  it('is the first wanted one that there is, task by task', () => {
    expect(chosen([...arc, ...gsm], ['acc_norm', 'exact_match', 'acc'], ['none', 'flexible'])).toEqual([
      'acc_norm,none',
      'exact_match,flexible',
    ]);
    expect(chosen(arc, ['nope', 'acc', 'acc_norm'])).toEqual(['acc,none']);
  });

  it('is asked for where none of the wanted is there', () => {
    expect(chosen(arc, ['f1'])).toEqual([
      'task arc has several metrics, choose by metric: acc, acc_norm (there is no f1)',
    ]);
    expect(chosen(gsm, [], ['none'])[0]).toMatch(/choose by filter: strict, flexible/);
  });

  it('is known by the filter "none" where it has none', () => {
    expect(
      chosen(
        [
          ['t', 'a', null, [1]],
          ['t', 'a', 'k', [0]],
        ],
        [],
        ['none'],
      ),
    ).toEqual(['a,null']);
  });

  it('is none that cannot be a score, unless that is wanted', () => {
    const columns: Column[] = [
      ['t', 'acc', null, [1]],
      ['t', 'perplexity', null, [12.5]],
    ];
    expect(chosen(columns)).toEqual(['acc,null']);
    expect(chosen(columns, ['perplexity'])).toEqual([
      'task t cannot be imported: perplexity has 12.5, outside the score range [0, 1]',
    ]);
  });

  it('is none without a score, where another has some', () => {
    const columns: Column[] = [
      ['t', 'a', null, [Number.NaN]],
      ['t', 'b', null, [0]],
    ];
    expect(chosen(columns)).toEqual(['b,null']);
  });

  it.each(['__proto__', 'constructor', 'toString'])('may be called %s', (name) => {
    const columns: Column[] = [
      [name, name, name, [1]],
      [name, 'other', null, [0]],
    ];
    expect(chosen(columns, [name], [name])).toEqual([`${name},${name}`]);
  });

  it('is counted over files: scores and missing ones', () => {
    const [{ measures }] = choose([['t', 'a', null, [1, Number.NaN, 0]]]);
    expect(measures).toMatchObject([{ metric: 'a', scored: 2, missing: 1, unusable: null }]);
  });
});
