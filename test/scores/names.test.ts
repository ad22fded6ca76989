import { describe, expect, it } from 'vitest';
import { isName, maxNameLength } from '../../src/scores/names.ts';

describe('isName', () => {
  it.each([
    'gpt-4',
    'a/b',
    'q 17: why?',
    '日本語',
    '😀',
    '...',
    'x'.repeat(maxNameLength),
    '😀'.repeat(maxNameLength),
  ])('%s', (text) => {
    expect(isName(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['one too many', 'x'.repeat(maxNameLength + 1)],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a line break', 'a\nb'],
    ['a line break at the end', 'a\n'],
    ['a line separator', 'a\u2028b'],
    ['a tab', 'a\tb'],
    ['a NUL', 'a\0'],
    ['half a surrogate pair', 'a\ud83d'],
    ['a number', 7],
    ['null', null],
  ])('not %s', (_, text) => {
    expect(isName(text)).toBe(false);
  });
});
