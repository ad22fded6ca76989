import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runnable } from '../../../src/exporters/runnable/registry.ts';
import type { RunnableCoreSet } from '../../../src/exporters/runnable/runnable.ts';
import { canonicalJson } from '../../../src/scores/canonical-json.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { argumentAfter, argumentsOf, awkwardIds, coreSetOf, item } from './core-sets.ts';

const loader =
  "require('./cs_0123.promptfoo.cjs')().then((tests) => process.stdout.write(JSON.stringify(tests)))";

const hashOf = (vars: unknown) =>
  `vars-${createHash('sha256').update(canonicalJson(vars)).digest('hex').slice(0, 16)}`;

/** What the module gives for a file of tests. */
function load(coreSet: RunnableCoreSet, testsFile: string, content: string) {
  using folder = temporaryFolder();
  for (const { name, content: text } of runnable('promptfoo', coreSet).files)
    writeFileSync(folder.path(name), text);
  writeFileSync(folder.path(testsFile), content);
  return spawnSync(process.execPath, ['-e', loader], {
    cwd: folder.path('.'),
    encoding: 'utf8',
    env: { ...process.env, BENCHCAST_TESTS: testsFile },
  });
}

function chosen(ids: readonly string[], tests: readonly unknown[]): unknown[] {
  return JSON.parse(load(coreSetOf(ids), 'tests.json', JSON.stringify(tests)).stdout);
}

function alternative(ids: readonly string[]): string | undefined {
  const note = runnable('promptfoo', coreSetOf(ids)).notes.find((text) => text.includes('--filter-pattern'));
  return note?.slice(note.indexOf('promptfoo eval'));
}

describe('the promptfoo form', () => {
  it('is a module, its list of ids, and the command', () => {
    const coreSet = coreSetOf(['a/b', item('q1', { task: 't', nativeId: 'x y' })]);
    const { files, commands, notes } = runnable('promptfoo', coreSet);
    expect(files.map(({ name }) => name)).toEqual(['cs_0123.promptfoo.cjs', 'cs_0123.promptfoo.json']);
    expect(JSON.parse(files[1].content)).toEqual({ ids: ['a/b', 'x y'] });
    expect(commands).toEqual(['BENCHCAST_TESTS=TESTS promptfoo eval -c CONFIG --output results.json']);
    expect(notes[0]).toContain('tests: file://cs_0123.promptfoo.cjs');
  });

  it('knows a test by its metadata, then its description, then its vars', () => {
    const tests = [
      { metadata: { item_id: 'a', itemId: 'no', id: 'no' }, description: 'no' },
      { metadata: { itemId: 'b', id: 'no' } },
      { metadata: { id: 7 }, description: 'no' },
      { description: 'd', vars: { x: 1 } },
      { vars: { z: [1, { b: 1, a: 'h\u00e9' }], a: null } },
      { metadata: { item_id: '' }, description: '', vars: { only: 'vars' } },
      { metadata: { id: 'e' }, description: 'a' },
    ];
    const ids = [
      'a',
      'b',
      '7',
      'd',
      hashOf({ a: null, z: [1, { a: 'h\u00e9', b: 1 }] }),
      hashOf({ only: 'vars' }),
    ];
    expect(chosen(ids, tests)).toEqual(tests.slice(0, 6));
  });

  it('takes a row that promptfoo described, and keeps the order and the repeats of the file', () => {
    const tests = [
      { vars: { a: 1 } },
      { vars: { a: 2 } },
      { description: 'x' },
      { description: 'x', vars: { b: 1 } },
    ];
    expect(chosen(['x', 'Row #2'], tests)).toEqual(tests.slice(1));
  });

  it('keeps awkward ids apart', () => {
    const tests = awkwardIds.flatMap((id) => [{ description: id }, { description: `${id}.` }]);
    expect(chosen(awkwardIds, tests)).toEqual(awkwardIds.map((id) => ({ description: id })));
  });

  it('hashes vars as the canonical JSON does', () => {
    const vars = fc.sample(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()), {
      numRuns: 200,
      seed: 1,
    });
    const plain: object[] = JSON.parse(JSON.stringify(vars));
    const ids = [...new Set(plain.map(hashOf))];
    expect(
      chosen(
        ids,
        plain.map((one) => ({ vars: one })),
      ),
    ).toHaveLength(plain.length);
  });

  it('reads JSONL and modules', () => {
    const tests = [{ description: 'a' }, { description: 'b' }];
    const list = JSON.stringify(tests);
    const texts = {
      'tests.jsonl': `${tests.map((test) => JSON.stringify(test)).join('\n')}\n\n`,
      'bom.json': `\uFEFF${list}`,
      'list.cjs': `module.exports = ${list};`,
      'list.mjs': `export default ${list};`,
      'made.mjs': `export default async () => ${list};`,
    };
    for (const [name, content] of Object.entries(texts)) {
      const { stdout, stderr } = load(coreSetOf(['b']), name, content);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual([{ description: 'b' }]);
    }
  });

  it.each([
    [
      'a test that is not there',
      'tests.json',
      '[{"description":"a"}]',
      '1 of the 2 tests of the core set are not in',
    ],
    ['a file that it cannot read', 'tests.yaml', '- description: a', 'write your tests as one of these'],
    ['tests that are no array', 'tests.json', '{"tests":[]}', 'does not give an array'],
    ['no file', 'tests.json', '', 'JSON'],
  ])('stops at %s', (_, name, content, message) => {
    const { status, stdout, stderr } = load(coreSetOf(['a', 'b']), name, content);
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });

  it('gives a pattern that finds the descriptions and nothing else', () => {
    const pattern = new RegExp(argumentAfter('--filter-pattern', alternative(awkwardIds)!));
    expect(awkwardIds.filter((id) => !pattern.test(id))).toEqual([]);
    const others = awkwardIds
      .flatMap((id) => [`${id}.`, `.${id}`, `${id}|`])
      .filter((id) => !awkwardIds.includes(id));
    expect(others.filter((id) => pattern.test(id))).toEqual([]);
    expect(argumentsOf(alternative(['a b'])!)).toEqual([
      ...['promptfoo', 'eval', '-c', 'CONFIG', '--filter-pattern', '^(a b)$', '--output', 'results.json'],
    ]);
  });

  it('gives no pattern where an id is a hash, or where it would be too long', () => {
    expect(alternative(['a', hashOf({ a: 1 })])).toBeUndefined();
    expect(alternative(Array.from({ length: 2000 }, (_, index) => `item ${index}`))).toBeUndefined();
  });

  it('refuses two items of one id', () => {
    expect(() => runnable('promptfoo', coreSetOf(['x', item('y', { nativeId: 'x' })]))).toThrow(
      expect.objectContaining({
        code: 'not-exportable',
        issues: [{ path: 'items.1', message: '"y" is the same to the harness as "x"' }],
      }),
    );
  });
});
