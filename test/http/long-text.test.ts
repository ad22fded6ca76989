import { expect, it } from 'vitest';
import { z } from 'zod';
import { withLongText } from '../../src/http/long-text.ts';

function serialized(shape: z.ZodRawShape, answer: unknown): string {
  const schema = z.object(shape);
  return String(withLongText('text')({ schema, method: 'GET', url: '/' } as never)(answer));
}

const name = z.string();
const text = z.string();

it('makes the JSON that JSON.stringify makes', () => {
  for (const answer of [
    { name: 'ünïcödé "}', text: 'AAAA' },
    { name: '"text":""}', text: '' },
    { name: '', text: '+/='.repeat(100_000) },
  ]) {
    expect(serialized({ name, text }, answer)).toBe(JSON.stringify(answer));
  }
});

it('checks the answer as everywhere', () => {
  expect(() => serialized({ name, text }, { name: 1, text: 'AAAA' })).toThrow();
  expect(() => serialized({ name, text }, { name: 'a', text: 1 })).toThrow();
  expect(() => serialized({ name, text }, { name: 'a' })).toThrow();
});

it('does not put the text where it does not belong', () => {
  expect(() => serialized({ text, name }, { name: 'a', text: 'AAAA' })).toThrow('text is not the last field');
});
