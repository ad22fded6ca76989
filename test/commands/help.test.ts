import { describe, expect, it } from 'vitest';
import { version } from '../../src/version.ts';
import { runProgram } from './run-program.ts';

const commands = [
  'import',
  'core-set',
  'submit',
  'estimate',
  'backtest',
  'keys',
  'serve',
  'demo',
  'migrate',
  'backup',
  'restore',
  'openapi',
];

describe('the help', () => {
  it('lists every command', async () => {
    const { code, out, err } = await runProgram(['--help']);
    expect([code, err]).toEqual([0, '']);
    expect([...out.split('Commands:')[1].matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name)).toEqual([
      ...commands,
      'help',
    ]);
  });

  it.each(commands)('of %s says what it does, with its options and with examples', async (name) => {
    const { code, out, err } = await runProgram([name, '--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Usage: benchcast ${name}`);
    const [, description] = out.split('\n\n');
    expect(description.length).toBeGreaterThan(30);
    const examples = out.split('Examples:\n')[1].trimEnd().split('\n');
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const line of examples) expect(line).toMatch(new RegExp(`^ {2}\\$ .*benchcast ${name}`));
  });

  it.each(commands)('of %s has no example that does not parse', async (name) => {
    const { out } = await runProgram([name, '--help']);
    const known = new Set([...out.split('Examples:')[0].matchAll(/--[a-z-]+/g)].map(([flag]) => flag));
    const used = [...out.split('Examples:')[1].matchAll(/--[a-z-]+/g)].map(([flag]) => flag);
    expect(used.filter((flag) => !known.has(flag))).toEqual([]);
  });

  it('is what the help command prints', async () => {
    const asked = await runProgram(['help', 'core-set']);
    expect(asked).toEqual(await runProgram(['core-set', '--help']));
  });

  it('stands beside a version', async () => {
    expect(await runProgram(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('a command line that cannot be understood', () => {
  it.each([
    ['an unknown command', ['imprt'], /^benchcast: unknown command 'imprt'\n\(Did you mean import\?\)/],
    [
      'an unknown option, even of what must be given',
      ['import', 'a.csv', '--benchmrk', 'b'],
      /unknown option '--benchmrk'\n\(Did you mean --benchmark\?\)/,
    ],
    ['an unknown option of a simple command', ['demo', '--fast'], /unknown option '--fast'/],
    [
      'an unknown choice',
      ['import', 'a', '--benchmark', 'b', '--reducer', 'mode'],
      /Allowed choices are mean/,
    ],
    ['an option without its value', ['import', 'a', '--benchmark'], /--benchmark <name>' argument missing/],
    ['no files', ['import', '--benchmark', 'b'], /missing required argument 'files'/],
    ['no benchmark', ['import', 'a.csv'], /required option '--benchmark <name>' not specified/],
    ['no core set', ['submit', 'a.csv'], /required option '--core-set <id>' not specified/],
    ['no history', ['estimate', '--results', 'a'], /required option '--history <files...>' not specified/],
    ['no results', ['estimate', '--history', 'a'], /required option '--results <files...>' not specified/],
    ['no file', ['backtest'], /missing required argument 'files'/],
    [
      'a service and a database',
      ['core-set', '--id', 'x', '--url', 'http://127.0.0.1:1', '--database', 'x.db'],
      /'--url <address>' cannot be used with option '--database <file>'/,
    ],
    [
      'a service and files',
      ['core-set', '--size', '5', '--url', 'http://127.0.0.1:1', '--history', 'a.csv'],
      /'--url <address>' cannot be used with option '--history <files...>'/,
    ],
    [
      'a database and files',
      ['core-set', '--size', '5', '--database', 'a.db', '--history', 'a.csv'],
      /'--database <file>' cannot be used with option '--history <files...>'/,
    ],
    ['a key for no service', ['submit', 'a', '--core-set', 'x', '--key', 'secret'], /--key goes with --url/],
    ['no size', ['core-set', '--benchmark', 'b'], /give --size or --half-width/],
    ['nothing to draw from', ['core-set', '--size', '5'], /give --benchmark/],
    [
      'two sizes',
      ['core-set', '--benchmark', 'b', '--size', '5', '--half-width', '0.1'],
      /cannot be used with/,
    ],
    ['a half item', ['core-set', '--benchmark', 'b', '--size', '5.5'], /It is no whole number/],
    ['an id and a size', ['core-set', '--id', 'x', '--size', '5'], /cannot be used with/],
    ['a folder for no files', ['core-set', '--id', 'x', '--output', 'a'], /--output goes with --format/],
    [
      'two things on standard output',
      ['core-set', '--id', 'x', '--format', 'txt', '--output', '-', '--json'],
      /both want standard output/,
    ],
    ['standard input without a name', ['import', '-', '--benchmark', 'b'], /- needs --filename/],
    ['a name for no standard input', ['import', 'a', '--filename', 'b', '--benchmark', 'b'], /goes with -/],
    [
      'a range upside down',
      ['import', 'a', '--benchmark', 'b', '--score-range', '1,0'],
      /lowest and the highest/,
    ],
    [
      'a severity there is not',
      ['submit', 'a', '--core-set', 'x', '--fail-on', 'warn'],
      /Allowed choices are info/,
    ],
    ['a document both written and checked', ['openapi', '--write', '--check'], /cannot be used with/],
  ])('is refused: %s', async (_, words, sentence) => {
    const { code, out, err } = await runProgram(words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^benchcast: [^\n]*\n[\s\S]*See "benchcast .*--help"\.\n$/);
    expect(err).not.toContain('secret');
  });
});
