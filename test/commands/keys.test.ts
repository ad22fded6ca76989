import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openKeys } from '../../src/services/keys.ts';
import { addBenchmark, smallWideCsv } from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runProgram } from './run-program.ts';

const keyPattern = /bck_[0-9a-f]{16}_[A-Za-z0-9_-]{43}/;

describe('benchcast keys', () => {
  it('prints a key once, alone on the standard output', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    const { code, out, err } = await runProgram(['keys', 'create', '--name', 'ci', '--database', database]);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^${keyPattern.source}\n$`));
    expect(err).toMatch(/^key [0-9a-f]{16} "ci", read on all benchmarks\./);
    expect(err).not.toMatch(keyPattern);
    const keys = openKeys(database);
    expect(await keys.check(out.trim())).toMatchObject({ key: { name: 'ci', scope: 'read' } });
    keys.close();
    for (const json of [[], ['--json']]) {
      const list = await runProgram(['keys', 'list', '--database', database, ...json]);
      expect(list.out).toContain('ci');
      expect(list.out + list.err).not.toContain(out.trim().slice(-43));
    }
  });

  it('says all of it as JSON', async () => {
    using folder = temporaryFolder();
    const environment = { BENCHCAST_DATABASE: folder.path('a.db') };
    const harness = await openHarness(environment.BENCHCAST_DATABASE);
    await addBenchmark(harness, 'b', smallWideCsv);
    await harness[Symbol.asyncDispose]();
    const words = [
      'keys',
      'create',
      '--name',
      'x',
      '--scope',
      'write',
      '--benchmark',
      'b',
      '--benchmark',
      'a',
      '--json',
    ];
    const made = await runProgram(words, environment);
    expect(made.err).toBe('not there yet: a\n');
    const document = JSON.parse(made.out);
    expect(document).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      name: 'x',
      scope: 'write',
      benchmarks: ['a', 'b'],
      created_at: expect.any(String),
      revoked_at: null,
      last_used_at: null,
      key: expect.stringMatching(keyPattern),
    });
    const { key: _, ...known } = document;
    const list = await runProgram(['keys', 'list', '--json'], environment);
    expect(JSON.parse(list.out)).toEqual({ data: [known] });
  });

  it('revokes by the id, by the beginning of the key, and by a key that got out', async () => {
    using folder = temporaryFolder();
    const environment = { BENCHCAST_DATABASE: folder.path('a.db') };
    const texts = [];
    for (const name of ['a', 'b', 'c']) {
      texts.push((await runProgram(['keys', 'create', '--name', name], environment)).out.trim());
    }
    const [first, second, third] = texts;
    const given = [first.slice(4, 20), second.slice(0, 20), third];
    const told = [];
    for (const id of given) told.push(await runProgram(['keys', 'revoke', id], environment));
    expect(told.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(told[2].out).toMatch(/^revoked: key [0-9a-f]{16} "c"/);
    expect(told.map(({ err }) => err)).toEqual([
      '',
      '',
      'no key is left that works: nobody gets in until there is one\n',
    ]);
    expect(told.map(({ out }) => out).join('')).not.toContain(third.slice(-43));
    const { out } = await runProgram(['keys', 'list', '--json'], environment);
    const revoked = JSON.parse(out).data.map((key: { revoked_at: string }) => key.revoked_at);
    expect(revoked).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
  });

  it.each([
    [['create'], 2, "required option '--name <name>' not specified"],
    [['create', '--name', 'x', '--scope', 'root'], 2, 'Allowed choices are read, write, admin'],
    [['create', '--name', ''], 1, 'name: must be 1 to 100 printable characters'],
    [['create', '--name', 'x', '--benchmark', 'GSM'], 1, '"GSM" cannot name a benchmark'],
    [['create', '--nmae', 'x'], 2, '--nmae'],
    [['revoke'], 2, "missing required argument 'id'"],
    [['revoke', '0123456789abcdef'], 1, 'there is no key "0123456789abcdef"'],
    [['frobnicate'], 2, "unknown command 'frobnicate'"],
  ])('refuses %o with %i', async (words, code, sentence) => {
    using folder = temporaryFolder();
    const environment = { BENCHCAST_DATABASE: folder.path('a.db') };
    openKeys(environment.BENCHCAST_DATABASE).close();
    const told = await runProgram(['keys', ...words], environment);
    expect(told.code).toBe(code);
    expect(told.err).toContain(sentence);
    expect(told.out).toBe('');
  });

  it('makes no database to list or revoke in', async () => {
    using folder = temporaryFolder();
    const database = folder.path('none.db');
    for (const words of [['list'], ['revoke', 'x']]) {
      const { code, err } = await runProgram(['keys', ...words, '--database', database]);
      expect([code, err]).toEqual([1, expect.stringContaining(`there is no database ${database}`)]);
    }
    expect(existsSync(database)).toBe(false);
  });

  it('says that there is none', async () => {
    using folder = temporaryFolder();
    openKeys(folder.path('a.db')).close();
    const { out } = await runProgram(['keys', 'list', '--database', folder.path('a.db')]);
    expect(out).toBe('there is no key\n');
  });
});
