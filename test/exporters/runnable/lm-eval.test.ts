import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runnable } from '../../../src/exporters/runnable/registry.ts';
import { argumentAfter, coreSetOf, known } from './core-sets.ts';

const readLists = (content: string): [string, number[]][] => Object.entries(JSON.parse(content));

describe('the lm-eval form', () => {
  it('is a map of tasks to ascending indices, and the command that runs them', () => {
    const coreSet = coreSetOf(['mmlu_b/10', 'mmlu_a/7', 'mmlu_b/9', 'mmlu_b/0']);
    const { files, commands, notes } = runnable('lm-eval', coreSet);
    expect(files).toEqual([
      {
        name: 'cs_0123.lm-eval.json',
        mediaType: 'application/json',
        content: '{\n  "mmlu_a": [7],\n  "mmlu_b": [0, 9, 10]\n}\n',
      },
    ]);
    expect(commands).toEqual([
      'lm_eval run --model hf --model_args pretrained=MODEL --tasks mmlu_a,mmlu_b --samples cs_0123.lm-eval.json ' +
        '--log_samples --output_path out/',
    ]);
    for (const word of ['0.4.9', '--limit', '--cache_requests', 'group', 'ascending', 'results_*.json']) {
      expect(notes.join(' ')).toContain(word);
    }
  });

  it('has each list ascending, unique and not empty, and --tasks are its keys', () => {
    const index = fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
    const task = fc.oneof(
      fc.constantFrom('gsm8k', '7', '10', '__proto__', 'constructor', "it's", 'a"b', 'leader/board', '$HOME'),
      fc.string({ unit: fc.constantFrom(...'ab_-$\\\'"|&;()') }).map((text) => `t${text}`),
    );
    const pairs = fc.uniqueArray(fc.tuple(task, index), {
      minLength: 1,
      selector: (pair) => JSON.stringify(pair),
    });
    fc.assert(
      fc.property(pairs, (chosen) => {
        const { files, commands } = runnable(
          'lm-eval',
          known(chosen.map(([name, place]) => [name, String(place)])),
        );
        const lists = readLists(files[0].content);
        for (const [, indices] of lists) {
          expect(indices.length).toBeGreaterThan(0);
          expect(indices.slice(1).every((place, k) => place > indices[k])).toBe(true);
        }
        const listed = lists.flatMap(([name, indices]) =>
          indices.map((place) => JSON.stringify([name, place])),
        );
        expect(listed.sort()).toEqual(chosen.map((pair) => JSON.stringify(pair)).sort());
        const named = argumentAfter('--tasks', commands[0]).split(',');
        expect(named).toEqual(lists.map(([name]) => name).sort());
        const keys = [...files[0].content.matchAll(/^ {2}(".*"): \[/gm)].map(([, key]) => JSON.parse(key));
        expect(keys).toEqual(named);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it.each(['007', '-1', '1.5', '1e3', '', ' 7', '7 ', 'x', '+7', '9007199254740993', '\u0663'])(
    'refuses the id %j, which is not an index',
    (id) => {
      const refused = () =>
        runnable(
          'lm-eval',
          known([
            ['t', '1'],
            ['t', id],
          ]),
        );
      expect(refused).toThrow(
        expect.objectContaining({
          code: 'not-exportable',
          message: expect.stringContaining('PUT /v1/benchmarks/bench/items'),
          issues: [
            { path: 'items.1', message: expect.stringMatching(/^"q1" has the id .* is not an index/) },
          ],
        }),
      );
    },
  );

  it.each(['a,b', 'a b', 'mmlu_*', 'a?', '[a]', '-a', 'a\nb', 'a\0'])('refuses the task %j', (task) => {
    expect(() => runnable('lm-eval', known([[task, '1']]))).toThrow(
      expect.objectContaining({
        code: 'not-exportable',
        issues: [{ path: 'items.0', message: expect.stringContaining('--tasks cannot name') }],
      }),
    );
  });

  it('refuses two items of one index, and an item without a task', () => {
    const coreSet = coreSetOf(['t/4', 'alone', ...known([['t', '4']]).items]);
    expect(() => runnable('lm-eval', coreSet)).toThrow(
      expect.objectContaining({
        issues: [
          { path: 'items.1', message: '"alone" has no known task' },
          { path: 'items.2', message: '"q0" is the same to the harness as "t/4"' },
        ],
      }),
    );
  });

  it('names twenty of many', () => {
    const names = Array.from({ length: 30 }, (_, index) => `q${index}`);
    const issues = names.slice(0, 20).map((name, index) => ({
      path: `items.${index}`,
      message: `"${name}" has no known task`,
    }));
    expect(() => runnable('lm-eval', coreSetOf(names))).toThrow(
      expect.objectContaining({ message: expect.stringContaining('30 of the 30 items'), issues }),
    );
  });
});
