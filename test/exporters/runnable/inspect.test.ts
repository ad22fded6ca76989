import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runnable } from '../../../src/exporters/runnable/registry.ts';
import { argumentAfter, awkwardIds, coreSetOf, known } from './core-sets.ts';

/** Which of the ids each entry of sample_id picks, by Inspect's rules: task before a colon, numbers padded, fnmatch. */
const picker = `
import fnmatch, json, sys

def plain(value):
    digits = isinstance(value, int) or value.isdigit()
    return str(int(value)).zfill(20) if digits else value

def scoped(task, entry):
    if isinstance(entry, int) or ":" not in entry:
        return entry
    named, rest = entry.split(":", 1)
    return rest if named.lower() == task.lower() else None

task, entries, ids = json.load(sys.stdin)
patterns = [scoped(task, entry) for entry in entries]
json.dump([
    [] if pattern is None else [id for id in ids if fnmatch.fnmatchcase(plain(id), plain(pattern))]
    for pattern in patterns
], sys.stdout)
`;

type Entries = readonly (string | number)[];

function entriesOf(ids: readonly string[], task = 'evals/t'): Entries {
  const { files } = runnable('inspect', known(ids.map((id) => [task, id])));
  return JSON.parse(files[0].content).eval_config.sample_id;
}

function picked(entries: Entries, ids: readonly string[], task = 'evals/t'): string[][] {
  const input = JSON.stringify([task, entries, ids]);
  return JSON.parse(execFileSync('python3', ['-c', picker], { input, encoding: 'utf8' }));
}

describe('the Inspect form', () => {
  it('is a run configuration and a command per task', () => {
    const coreSet = coreSetOf(['evals/b/x', 'evals/a/10', 'evals/a/9', 'evals/b/3']);
    const { files, commands, notes } = runnable('inspect', coreSet);
    expect(files.map(({ name, content }) => [name, JSON.parse(content)])).toEqual([
      ['cs_0123.inspect-1.json', { task: { task: 'evals/a' }, eval_config: { sample_id: [9, 10] } }],
      ['cs_0123.inspect-2.json', { task: { task: 'evals/b' }, eval_config: { sample_id: [3, 'x'] } }],
    ]);
    expect(commands).toEqual([
      'inspect eval --run-config cs_0123.inspect-1.json --model MODEL',
      'inspect eval --run-config cs_0123.inspect-2.json --model MODEL',
    ]);
    for (const word of ['0.3.221', '--limit', '--sample-shuffle', '--sample-id', 'comma', 'only warns']) {
      expect(notes.join(' ')).toContain(word);
    }
  });

  it('numbers no single file', () => {
    const { files, commands } = runnable('inspect', coreSetOf(['t/1']));
    expect(files.map(({ name }) => name)).toEqual(['cs_0123.inspect.json']);
    expect(argumentAfter('--run-config', commands[0])).toBe('cs_0123.inspect.json');
  });

  it('has numbers first, ascending, then texts, globs in brackets and colons behind the task', () => {
    expect(entriesOf(['b', '10', '007', 'a:*', '7', '[x]', '12345678901234567890'])).toEqual([
      ...[7, 10, '007', '12345678901234567890', '[[]x]'],
      ...['evals/t:a:[*]', 'b'],
    ]);
  });

  it('picks each awkward id, and it alone', () => {
    const ids = awkwardIds.filter((id) => id !== '007');
    const entries = entriesOf(ids);
    const found = picked(entries, ids);
    expect(found.every((matches) => matches.length === 1)).toBe(true);
    expect(found.flat().sort()).toEqual([...ids].sort());
  });

  it('picks both of 7 and 007, which are one to Inspect', () => {
    expect(entriesOf(['007', '7'])).toEqual([7, '007']);
    expect(picked([7, '007'], ['7', '007', '70'])).toEqual([
      ['7', '007'],
      ['7', '007'],
    ]);
  });

  it('picks each id of many drawn ones, and it alone', () => {
    const id = fc.string({ unit: fc.constantFrom(...'*?[]!-:,^ab\\ "'), minLength: 1, maxLength: 6 });
    const ids = [...new Set(fc.sample(id, { numRuns: 600, seed: 1 }))];
    const found = picked(entriesOf(ids), ids);
    expect(found.length).toBe(ids.length);
    expect(found.filter((matches) => matches.length !== 1)).toEqual([]);
    expect(found.flat().sort()).toEqual([...ids].sort());
  });

  it('would see ids that are not made literal', () => {
    expect(picked(['a*', '[ab]', 'x:y'], ['a*', 'ab', '[ab]', 'a', 'x:y'])).toEqual([
      ['a*', 'ab', 'a'],
      ['a'],
      [],
    ]);
  });

  it('is unique and keeps every item', () => {
    const id = fc.oneof(fc.nat({ max: 99 }).map(String), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), (ids) => {
        const entries = entriesOf(ids);
        expect(new Set(entries).size).toBe(ids.length);
        const numbers = entries.filter((entry) => typeof entry === 'number');
        expect(entries.slice(0, numbers.length)).toEqual(numbers);
        expect(numbers.map(String).sort()).toEqual(ids.filter((text) => /^(0|[1-9]\d*)$/.test(text)).sort());
        expect(numbers.slice(1).every((number, k) => number > numbers[k])).toBe(true);
      }),
      { seed: 1 },
    );
  });

  it('refuses items without a task, twice the same, or with a colon on both sides', () => {
    const coreSet = known([
      ['t', 'a'],
      [null, 'b'],
      ['t', 'a'],
      ['x:y', '1:2'],
      ['x:y', '1'],
    ]);
    expect(() => runnable('inspect', coreSet)).toThrow(
      expect.objectContaining({
        code: 'not-exportable',
        issues: [
          { path: 'items.1', message: '"q1" has no known task' },
          { path: 'items.2', message: '"q2" is the same to the harness as "q0"' },
          { path: 'items.3', message: expect.stringContaining('colon') },
        ],
      }),
    );
  });
});
