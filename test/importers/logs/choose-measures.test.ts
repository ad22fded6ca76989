import { describe, expect, it } from 'vitest';
import { chooseMeasures } from '../../../src/importers/logs/choose-measures.ts';
import type { LogFormat } from '../../../src/importers/logs/log-format.ts';
import { LogPart, type Measure, ScoreLog } from '../../../src/importers/logs/score-log.ts';

type Column = readonly [
  task: string | null,
  metric: string,
  filter: string | null,
  scores: readonly number[],
];

/** What is known beside the log and the wish. */
interface Beside {
  readonly stored?: Measure;
  /** A part of each, which all have the columns. */
  readonly formats?: readonly LogFormat[];
}

function choose(
  columns: readonly Column[],
  metrics: string[] = [],
  filters: string[] = [],
  { stored, formats = ['lm-eval'] }: Beside = {},
) {
  const log = new ScoreLog();
  for (const format of formats) log.parts.push(partOf(columns, format));
  return chooseMeasures(log, { metrics, filters }, { low: 0, high: 1 }, () => stored ?? null);
}

function partOf(columns: readonly Column[], format: LogFormat): LogPart {
  const part = new LogPart({ file: 'f', format, model: 'm' });
  for (const [task, metric, filter, scores] of columns) {
    const column = part.column(task, metric, filter);
    scores.forEach((score, index) => {
      column.items.push(index);
      column.scores.push(score);
    });
  }
  return part;
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
    expect(chosen(arc, ['f1'])).toEqual(['task arc has no f1, choose by metric: acc, acc_norm']);
    expect(chosen(arc, ['f1', 'bleu'])[0]).toMatch(/^task arc has no f1 or bleu, choose by metric/);
    expect(chosen(gsm, [], ['none'])).toEqual(['task gsm has no none, choose by filter: strict, flexible']);
  });

  it('is never another one than was wanted, even where there is only one', () => {
    const acc: Column[] = [['t', 'acc', 'none', [1]]];
    expect(chosen(acc, ['f1'])).toEqual(['task t has no f1, choose by metric: acc']);
    const strict: Column[] = [['t', 'acc', 'strict', [1]]];
    expect(chosen(strict, ['acc'], ['flexible'])).toEqual([
      'task t has no flexible, choose by filter: strict',
    ]);
    // Nothing was filtered: a wish for a filter is about other tasks.
    expect(chosen(acc, [], ['flexible'])).toEqual(['acc,none']);
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

describe('the measure of a task whose scores are stored', () => {
  const stored = { metric: 'acc_norm', filter: 'none' };

  it('is the one they are stored by', () => {
    expect(chosen(arc, [], [], { stored })).toEqual(['acc_norm,none']);
    expect(chosen(gsm, [], [], { stored: { metric: 'exact_match', filter: 'flexible' } })).toEqual([
      'exact_match,flexible',
    ]);
    expect(chosen(arc, ['acc_norm'], [], { stored })).toEqual(['acc_norm,none']);
  });

  it('is no other one, though that be wanted', () => {
    expect(chosen(arc, ['acc'], [], { stored })).toEqual([
      'task arc is stored by acc_norm (none), and acc (none) is another measure: use another benchmark',
    ]);
    const byFilter = { stored: { metric: 'exact_match', filter: 'strict' } };
    expect(chosen(gsm, [], ['flexible'], byFilter)[0]).toMatch(
      /stored by exact_match \(strict\), and exact_match \(flexible\) is another measure/,
    );
  });

  it('is asked for where the log does not have it', () => {
    expect(chosen(arc, [], [], { stored: { metric: 'f1', filter: null } })).toEqual([
      'task arc has no f1, choose by metric: acc, acc_norm',
    ]);
  });
});

describe('the default metric of a harness', () => {
  const columns: Column[] = [
    ['t', 'score', null, [1]],
    ['t', 'is_correct', null, [1]],
  ];

  it('counts where all files of the task are of harnesses with one', () => {
    expect(chosen(columns, [], [], { formats: ['every-eval-ever'] })).toEqual(['score,null']);
    expect(chosen(columns, ['is_correct'], [], { formats: ['every-eval-ever'] })).toEqual([
      'is_correct,null',
    ]);
    expect(chosen(columns, [], [], { formats: ['every-eval-ever', 'inspect'] })).toEqual([
      'task t has several metrics, choose by metric: score, is_correct',
    ]);
  });
});
