import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, shellQuote } from '../../../src/exporters/runnable/shell.ts';
import { argumentsOf, awkwardIds } from './core-sets.ts';

describe('commandLine', () => {
  it('passes the arguments on through a shell as they are', () => {
    const text = fc.string({ unit: 'binary' }).map((drawn) => drawn.replaceAll('\0', ''));
    const args = [
      '',
      "'",
      "''",
      'a\nb',
      '=x',
      '~',
      ...awkwardIds,
      ...fc.sample(text, { numRuns: 300, seed: 1 }),
    ];
    expect(argumentsOf(commandLine(...args))).toEqual(args);
  });

  it('quotes no more than it must', () => {
    expect(commandLine('lm_eval', '--tasks', 'a,b', '--model_args', 'pretrained=MODEL', 'out/')).toBe(
      'lm_eval --tasks a,b --model_args pretrained=MODEL out/',
    );
    expect(shellQuote("it's")).toBe(`'it'\\''s'`);
  });
});
